from django.apps import AppConfig


class PoolsConfig(AppConfig):
    name = "grappe.pools"
    label = "pools"

    def ready(self) -> None:
        from grappe.pools import closing, contracts
        from grappe.solves import daily

        contracts.register()
        daily.register("pools.close_past", closing.of_day)
