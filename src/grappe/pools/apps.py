from django.apps import AppConfig


class PoolsConfig(AppConfig):
    name = "grappe.pools"
    label = "pools"

    def ready(self) -> None:
        from grappe.pools import closing
        from grappe.solves import daily

        daily.register("pools.close_past", closing.of_day)
