from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "grappe.people"
    label = "people"
