"""An absence in a released month: the plan nearest to the one there was, or someone else; a yes for what comes too soon."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django_scopes import scope
from tests.plans.factory import running_post
from tests.plans.test_gateway import answered
from tests.world import person

from grappe.clusters.actions import give_mandate
from grappe.clusters.models import Firm
from grappe.needs.models import Skill
from grappe.people.models import Mail
from grappe.plans.actions import (
    UnableToConsent,
    UnableToPlan,
    accept_replan,
    answer_consent,
    ask_consent,
    ask_replan,
    clear,
    entrust,
    move,
    note_skill,
    open_calendar,
    place,
    record_absence,
    release,
)
from grappe.plans.models import Calendar, Consent, Release, Slot
from grappe.plans.moves import moves_between, places
from grappe.plans.queries import facts_of, last_replan, replan_of, skilled_people, to_replace
from grappe.plans.rules import conflicts
from grappe.pools.enums import PoolState
from grappe.pools.models import Pool
from grappe.solves.enums import SolveState
from grappe.solves.models import Solve

START = date(2026, 9, 1)
MARCH = date(2027, 3, 1)
MONDAY, TUESDAY = date(2027, 3, 8), date(2027, 3, 9)


@pytest.fixture
def pool(world):
    return running_post(world, [(world.disquaire, 6), (world.scene, 8)], starts_on=START)


@pytest.fixture
def calendar(world, pool):
    """A released month: Disquaire on three Mondays, Scène on four Tuesdays, all day."""
    found = open_calendar(by=world.colette, pool=pool, month=MARCH)
    for firm, days in ((world.disquaire, (1, 8, 15)), (world.scene, (2, 9, 16, 23))):
        for day in days:
            for part in ("am", "pm"):
                place(by=world.colette, calendar=found, firm=firm, day=date(2027, 3, day), part=part)
    release(by=world.colette, calendar=found)
    return Calendar.objects.get(pk=found.pk)


@pytest.fixture
def leo(world):
    """Another employee of the group, with a post of another skill, and the first one's skill beside."""
    leo = person("leo@vigne.example", "Léo Martin")
    give_mandate(by=None, cluster=world.vigne, person=leo, role="employee", on=world.today)
    other = Skill.objects.create(cluster=world.vigne, name="technique")
    post = Pool.objects.create(
        cluster=world.vigne, name="Technique", skill=other, state=PoolState.RUNNING, starts_on=START, person=leo
    )
    leo.post = post
    note_skill(by=world.colette, person=leo, skill=Skill.objects.get(name="communication web"))
    return leo


def away(world, first: date, last: date | None = None, who=None):
    return record_absence(
        by=world.colette, cluster=world.vigne, person=who or world.ines, kind="sickness", first_day=first, last_day=last or first
    )  # fmt: skip


def answer(calendar: Calendar) -> Solve:
    """The last new plan asked for, answered as the worker does."""
    solve = last_replan(calendar)
    solve.result, solve.state = answered(solve.problem), SolveState.DONE
    solve.save()
    return solve


def halves(calendar: Calendar) -> set[tuple[date, str, str]]:
    return {(slot.day, slot.part, slot.firm.name) for slot in calendar.slots.select_related("firm")}


class TestNewPlan:
    def test_it_is_asked_for_as_soon_as_the_absence_is_noted(self, world, calendar):
        away(world, MONDAY)
        solve = last_replan(calendar)
        assert solve is not None
        assert solve.about_id == calendar.pk
        assert len(solve.problem["previous"]) == 14

    def test_only_what_was_lost_moves_and_those_concerned_are_told(self, world, calendar):
        give_mandate(by=None, cluster=world.vigne, person=world.bruno, role="member", firm=world.scene, on=world.today)
        away(world, MONDAY)
        solve, before = answer(calendar), halves(calendar)
        Mail.objects.all().delete()
        accept_replan(by=world.colette, calendar=calendar, solve=solve)
        after = halves(calendar)
        lost = {(MONDAY, "am", "Disquaire"), (MONDAY, "pm", "Disquaire")}
        assert before - after == lost
        assert [name for _day, _part, name in after - before] == ["Disquaire", "Disquaire"]
        assert not conflicts(facts_of(calendar))
        newest = Release.objects.order_by("-number").first()
        assert newest.number == 2
        assert {(s.day, s.part, s.firm.name) for s in newest.slots.all()} == after
        told = {mail.person for mail in Mail.objects.all()}
        assert told == {world.ines, world.marius, world.paul}  # nobody at Scène: nothing moves there

    def test_nothing_changes_before_it_is_accepted(self, world, calendar):
        before = halves(calendar)
        away(world, MONDAY)
        answer(calendar)
        assert halves(calendar) == before
        assert Release.objects.count() == 1

    def test_what_finds_no_other_place_is_said(self, world, calendar):
        away(world, MARCH, date(2027, 3, 31))
        solve = answer(calendar)
        found = replan_of(calendar, facts_of(calendar), solve)
        assert found is not None
        assert len(found.lost) == 14
        assert not found.moved

    def test_a_month_changed_in_the_meantime_is_not_overwritten(self, world, calendar):
        away(world, MONDAY)
        solve = answer(calendar)
        found = replan_of(calendar, facts_of(calendar), solve)
        taken = next(half for half in found.halves if half not in facts_of(calendar).mine())
        place(by=world.colette, calendar=calendar, firm=world.scene, day=taken[0], part=taken[1])
        before = halves(calendar)
        with pytest.raises(UnableToPlan, match="a changé depuis ce calcul"):
            accept_replan(by=world.colette, calendar=calendar, solve=solve)
        assert halves(calendar) == before
        assert Release.objects.count() == 1

    def test_an_older_answer_is_not_taken(self, world, calendar):
        away(world, MONDAY)
        old = answer(calendar)
        ask_replan(by=world.colette, calendar=calendar)
        with pytest.raises(UnableToPlan, match="Un autre calcul"):
            accept_replan(by=world.colette, calendar=calendar, solve=old)

    def test_without_a_conflict_there_is_nothing_to_ask(self, world, calendar):
        with pytest.raises(UnableToPlan, match="tiennent"):
            ask_replan(by=world.colette, calendar=calendar)

    def test_a_month_not_yet_sent_out_asks_for_nothing(self, world, pool):
        draft = open_calendar(by=world.colette, pool=pool, month=MARCH)
        place(by=world.colette, calendar=draft, firm=world.scene, day=MONDAY, part="am")
        away(world, MONDAY)
        assert last_replan(draft) is None


