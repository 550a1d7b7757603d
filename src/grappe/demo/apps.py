from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "grappe.demo"
    label = "demo"
