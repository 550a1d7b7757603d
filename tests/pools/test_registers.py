"""The registers that the law asks of a group: what they say, and what they say is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override
from django_scopes import scope
from tests.papers.factory import text_of
from tests.plans.factory import running_post

from grappe.clusters.actions import (
    UnableToKeepDocument,
    UnableToNameOfficer,
    UnableToNoteNotice,
    describe_cluster,
    keep_legal_document,
    name_officer,
    note_notice_sent,
)
from grappe.clusters.models import Cluster, Firm, InspectorateNotice, LegalDocument, Membership, Officer
from grappe.pools import registers


def test_members_with_what_lacks_named(world):
    Membership.objects.filter(cluster=world.vigne).update(sector="label")
    Firm.objects.filter(pk=world.scene.pk).update(street="")
    Membership.objects.filter(firm=world.studio).update(headcount=None)
    Membership.objects.filter(firm=world.edition).update(valid_to=world.today, headcount=None)  # gone: asked nothing
    rows = registers.members()
    found = {lack.firm: lack.words for lack in registers.members_lack(rows, on=world.today)}
    assert found == {world.scene: "siège", world.studio: "effectif"}
    text = text_of(registers.members_pdf(rows, cluster=world.vigne, on=world.today, at=timezone.now()))
    assert "3 structures membres" in text and "1 sortie" in text and "Scène : siège" in text
    assert "Ailleurs" not in text  # of another cluster
    assert registers.members_xlsx(rows).startswith(b"PK")


CARD = {"office": "présidente", "street": "3 rue des Lilas", "postcode": "75018", "town": "Paris"}


def _officer(world, name, **changed):
    card = {"name": name, **CARD, "valid_from": world.today - timedelta(days=40), "valid_to": None, **changed}
    return name_officer(by=world.colette, cluster=world.vigne, card=card)


def _complete(world):
    """Vigne with all that D1253-1 wants; its members too."""
    facts = {"legal_form": "association", "publication": "JO du 3 mars 2024, no 12", "agreement": "IDCC 2121"}
    facts |= {"street": "2 rue des Vignes", "postcode": "75018", "town": "Paris"}
    describe_cluster(by=world.colette, cluster=world.vigne, facts=facts)
    Membership.objects.update(sector="label", headcount=3)
    _officer(world, "Rose Blanc")
    for kind in ("statutes", "publication"):
        _keep(world, kind, b"%PDF-1.7 " + kind.encode())
    return Cluster.objects.get(pk=world.vigne.pk)


def _keep(world, kind, raw, **more):
    said = {"name": f"{kind}.pdf", "raw": raw, "dated": world.today - timedelta(days=30), **more}
    return keep_legal_document(by=world.colette, cluster=world.vigne, kind=kind, **said)


def test_a_notice_without_its_facts_names_each_of_them(world):
    Cluster.objects.filter(pk=world.vigne.pk).update(street="")
    _officer(world, "Rose Blanc", street="")
    _officer(world, "Jean Gris", office="trésorier", valid_to=world.today)  # gone today
    found = registers.notice(Cluster.objects.get(pk=world.vigne.pk), on=world.today)
    assert [officer.name for officer in found.officers] == ["Rose Blanc"]
    assert [lack.words for lack in found.lacks if lack.firm is None] == [
        "le siège du groupement",
        "la forme juridique du groupement",
        "le domicile de Rose Blanc",
        "les statuts, à joindre",
        "la copie de la publication (Journal officiel, ou registre), à joindre",
        "la convention collective",
    ]
    text = text_of(registers.notice_pdf(found.cluster, on=world.today, at=timezone.now()))
    assert "demeurant à compléter" in text and "Ce qui manque" in text and "D1253-1" in text


def test_a_complete_notice_says_all_of_d1253_1(world):
    cluster = _complete(world)
    Membership.objects.filter(firm=world.scene).update(establishments="4 quai Haut, 69001 Lyon\n5 quai Bas, 69001 Lyon")
    with override("en"):  # whatever the reader's language, the paper is in French
        assert registers.notice(cluster, on=world.today).lacks == ()
        text = text_of(registers.notice_pdf(cluster, on=world.today, at=timezone.now()))
    for said in (
        "Association Vigne", "2 rue des Vignes, 75018 Paris", "association déclarée (loi de 1901)",
        "Rose Blanc, présidente, demeurant 3 rue des Lilas, 75018 Paris", "Les statuts, adoptés le", "JO du 3 mars 2024, no 12",
        "Scène : 4 quai Haut, 69001 Lyon ; 5 quai Bas, 69001 Lyon", "IDCC 2121",
    ):  # fmt: skip
        assert said in " ".join(text.split())
    assert "Ce qui manque" not in text and "compléter" not in text


def test_what_changed_since_the_notice_is_told(world):
    cluster = _complete(world)
    found = registers.notice(cluster, on=world.today)
    note_notice_sent(by=world.colette, cluster=cluster, sent_on=world.today, facts=found.facts)
    assert registers.notice(cluster, on=world.today).changed == ()
    Membership.objects.filter(firm=world.scene).update(headcount=40)  # headcounts are not notified
    Membership.objects.filter(firm=world.studio).update(valid_to=world.today)
    Firm.objects.filter(pk=world.scene.pk).update(street="9 rue Neuve", town="Paris")
    _officer(world, "Jean Gris", office="trésorier")
    _keep(world, "statutes", b"%PDF-1.7 anew", dated=world.today)
    assert registers.notice(cluster, on=world.today).changed == (
        "les dirigeants", "les statuts", "sortie : Studio", "fiche : Scène",
    )  # fmt: skip


def test_refusals_leave_nothing(world):
    tomorrow = world.today + timedelta(days=1)
    for raw, more in ((b"PK", {}), (b"%PDF-" + bytes(8_000_001), {}), (b"%PDF-1", {"dated": tomorrow})):
        with pytest.raises(UnableToKeepDocument):
            _keep(world, "statutes", raw, **more)
    with pytest.raises(UnableToNameOfficer):
        _officer(world, "Rose Blanc", valid_to=world.today - timedelta(days=41))
    with pytest.raises(UnableToNoteNotice):
        note_notice_sent(by=world.colette, cluster=world.vigne, sent_on=tomorrow, facts={})
    note_notice_sent(by=world.colette, cluster=world.vigne, sent_on=world.today, facts={})
    with pytest.raises(UnableToNoteNotice):  # an older one would pass for the last
        note_notice_sent(by=world.colette, cluster=world.vigne, sent_on=world.today - timedelta(days=2), facts={})
    assert (LegalDocument.objects.count(), Officer.objects.count(), InspectorateNotice.objects.count()) == (0, 0, 1)


def test_papers_and_notices_are_frozen_and_done_once(world):
    kept = _keep(world, "statutes", b"%PDF-1.7 a")
    assert _keep(world, "statutes", b"%PDF-1.7 a") == kept
    sent = note_notice_sent(by=None, cluster=world.vigne, sent_on=world.today, facts={"a": 1})
    assert note_notice_sent(by=None, cluster=world.vigne, sent_on=world.today, facts={"a": 1}) == sent
    assert _officer(world, "Rose Blanc") == _officer(world, "Rose Blanc", street="4 rue Neuve")
    for row in (kept, sent):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(cluster=world.treille)


def test_a_line_per_user_firm_with_the_mention(world):
    pool = running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=world.today - timedelta(days=60))
    lines = registers.staff_lines()
    assert [(line.firm, line.since, line.until) for line in lines] == [
        (world.disquaire, pool.starts_on, None),
        (world.scene, pool.starts_on, None),
    ]
    text = text_of(registers.staff_pdf(lines, cluster=world.vigne, at=timezone.now()))
    assert "Inès Besson" in text and "mis à disposition par un groupement d’employeurs : Association Vigne" in " ".join(
        text.split()
    )
    with scope(cluster=world.treille):
        assert registers.staff_lines() == []