class TestReplacement:
    def test_who_has_the_skill_and_is_free(self, world, calendar, leo):
        away(world, MONDAY)
        found = to_replace(calendar, facts_of(calendar), on=MARCH)
        assert [(one.half, one.firm, [c.person for c in one.free]) for one in found] == [
            ((MONDAY, "am"), "Disquaire", [leo]),
            ((MONDAY, "pm"), "Disquaire", [leo]),
        ]

    def test_without_the_skill_nobody(self, world, calendar):
        away(world, MONDAY)
        assert [one.candidates for one in to_replace(calendar, facts_of(calendar), on=MARCH)] == [(), ()]
        assert skilled_people(calendar.pool, on=world.today) == []

    def test_entrusted_the_half_day_stands_and_is_told_in_the_next_version(self, world, calendar, leo):
        away(world, MONDAY)
        for slot in Slot.objects.filter(day=MONDAY):
            entrust(by=world.colette, slot=slot, person=leo)
        facts = facts_of(calendar)
        assert not conflicts(facts)
        assert facts.counts()[world.disquaire.pk] == 6
        Mail.objects.all().delete()
        made = release(by=world.colette, calendar=calendar)
        assert {slot.person for slot in made.slots.filter(day=MONDAY)} == {leo}
        assert "Léo remplace Inès" in Mail.objects.get(person=leo).body
        assert {mail.person for mail in Mail.objects.all()} == {world.ines, leo, world.marius, world.paul}

    def test_someone_away_at_work_or_too_far_is_not_offered(self, world, calendar, leo):
        away(world, MONDAY)
        slot = Slot.objects.get(day=MONDAY, part="am")
        theirs = open_calendar(by=world.colette, pool=leo.post, month=MARCH)

        def why(part="am") -> str:
            found = to_replace(calendar, facts_of(calendar), on=MARCH)
            return next(one for one in found if one.half == (MONDAY, part)).candidates[0].why_not

        busy = Slot.objects.create(
            cluster=world.vigne, calendar=theirs, person=leo, firm=world.studio, day=MONDAY, part="am"
        )
        assert why() == "déjà chez Studio"
        with pytest.raises(UnableToPlan, match=r"Léo ne peut pas.: déjà chez Studio"):
            entrust(by=world.colette, slot=slot, person=leo)
        Slot.objects.filter(pk=busy.pk).update(part="pm")
        Firm.objects.filter(pk=world.studio.pk).update(latitude=48.35, longitude=2.35)  # 60 km south
        assert "trop loin de Studio" in why()
        Slot.objects.filter(pk=busy.pk).delete()
        away(world, MONDAY, who=leo)
        assert why() == "en absence ce jour-là"

    def test_another_cluster_is_not_named(self, world, calendar, leo):
        away(world, MONDAY)
        with scope(cluster=world.treille):
            theirs = Pool.objects.create(
                cluster=world.treille, name="Ailleurs", state=PoolState.RUNNING, starts_on=START, person=leo
            )
            month = Calendar.objects.create(cluster=world.treille, pool=theirs, month=MARCH)
            Slot.objects.create(
                cluster=world.treille, calendar=month, person=leo, firm=world.ailleurs, day=MONDAY, part="am"
            )
        found = to_replace(calendar, facts_of(calendar), on=MARCH)
        assert found[0].candidates[0].why_not == "déjà au travail pour une autre grappe"

    def test_given_back(self, world, calendar, leo):
        slot = Slot.objects.get(day=TUESDAY, part="am")
        entrust(by=world.colette, slot=slot, person=leo)
        slot.refresh_from_db()
        with pytest.raises(UnableToPlan, match="confiée à Léo"):
            move(by=world.colette, slot=slot, day=date(2027, 3, 10), part="am")
        entrust(by=world.colette, slot=slot, person=world.ines)
        assert Slot.objects.get(pk=slot.pk).person == world.ines

    def test_a_stranger_to_the_skill_is_refused(self, world, calendar, leo):
        slot = Slot.objects.get(day=TUESDAY, part="am")
        with pytest.raises(UnableToPlan, match="n’a pas la compétence"):
            entrust(by=world.colette, slot=slot, person=world.bruno)

    def test_a_new_plan_leaves_what_others_work(self, world, calendar, leo):
        away(world, MONDAY)
        entrust(by=world.colette, slot=Slot.objects.get(day=MONDAY, part="am"), person=leo)
        ask_replan(by=world.colette, calendar=calendar)
        accept_replan(by=world.colette, calendar=calendar, solve=answer(calendar))
        assert Slot.objects.get(day=MONDAY).person == leo
        assert facts_of(calendar).counts()[world.disquaire.pk] == 6


