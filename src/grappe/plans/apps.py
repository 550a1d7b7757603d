from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "grappe.plans"
    label = "plans"
