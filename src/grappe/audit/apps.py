from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    name = "grappe.audit"
    label = "audit"

    def ready(self) -> None:
        from grappe.audit import triggers

        pre_migrate.connect(triggers.note_standing, sender=self, dispatch_uid="audit.triggers.note")
        post_migrate.connect(triggers.restore_lost, sender=self, dispatch_uid="audit.triggers.restore")
