from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "grappe.plans"
    label = "plans"

    def ready(self) -> None:
        from grappe.plans import drafts, missions, reminders
        from grappe.solves import daily, receivers

        missions.register()
        receivers.register(drafts.PURPOSE, drafts.receive)
        daily.register("plans.remind_silent", reminders.of_day)
