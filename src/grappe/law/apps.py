from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LawConfig(AppConfig):
    name = "grappe.law"
    label = "law"

    def ready(self) -> None:
        from grappe.law.seeds import write_known_values

        post_migrate.connect(write_known_values, sender=self)
