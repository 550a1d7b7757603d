from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "grappe.audit"
    label = "audit"
