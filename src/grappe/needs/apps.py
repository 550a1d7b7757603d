from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "grappe.needs"
    label = "needs"
