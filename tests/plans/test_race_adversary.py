"""The same thing said twice at the same moment, by requests that share no key: it is said once, and nobody meets a fault."""

from __future__ import annotations

from datetime import date, timedelta

from tests.charges.test_race import at_once, committed
from tests.plans.factory import running_post
from tests.solves.disk import Disk, disk  # noqa: F401

from grappe.acts.models import Act
from grappe.audit.deeds import Refused
from grappe.clusters.actions import name_speaker, register_firm
from grappe.clusters.models import Firm, Mandate
from grappe.needs.actions import open_survey, state_need
from grappe.needs.models import Skill
from grappe.people.models import Person
from grappe.plans import actions
from grappe.plans.models import Absence, Hours, Wish

TIMES = 6
DAY = date(2031, 3, 4)


def faults(found: list[object]) -> list[object]:
    return [one for one in found if isinstance(one, Exception) and not isinstance(one, Refused)]


def test_said_again_the_first_stands(world):
    said = {
        "by": None,
        "cluster": world.vigne,
        "person": world.ines,
        "kind": "leave",
        "first_day": DAY,
        "last_day": DAY,
    }
    assert actions.record_absence(**said) == actions.record_absence(**said)


@committed
def test_one_absence_one_wish(disk: Disk):  # noqa: F811
    world = disk.world
    pool = running_post(world, [(world.disquaire, 10)], starts_on=world.today)

    def away():
        return actions.record_absence(
            by=None, cluster=world.vigne, person=world.ines, kind="leave", first_day=DAY, last_day=DAY
        )

    def wish():
        return actions.state_wish(by=world.marius, pool=pool, firm=world.disquaire, day=DAY, kind="refused")

    assert faults(at_once(disk, *[away] * TIMES, *[wish] * TIMES)) == []
    assert (Absence.objects.count(), Wish.objects.count()) == (1, 1)


@committed
def test_one_correction(disk: Disk):  # noqa: F811
    world, day = disk.world, disk.world.today - timedelta(days=7)
    pool = running_post(world, [(world.disquaire, 10)], starts_on=world.today - timedelta(days=60))
    hours = actions.record_hours(by=world.ines, pool=pool, firm=world.disquaire, day=day, part="am")
    actions.sign_hours(by=world.marius, hours=hours, on=world.today)

    def correct():
        return actions.correct_hours(by=world.colette, hours=hours, minutes=120, words="erreur")

    found = at_once(disk, *[correct] * TIMES)
    assert faults(found) == []
    assert sum(isinstance(one, Hours) for one in found) == 1
    assert (Hours.objects.count(), Act.objects.count()) == (2, 2)


@committed
def test_one_firm_one_person_one_skill(disk: Disk):  # noqa: F811
    world = disk.world
    survey = open_survey(by=None, cluster=world.vigne, title="Besoins", question="", on=world.today)
    card = {"name": "Neuve", "siren": "732829320"}

    def firm():
        return register_firm(by=None, cluster=world.vigne, card=card, on=world.today)

    def speaker():
        return name_speaker(
            by=None, cluster=world.vigne, firm=world.studio, email="neuve@studio.example", on=world.today
        )

    def need():
        return state_need(
            by=None, cluster=world.vigne, survey=survey, firm=world.scene, skill="lutherie", half_days=2, on=world.today
        )

    assert faults(at_once(disk, *[firm] * 4, *[speaker] * 4, *[need] * 4)) == []
    assert Firm.objects.filter(siren="732829320").count() == 1
    assert Person.objects.filter(email="neuve@studio.example").count() == 1
    assert Mandate.objects.filter(firm=world.studio).count() == 1
    assert Skill.objects.filter(name="lutherie").count() == 1
