from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "grappe.plans"
    label = "plans"

    def ready(self) -> None:
        from grappe.plans import drafts
        from grappe.solves import receivers

        receivers.register(drafts.PURPOSE, drafts.receive)
