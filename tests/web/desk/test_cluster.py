from __future__ import annotations

from django.urls import reverse

from grappe.clusters.models import Cluster
from grappe.web.desk.cluster import FACTS

GOOD = {
    "name": "Vigne", "legal_name": "Association Vigne", "siren": "000 000 018", "street": "2 rue des Vignes", "postcode": "75018",
    "town": "Paris", "invoice_prefix": "VG", "invoice_due_days": "30", "holidays": "57",
    "solidarity": "use", "solidarity_reason": "Art. 9 des statuts",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
}  # fmt: skip


def page(client, world, **changed):
    client.force_login(world.colette)
    return client.post(reverse("desk:cluster", kwargs={"slug": "vigne"}), {**GOOD, **changed})


def test_the_coordinator_writes_the_clusters_facts(client, world):
    assert page(client, world).status_code == 302
    vigne = Cluster.objects.get(slug="vigne")
    assert (vigne.siren, vigne.holidays, vigne.iban) == (
        "000000018", "57", "FR7630006000011234567890189",
    )  # fmt: skip


def test_wrong_facts_are_refused_in_words_and_change_nothing(client, world):
    before = Cluster.objects.values(*FACTS).get(slug="vigne")
    for wrong in (
        {"siren": "123456789"},
        {"iban": "FR00"},
        {"invoice_due_days": "300"},
        {"name": ""},
    ):
        answer = page(client, world, **wrong)
        assert answer.status_code == 400
        assert 'aria-invalid="true"' in answer.content.decode()
    assert Cluster.objects.values(*FACTS).get(slug="vigne") == before
