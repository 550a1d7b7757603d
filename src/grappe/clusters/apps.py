from django.apps import AppConfig


class ClustersConfig(AppConfig):
    name = "grappe.clusters"
    label = "clusters"
