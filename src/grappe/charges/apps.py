from django.apps import AppConfig


class ChargesConfig(AppConfig):
    name = "grappe.charges"
    label = "charges"
