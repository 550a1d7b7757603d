from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "grappe.plans"
    label = "plans"

    def ready(self) -> None:
        from grappe.plans import drafts, reminders
        from grappe.solves import daily, receivers

        receivers.register(drafts.PURPOSE, drafts.receive)
        daily.register("plans.remind_silent", reminders.of_day)
