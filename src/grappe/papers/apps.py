from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "grappe.papers"
    label = "papers"
