from django.apps import AppConfig


class ActsConfig(AppConfig):
    name = "grappe.acts"
    label = "acts"
