"""The invoice as its reader has it: the text of the PDF, and its bytes."""

from __future__ import annotations

import pypdfium2
import pytest
from django.utils import translation
from tests.charges.factory import months_ago, post, sign

from grappe.charges.actions import cancel_invoice, draw_up, issue
from grappe.charges.models import Invoice
from grappe.charges.pdf import render
from grappe.clusters.models import Cluster


@pytest.fixture
def issued(world):
    Cluster.objects.filter(pk=world.vigne.pk).update(iban="FR7630006000011234567890189", vat_number="FR16000000018")
    pool = post(world, prices={world.disquaire: 12000, world.scene: 12000}, alone=(9000, 4, "A"))
    month = months_ago(world.today, 1)
    sign(pool, world.disquaire, month, 7)
    sign(pool, world.scene, month, 1)
    return issue(by=world.colette, statement=draw_up(by=world.colette, pool=pool, month=month), on=world.today)


def text_of(invoice):
    document = pypdfium2.PdfDocument(render(invoice))
    try:
        found = "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    return " ".join(found.replace("\u202f", " ").replace("\xa0", " ").split())


def test_the_legal_mentions_are_printed(world, issued):
    year = world.today.year
    text = text_of(Invoice.objects.get(firm=world.disquaire))
    for mention in (
        f"Facture n° VI-{year}-0001",
        "Association Vigne",
        "SIREN 000 000 018",
        "TVA FR16000000018",
        "2 rue des Vignes",
        "Disquaire",
        "SIREN 000 000 026",
        "1 rue des Vignes",
        "Période de la prestation",
        "À régler au plus tard le",
        "Prestation de services",
        "7 demi-journées",
        "120,00 €",
        "840,00 €",
        "TVA 20 %",
        "168,00 €",
        "1 008,00 €",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
        "trois fois le taux d’intérêt légal",
        "40 € (art. D441-5 du code de commerce)",
        "Pas d’escompte",
    ):
        assert mention in text, mention


def test_it_says_where_the_amount_comes_from_and_that_alone_would_be_cheaper(issued, world):
    text = text_of(Invoice.objects.get(firm=world.disquaire))
    assert "le poste a coûté 3 600,00 €" in text
    assert "7 demi-journées contresignées sur 8 font une part de 3 150,00 €" in text
    assert "plafonne à 840,00 €" in text
    assert "auraient coûté moins, 630,00 €" in text


def test_the_same_invoice_has_the_same_bytes_in_any_language(issued):
    invoice = Invoice.objects.first()
    first = render(invoice)
    with translation.override("en"):
        assert render(Invoice.objects.get(pk=invoice.pk)) == first
    assert b"pdfaid" in first
    assert b"pdfuaid" in first


def test_what_is_printed_does_not_change_with_the_firm_or_the_cluster(issued, world):
    invoice = Invoice.objects.get(firm=world.disquaire)
    first = render(invoice)
    Cluster.objects.filter(pk=world.vigne.pk).update(legal_name="Autre nom", vat_regime="exempt_261b")
    world.disquaire.name = "Nouveau nom"
    world.disquaire.save()
    assert render(Invoice.objects.get(pk=invoice.pk)) == first


def test_a_credit_note_names_what_it_cancels(issued, world):
    invoice = Invoice.objects.get(firm=world.scene)
    text = text_of(cancel_invoice(by=world.colette, invoice=invoice, on=world.today))
    assert f"Avoir n° VI-{world.today.year}-0003" in text
    assert f"Annule la facture n° {invoice.reference}" in text
    assert "−144,00 €" in text


def test_the_exemption_is_printed(world):
    Cluster.objects.filter(pk=world.vigne.pk).update(vat_regime="exempt_261b")
    pool = post(world)
    sign(pool, world.scene, months_ago(world.today, 1), 3)
    issue(by=None, statement=draw_up(by=None, pool=pool, month=months_ago(world.today, 1)), on=world.today)
    text = text_of(Invoice.objects.get())
    assert "Exonération de TVA, article 261 B du CGI" in text
    assert "TVA 20 %" not in text
