from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.needs.conftest import SAMPLES, TODAY

from grappe.audit.models import Line
from grappe.clusters.actions import keep_upload
from grappe.clusters.columns import open_sheet, recognise
from grappe.needs import queries
from grappe.needs.actions import (
    UnableToStateNeed,
    UnableToWithdrawNeed,
    close_survey,
    import_needs,
    open_survey,
    state_need,
    withdraw_need,
)
from grappe.needs.enums import NeedState
from grappe.needs.imports import COLUMNS
from grappe.needs.models import Need, ReferencePrice, Skill, SkillSpelling, Survey


def _load(cluster, raw=None, **more):
    sheet = open_sheet(raw or (SAMPLES / "besoins.csv").read_bytes())
    places = recognise(sheet.headings, COLUMNS)
    more.setdefault("survey", queries.open_survey())
    return import_needs(by=None, cluster=cluster, sheet=sheet, places=places, on=TODAY, **more)


def test_eleven_firms_ask_for_web_communication(mix):
    _load(mix, title="Besoins 2027")
    survey = Survey.objects.get()
    assert survey.title == "Besoins 2027"
    assert queries.open_needs(survey).count() == 55
    top = queries.skill_totals(survey)[0]
    assert (top.name, top.firms, top.half_days) == ("communication web", 11, 75)
    assert {price.grade for price in ReferencePrice.objects.filter(skill__name="communication web")} == {"A", "B", "D"}
    assert Line.objects.filter(deed="needs.import_needs", cluster_id=mix.pk).count() == 1


def _state():
    return [
        list(model.objects.order_by("pk").values()) for model in (Survey, Skill, SkillSpelling, Need, ReferencePrice)
    ]


def test_the_same_file_loaded_again_changes_nothing(mix):
    _load(mix)
    before = _state()
    again = _load(mix)
    assert (len(again.ready), len(again.skipped), again.groups) == (0, 56, [])
    assert _state() == before


def test_a_withdrawn_need_does_not_come_back_with_its_file(mix):
    _load(mix)
    withdraw_need(by=None, need=Need.objects.first())
    assert _load(mix).ready == []


def test_a_corrected_file_adds_only_what_was_corrected(mix):
    _load(mix)
    text = (SAMPLES / "besoins.csv").read_bytes().decode("cp1252")
    corrected = text.replace("presse;-2;", "presse;2;").encode("cp1252")
    check = _load(mix, corrected)
    assert [line.line for line in check.ready] == [18]


def test_another_figure_for_the_same_skill_is_told(mix):
    _load(mix)
    text = (SAMPLES / "besoins.csv").read_bytes().decode("cp1252")
    check = _load(mix, text.replace("webmaster;1,5;1er", "webmaster;2;1er").encode("cp1252"))
    assert [(line.line, line.beside) for line in check.ready] == [(14, True)]


def test_spellings_kept_apart_stay_apart_and_are_asked_no_more(mix):
    _load(mix, keep_spellings=True)
    assert Skill.objects.filter(name__in=["Comm. web", "communication web", "community management"]).count() == 3
    again = _load(mix, survey=None, title="Autre")
    assert again.groups == []


def test_a_coordinator_may_split_a_group_and_choose_its_name(mix):
    names = {"comm web": "Web et réseaux", "communication web": "Web et réseaux"}
    _load(mix, names=names, keep_spellings=True)
    assert Need.objects.filter(skill__name="Web et réseaux").count() == 10
    assert Need.objects.filter(skill__name="community management").count() == 1
    assert queries.known_spellings()["comm web"].name == "Web et réseaux"


def test_a_large_file_asks_the_database_no_more_questions_than_a_small_one(mix):
    def questions(lines: int, title: str) -> int:
        text = "".join(f"Dérive Films;presse;{1 + n % 31};{n + 100},00\n" for n in range(lines))
        with CaptureQueriesContext(connection) as asked:
            check = _load(mix, f"Structure;Compétence;Jours;Prix seul\n{text}".encode(), survey=None, title=title)
        assert len(check.ready) == lines
        return sum(not query["sql"].startswith("INSERT") for query in asked.captured_queries)

    questions(2, "La première fait la compétence")
    assert questions(10, "Petite") == questions(1000, "Grande")
    assert Need.objects.count() == ReferencePrice.objects.count() == 1012


def test_a_file_kept_is_told_which_survey_it_filled(mix):
    raw = (SAMPLES / "besoins.csv").read_bytes()
    upload = keep_upload(by=None, cluster=mix, kind="needs", name="b.csv", raw=raw, places={}, title="Besoins 2027")
    _load(mix, title=upload.title, upload=upload)
    upload.refresh_from_db()
    assert upload.about_id == Survey.objects.get().pk
    assert (upload.outcome["written"], len(upload.outcome["refused"])) == (55, 8)


# By hand


@pytest.fixture
def survey(world):
    return open_survey(by=world.colette, cluster=world.vigne, title="Besoins", on=world.today)


def _state_need(world, survey, **more):
    given = {"firm": world.scene, "skill": "presse", "half_days": 4} | more
    return state_need(by=world.colette, cluster=world.vigne, survey=survey, on=world.today, **given)


def test_a_need_by_hand_with_its_price(world, survey):
    need = _state_need(world, survey, price_cents=20000, alone_half_days=2, grade="A", document="devis 12")
    assert (need.skill.name, need.latitude, need.town) == ("presse", world.scene.latitude, "Paris")
    price = queries.reference_price(world.scene.pk, need.skill_id, world.today)
    assert (price.price_cents, price.half_days, price.grade, price.need) == (20000, 2, "A", need)


def test_a_known_spelling_names_its_skill(world, survey):
    first = _state_need(world, survey, skill="Presse")
    assert _state_need(world, survey, skill="  PRESSE ").skill == first.skill


def test_two_needs_by_hand_alike_are_two(world, survey):
    assert _state_need(world, survey) != _state_need(world, survey)


def test_what_cannot_be_stated_is_refused(world, survey):
    with pytest.raises(UnableToStateNeed, match="membre"):
        _state_need(world, survey, firm=world.ailleurs)
    with pytest.raises(UnableToStateNeed):
        _state_need(world, survey, half_days=63)
    with pytest.raises(UnableToStateNeed):
        _state_need(world, survey, first_month=world.today, last_month=world.today.replace(year=2020))
    close_survey(by=world.colette, survey=survey, on=world.today)
    with pytest.raises(UnableToStateNeed, match="close"):
        _state_need(world, survey)


def test_a_pooled_need_is_not_withdrawn(world, survey):
    need = _state_need(world, survey)
    Need.objects.filter(pk=need.pk).update(state=NeedState.POOLED)
    with pytest.raises(UnableToWithdrawNeed):
        withdraw_need(by=world.colette, need=need)


def test_a_survey_opened_twice_is_one(world, survey):
    assert open_survey(by=world.colette, cluster=world.vigne, title="Besoins", on=world.today) == survey
