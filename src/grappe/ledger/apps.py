from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "grappe.ledger"
    label = "ledger"