@pytest.fixture
def soon(world, pool):
    """A released month with a half-day of Scène in the coming days, and one further on."""
    day = world.today + timedelta(days=1)
    while True:
        calendar = open_calendar(by=world.colette, pool=pool, month=day)
        facts = facts_of(calendar)
        days = [d for d in facts.days if d >= day and d not in facts.holidays]
        if days and (days[0] - world.today).days < 5:
            break
        day = day.replace(day=1) if day.day == 1 else day + timedelta(days=1)
    slot = place(by=world.colette, calendar=calendar, firm=world.scene, day=days[0], part="am")
    release(by=world.colette, calendar=calendar)
    return slot


class TestConsent:
    def later(self, world, soon):
        return move(by=world.colette, slot=soon, day=soon.day, part="pm")

    def test_a_change_too_soon_waits_for_a_yes(self, world, soon):
        self.later(world, soon)
        with pytest.raises(UnableToConsent, match=r"à moins de 7 jours.: il faut que Inès soit d’accord"):
            release(by=world.colette, calendar=soon.calendar)
        ask_consent(by=world.colette, calendar=soon.calendar)
        ask_consent(by=world.colette, calendar=soon.calendar)
        asked = Consent.objects.get()
        assert "êtes-vous d’accord" in Mail.objects.filter(person=world.ines).order_by("-pk").first().subject
        with pytest.raises(UnableToConsent):
            release(by=world.colette, calendar=soon.calendar)
        answer_consent(by=world.ines, consent=asked, agreed=True, words="Ça m’arrange")
        assert release(by=world.colette, calendar=soon.calendar).number == 2
        assert "est d’accord" in Mail.objects.filter(person=world.colette).order_by("-pk").first().subject

    def test_by_word_of_mouth_it_is_kept_with_its_date(self, world, soon):
        self.later(world, soon)
        release(by=world.colette, calendar=soon.calendar, agreed="Au téléphone ce matin")
        kept = Consent.objects.get()
        assert (kept.agreed, kept.way, kept.words) == (True, "spoken", "Au téléphone ce matin")
        assert kept.answered_at is not None

    def test_a_no_holds_and_another_change_asks_anew(self, world, soon):
        moved = self.later(world, soon)
        ask_consent(by=world.colette, calendar=soon.calendar)
        answer_consent(by=world.ines, consent=Consent.objects.get(), agreed=False)
        with pytest.raises(UnableToConsent, match="n’accepte pas"):
            release(by=world.colette, calendar=soon.calendar, agreed="si, si")
        clear(by=world.colette, slot=moved)
        with pytest.raises(UnableToConsent, match="soit d’accord"):
            release(by=world.colette, calendar=soon.calendar)

    def test_an_answer_is_given_once_by_the_person_and_frozen(self, world, soon):
        self.later(world, soon)
        ask_consent(by=world.colette, calendar=soon.calendar)
        asked = Consent.objects.get()
        with pytest.raises(UnableToConsent):
            answer_consent(by=world.marius, consent=asked, agreed=True)
        answer_consent(by=world.ines, consent=asked, agreed=False)
        assert answer_consent(by=world.ines, consent=asked, agreed=True).agreed is False
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.filter(pk=asked.pk).update(agreed=True)

    def test_a_half_day_lost_to_an_absence_asks_nothing(self, world, soon):
        away(world, soon.day)
        clear(by=world.colette, slot=soon)
        assert release(by=world.colette, calendar=soon.calendar).number == 2
        assert not Consent.objects.exists()


def test_a_move_between_people_is_told_as_such(world, calendar, leo):
    before = places(calendar.slots.select_related("firm", "person"))
    entrust(by=world.colette, slot=Slot.objects.get(day=TUESDAY, part="am"), person=leo)
    found = moves_between(before, places(calendar.slots.select_related("firm", "person")))
    assert [(one.was, one.now, one.person, one.before) for one in found] == [
        ((TUESDAY, "am"), (TUESDAY, "am"), "Léo", "Inès")
    ]
