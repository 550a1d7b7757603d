"""After an absence, through the browser's requests: the new plan, a replacement, a yes for short notice, skills and places."""

from __future__ import annotations

from django.urls import reverse
from tests.plans.test_replans import (  # noqa: F401
    MONDAY,
    answer,
    calendar,
    leo,
    pool,
    soon,
)
from tests.web.staff.test_week import text

from grappe.plans.actions import move
from grappe.plans.models import Consent, PersonSkill, Release, Slot, WorkSite


def at(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=["vigne", *args])


def note_absence(client, world):
    said = {
        "person": world.ines.pk,
        "kind": "sickness",
        "first_day": MONDAY.isoformat(),
        "last_day": MONDAY.isoformat(),
    }
    return client.post(at("absences"), said, follow=True)


def test_an_absence_leads_to_the_new_plan_which_is_accepted(client, world, calendar):  # noqa: F811
    client.force_login(world.colette)
    page = note_absence(client, world)
    assert page.request["PATH_INFO"] == at("calendar_replan", calendar.pk)
    assert "2 demi-journées à replacer" in text(page) and "se prépare" in text(page)
    solve = answer(calendar)
    page = text(client.get(at("calendar_replan", calendar.pk)))
    assert "Ce qui changerait" in page and "Disquaire" in page
    done = client.post(at("replan_accept", calendar.pk), {"solve": solve.pk, "send": "1"}, follow=True)
    assert "chacun est prévenu" in text(done)
    assert Release.objects.count() == 2


def test_a_stale_answer_changes_nothing_and_says_so(client, world, calendar):  # noqa: F811
    client.force_login(world.colette)
    note_absence(client, world)
    solve = answer(calendar)
    Slot.objects.filter(day=MONDAY, part="am").delete()
    done = client.post(at("replan_accept", calendar.pk), {"solve": solve.pk, "send": "1"})
    assert done.status_code == 409
    assert "a changé depuis ce calcul" in text(done)
    assert Release.objects.count() == 1


def test_a_half_day_is_entrusted(client, world, calendar, leo):  # noqa: F811
    client.force_login(world.colette)
    note_absence(client, world)
    slot = Slot.objects.get(day=MONDAY, part="am")
    assert "Confier à Léo M." in text(client.get(at("calendar_replan", calendar.pk)))
    page = client.post(at("calendar_entrust", calendar.pk), {"slot": slot.pk, "person": leo.pk}, follow=True)
    assert "confiée à Léo M." in text(page) and "Rendre à Inès B." in text(page)


def test_a_yes_on_the_phone_lets_the_change_go(client, world, soon):  # noqa: F811
    move(by=world.colette, slot=soon, day=soon.day, part="pm")
    client.force_login(world.colette)
    release = at("calendar_release", soon.calendar_id)
    assert "Demander son accord" in text(client.get(release))
    assert client.post(release, {"words": ""}).status_code == 409
    client.post(at("calendar_consent", soon.calendar_id))
    client.force_login(world.ines)
    page = text(client.get(reverse("staff:week", args=["vigne"])))
    assert "Êtes-vous d’accord ?" in page
    asked = Consent.objects.get()
    client.post(reverse("staff:consent", args=["vigne", asked.pk]), {"agreed": "1", "words": ""})
    client.force_login(world.colette)
    assert "est d’accord depuis" in text(client.get(release))
    assert client.post(release, {"words": ""}).status_code == 302
    assert Release.objects.count() == 2


def test_skills_and_places_are_noted(client, world, calendar):  # noqa: F811
    client.force_login(world.colette)
    skill = calendar.pool.skill
    client.post(at("skill_note"), {"person": world.ines.pk, "skill": skill.pk})
    noted = PersonSkill.objects.get()
    client.post(at("skill_forget", noted.pk))
    assert not PersonSkill.objects.exists()
    client.post(at("site_set"), {"firm": world.scene.pk, "region": "57"})
    site = WorkSite.objects.get()
    assert (site.firm, site.region, site.good_friday) == (world.scene, "57", False)
    page = text(client.get(at("staffing")))
    assert "Scène : Moselle, sans le Vendredi saint" in page
    client.post(at("site_set"), {"firm": world.ailleurs.pk, "region": "57"})  # shares no post here
    assert WorkSite.objects.count() == 1
