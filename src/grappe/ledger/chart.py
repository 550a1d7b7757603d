"""The accounts that the house posts to, numbered by the French general chart (PCG; ANC 2018-06 for associations).

An account is opened in a cluster the first time that something is posted to it. An accountant may rename it there.
"""

from __future__ import annotations

CLIENTS = "411"
SERVICES = "706"
VAT_COLLECTED = "44571"
BANK = "512"
DEPOSITS = "165"
DEPOSITS_CALLED = "4671"
GUARANTEE_FUND = "1034"
FUND_CALLED = "4672"
ROUNDING_LOSS = "658"
ROUNDING_GAIN = "758"

NAMES = {
    CLIENTS: "Clients",
    SERVICES: "Prestations de services",
    VAT_COLLECTED: "TVA collectée",
    BANK: "Banque",
    DEPOSITS: "Dépôts de garantie reçus",
    DEPOSITS_CALLED: "Dépôts de garantie appelés",
    GUARANTEE_FUND: "Fonds de garantie, avec droit de reprise",
    FUND_CALLED: "Fonds de garantie appelé",
    ROUNDING_LOSS: "Charges diverses de gestion courante",
    ROUNDING_GAIN: "Produits divers de gestion courante",
}
