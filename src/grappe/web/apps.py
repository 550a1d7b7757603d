from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "grappe.web"
    label = "web"
