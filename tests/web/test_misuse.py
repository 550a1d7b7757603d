"""Bad input and misuse, as the group's pages meet them: refused in words on the page, nothing lost, nothing half done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.plans.factory import quiet_monday, running_post
from tests.web.staff.test_week import text

from grappe.acts.models import Act
from grappe.clusters.actions import give_mandate
from grappe.clusters.enums import Role
from grappe.plans.actions import close_month, record_absence, record_hours
from grappe.plans.models import Absence, Hours
from grappe.pools.models import CostLine, Part


@pytest.fixture
def pool(world):
    return running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=world.today - timedelta(days=60))


@pytest.fixture
def noted(world, pool):
    return record_hours(
        by=world.ines, pool=pool, firm=world.disquaire, day=world.today - timedelta(days=1), part="am", words="Affiches"
    )


def at(name: str, *args) -> str:
    return reverse(name, args=["vigne", *args])


def test_overlapping_absences(client, world, pool):
    monday = quiet_monday(world.today)
    record_absence(
        by=world.colette, cluster=world.vigne, person=world.ines, kind="leave", first_day=monday, last_day=monday + timedelta(days=4)
    )  # fmt: skip
    client.force_login(world.colette)
    refused = client.post(
        at("desk:absences"),
        {
            "person": world.ines.pk, "kind": "sickness", "first_day": monday + timedelta(days=3),
            "last_day": monday + timedelta(days=9), "words": "Grippe",
        },
    )  # fmt: skip
    page = text(refused)
    assert refused.status_code in (400, 409)
    assert "déjà" in page and "Inès" in page
    assert "Grippe" in page  # what was written is still there
    assert Absence.objects.count() == 1


def test_hours_on_a_closed_month(client, world, pool, noted):
    close_month(by=world.colette, pool=pool, month=noted.day, on=world.today)
    client.force_login(world.ines)
    said = {"day": noted.day, "part": "pm", "place": f"{pool.pk}-{world.scene.pk}", "words": "Balance son"}
    page = text(client.post(at("staff:record"), said, follow=True))
    assert "ce mois est clos" in page and "coordination" in page
    assert Hours.objects.count() == 1


def test_a_countersignature_by_someone_whose_mandate_ended_yesterday(client, world, noted):
    client.force_login(world.ancien)
    seen = {"seen": f"{noted.pk}-{noted.minutes}", "deed_key": "k"}
    for answer in (client.post(at("member:hours_sign"), seen), client.get(at("member:hours"))):
        assert answer.status_code == 404
        assert "Votre mandat dans cette grappe est terminé" in text(answer)
        assert "vous ne lisez ni ne signez plus rien ici" in text(answer)
    # With a mandate for another firm, those hours are still not hers to sign; nor does a stranger learn anything.
    give_mandate(
        by=world.colette, cluster=world.vigne, person=world.ancien, role=Role.MEMBER, firm=world.scene, on=world.today
    )
    assert client.post(at("member:hours_sign"), seen).status_code == 404
    client.force_login(world.elise)
    assert "mandat" not in text(client.get(at("member:hours")))
    noted.refresh_from_db()
    assert noted.signed_at is None and not Act.objects.exists()


@pytest.mark.parametrize("days", ["0", "0,2", "-1", ""])
def test_a_commitment_below_one_half_day(client, world, pool, days):
    part = Part.objects.get(pool=pool, firm=world.disquaire)
    client.force_login(world.colette)
    month = (world.today.replace(day=1) + timedelta(days=130)).strftime("%Y-%m")
    refused = client.post(at("desk:part_change", part.pk), {"half_days": days, "on": month})
    page = text(refused)
    assert refused.status_code in (400, 409)
    assert any(
        words in page
        for words in ("au moins une demi-journée", "demi-journée près", "Il manque cette réponse", "Au moins")
    )
    part.refresh_from_db()
    assert (part.half_days, part.asked_half_days) == (6, None)


@pytest.mark.parametrize("field", ["charges", "coefficient"])
def test_a_rate_of_three_hundred_per_cent(client, world, pool, field):
    client.force_login(world.colette)
    said = {
        "gross": "24 000", "charges": "42", "thirteenth": "", "benefits": "", "training": "", "payroll_tax": "",
        "management": "", "management_basis": "rate_loaded", "guarantee": "", "guarantee_basis": "cents",
        "coefficient": "", "coefficient_basis": "times_gross", "qualification": "Groupe 4", "agreement": "", "training_days": "",
    }  # fmt: skip
    refused = client.post(at("desk:pool_cost", pool.pk), said | {field: "300"})
    page = text(refused)
    assert refused.status_code == 400
    assert "Au plus" in page or "au plus" in page
    assert 'value="24 000"' in page and 'value="300"' in page and "Groupe 4" in page
    assert not CostLine.objects.exists()
