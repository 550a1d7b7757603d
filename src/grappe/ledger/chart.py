"""The accounts that the house posts to, numbered by the French general chart (PCG; ANC 2018-06 for associations).

An account is opened in a cluster the first time that something is posted to it. An accountant may rename it there.
"""

from __future__ import annotations

CLIENTS = "411"
SERVICES = "706"
VAT_COLLECTED = "44571"
BANK = "512"
ROUNDING_LOSS = "658"
ROUNDING_GAIN = "758"

NAMES = {
    CLIENTS: "Clients",
    SERVICES: "Prestations de services",
    VAT_COLLECTED: "TVA collectée",
    BANK: "Banque",
    ROUNDING_LOSS: "Charges diverses de gestion courante",
    ROUNDING_GAIN: "Produits divers de gestion courante",
}
