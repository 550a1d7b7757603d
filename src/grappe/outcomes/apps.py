from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "grappe.outcomes"
    label = "outcomes"
