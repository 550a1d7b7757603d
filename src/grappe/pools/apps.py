from django.apps import AppConfig


class PoolsConfig(AppConfig):
    name = "grappe.pools"
    label = "pools"
