from __future__ import annotations

from datetime import date

from grappe.needs import queries
from grappe.needs.actions import open_survey, state_need, state_reference_price, withdraw_need
from grappe.needs.models import Skill


def _survey(world, title="Besoins"):
    return open_survey(by=world.colette, cluster=world.vigne, title=title, on=world.today)


def _need(world, survey, firm, skill, half_days=2):
    return state_need(
        by=world.colette,
        cluster=world.vigne,
        survey=survey,
        firm=firm,
        skill=skill,
        half_days=half_days,
        on=world.today,
    )


def test_a_withdrawn_need_is_no_longer_open_nor_counted(world):
    survey = _survey(world)
    kept, gone = _need(world, survey, world.scene, "presse"), _need(world, survey, world.studio, "presse")
    withdraw_need(by=world.colette, need=gone)
    assert list(queries.open_needs(survey)) == [kept]
    assert [(total.firms, total.needs, total.half_days) for total in queries.skill_totals(survey)] == [(1, 1, 2)]
    assert [survey.need_count for survey in queries.surveys()] == [1]
    assert list(queries.firms_that_asked(survey)) == [world.scene]


def test_the_skill_asked_by_most_firms_comes_first(world):
    survey = _survey(world)
    _need(world, survey, world.scene, "régie", half_days=20)
    _need(world, survey, world.scene, "presse")
    _need(world, survey, world.studio, "presse")
    assert [total.name for total in queries.skill_totals(survey)] == ["presse", "régie"]
    assert [total.skill.name for total in queries.by_skill(queries.needs_of(survey))] == ["presse", "régie"]


def test_needs_are_in_the_order_of_the_directory(world):
    survey = _survey(world)
    for firm in (world.scene, world.edition, world.disquaire):
        _need(world, survey, firm, "presse")
    assert [need.firm.name for need in queries.open_needs(survey)] == ["Disquaire", "Édition", "Scène"]


def test_the_latest_price_of_that_day_with_its_grade_fallen(world):
    skill = Skill.objects.create(cluster=world.vigne, name="presse")

    def ask(cents, on):
        state_reference_price(
            by=world.colette,
            cluster=world.vigne,
            firm=world.scene,
            skill=skill,
            price_cents=cents,
            half_days=2,
            grade="A",
            on=on,
        )

    ask(20000, date(2024, 5, 1))
    ask(22000, date(2026, 5, 1))
    assert queries.reference_price(world.scene.pk, skill.pk, date(2024, 4, 30)) is None
    assert queries.reference_price(world.scene.pk, skill.pk, date(2026, 4, 30)).grade == "A"
    fallen = queries.reference_price(world.scene.pk, skill.pk, date(2028, 5, 1))
    assert (fallen.price_cents, fallen.grade) == (22000, "B")


def test_the_spellings_of_a_cluster_are_its_own(world):
    Skill.objects.create(cluster=world.vigne, name="Régie")
    other = Skill.objects.model(cluster=world.treille, name="Presse")
    other.save()
    assert set(queries.known_spellings()) == {"regie"}
