from django.apps import AppConfig


class SolvesConfig(AppConfig):
    name = "grappe.solves"
    label = "solves"
