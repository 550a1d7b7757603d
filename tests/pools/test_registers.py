"""The registers that the law asks of a group: what they say, and what they say is missing."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_scopes import scope
from tests.papers.factory import text_of
from tests.plans.factory import running_post

from grappe.clusters.models import Firm, Membership
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


def test_the_notice_names_officers_and_what_is_to_be_written(world):
    found = registers.notice(world.vigne, on=world.today)
    assert found.officers == ("Bruno Noir",) and found.agreements == ()
    words = " ".join(lack.words for lack in found.lacks)
    assert "convention collective" in words and "domicile des dirigeants" in words and "statuts" in words
    text = text_of(registers.notice_pdf(found, at=timezone.now()))
    assert "Association Vigne" in text and "Bruno Noir, demeurant" in text and "D1253-1" in text


def test_a_line_per_user_firm_with_the_mention(world):
    pool = running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=world.today - timedelta(days=60))
    lines = registers.staff_lines()
    assert [(line.firm, line.since, line.until) for line in lines] == [
        (world.disquaire, pool.starts_on, None),
        (world.scene, pool.starts_on, None),
    ]
    text = text_of(registers.staff_pdf(lines, cluster=world.vigne, at=timezone.now()))
    assert "Inès Besson" in text and "Mise à disposition par le groupement d’employeurs Association Vigne" in text
    with scope(cluster=world.treille):
        assert registers.staff_lines() == []
