"""Mission letters: a fixed share of somebody's time, signed by both, never more than the whole of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django_scopes import scope
from tests.plans.factory import running_post

from grappe.clusters.models import Cluster
from grappe.papers.actions import UnableToMakePaper, UnableToSign, sign_paper
from grappe.papers.models import Paper, Signatory
from grappe.papers.queries import file_of, signatures_waiting, text_of
from grappe.people.models import Mail
from grappe.plans import timesheets
from grappe.plans.actions import (
    UnableToWriteLetter,
    ask_mission_signatures,
    end_mission_letter,
    record_hours,
    write_mission_letter,
)
from grappe.plans.models import MissionLetter
from grappe.plans.queries import letters, mission_letters, missions, timesheet

JANUARY, DECEMBER = date(2027, 1, 1), date(2027, 12, 31)


@pytest.fixture
def pool(world):
    return running_post(world, [(world.disquaire, 8)], starts_on=world.today - timedelta(days=60))


def written(world, share_bp: int = 4_000, first: date = JANUARY, last: date = DECEMBER, **more) -> MissionLetter:
    return write_mission_letter(
        by=world.colette, cluster=world.vigne, person=world.ines, project=more.pop("project", "Scènes en réseau"),
        share_bp=share_bp, first_day=first, last_day=last, **more,
    )  # fmt: skip


def plain(blocks: list[dict]) -> str:
    """All that is printed, without the marks of strength and with ordinary spaces."""
    runs = [
        run["text"] for block in blocks for line in [block.get("runs", []), *block.get("lines", [])] for run in line
    ]
    return "".join(runs).replace("\u202f", " ").replace("\xa0", " ")


def state(world, letter: MissionLetter, on: date | None = None) -> str:
    [found] = missions(letters().filter(pk=letter.pk), on=on or world.today)
    return found.state


def signed(world, letter: MissionLetter) -> MissionLetter:
    ask_mission_signatures(by=world.colette, letter=letter)
    [mission] = missions(letters().filter(pk=letter.pk), on=world.today)
    assert mission.sheet is not None
    paper = mission.sheet.paper
    sign_paper(by=world.colette, paper=paper, party="cluster", name="Colette Rouge", sha256=paper.sha256)
    sign_paper(by=world.ines, paper=paper, party="person", name="Inès Besson", sha256=paper.sha256)
    return letter


def test_it_is_written_signed_by_both_and_then_holds(world, pool):
    letter = written(world, funder="FEDER 2021-2027, IDF0012345")
    assert state(world, letter) == "made"
    assert mission_letters(world.ines, JANUARY) == []
    ask_mission_signatures(by=world.colette, letter=letter)
    assert state(world, letter) == "asked"
    ask_mission_signatures(by=world.colette, letter=letter)
    assert Signatory.objects.count() == 2
    assert Mail.objects.filter(to=world.ines.email).count() == 1
    signed(world, letter)
    assert state(world, letter) == "signed"
    assert [one.pk for one in mission_letters(world.ines, JANUARY)] == [letter.pk]
    assert mission_letters(world.ines, date(2028, 1, 1)) == []
    assert state(world, letter, on=date(2028, 1, 1)) == "over"


def test_the_paper_says_share_period_hours_and_rule(world, pool):
    letter = written(world)
    [mission] = missions(letters(), on=world.today)
    assert file_of(mission.sheet.paper)[0].startswith(b"%PDF")
    text = plain(text_of(mission.sheet.paper))
    assert "40 % du temps de travail de chaque mois" in text
    assert "du 1er janvier 2027 au 31 décembre 2027" in text
    assert "688 h par an pour un temps plein de 1 720 h" in text
    assert "règlement (UE) 2021/1060, art. 55" in text
    assert letter.last_day == DECEMBER


@pytest.mark.parametrize("share", [0, -100, 30_000, 10_001])
def test_a_share_that_does_not_exist_is_refused_in_words(world, pool, share):
    with pytest.raises(UnableToWriteLetter, match="n’existe pas") as refused:
        written(world, share)
    assert "entre 1 % et 100 %" in refused.value.remedy.replace("\xa0", " ")
    assert not MissionLetter.objects.exists()


def test_never_more_than_the_whole_of_somebodys_time_over_all_clusters(world, pool):
    written(world, 4_000)
    with scope(cluster=world.treille):
        MissionLetter.objects.create(
            cluster=world.treille, person=world.ines, project="Secret", share_bp=3_000,
            valid_from=date(2027, 6, 1), valid_to=date(2027, 9, 1),
        )  # fmt: skip
    with pytest.raises(UnableToWriteLetter) as refused:
        written(world, 3_001, project="Autre", first=date(2027, 8, 31))
    said = refused.value.message.replace("\xa0", " ")
    assert "donne déjà 70 % de son temps" in said and "il reste 30 %" in said
    assert "une autre grappe 30 %" in said and "Secret" not in said
    assert written(world, 3_000, project="Autre", first=date(2027, 8, 31))
    assert written(world, 3_000, project="Après", first=date(2027, 9, 1))


def test_what_is_missing_or_upside_down_writes_nothing(world, pool):
    with pytest.raises(UnableToWriteLetter, match="finirait avant de commencer"):
        written(world, first=DECEMBER, last=JANUARY)
    with pytest.raises(UnableToWriteLetter, match="nom du projet"):
        written(world, project="  ")
    with pytest.raises(UnableToWriteLetter, match="n’a pas de poste en route"):
        write_mission_letter(
            by=world.colette, cluster=world.vigne, person=world.marius, project="P", share_bp=100, first_day=JANUARY, last_day=DECEMBER
        )  # fmt: skip
    Cluster.objects.filter(pk=world.vigne.pk).update(legal_name="")
    world.vigne.refresh_from_db()
    with pytest.raises(UnableToMakePaper, match="Il manque"):
        written(world)
    assert not MissionLetter.objects.exists()


def test_one_not_signed_is_withdrawn_and_gives_its_share_back(world, pool):
    letter = written(world, 10_000)
    end_mission_letter(by=world.colette, letter=letter, on=world.today)
    assert state(world, letter) == "withdrawn"
    with pytest.raises(UnableToWriteLetter, match="n’attend pas de signature"):
        ask_mission_signatures(by=world.colette, letter=letter)
    assert written(world, 10_000)


def test_a_letter_withdrawn_is_signed_no_more(world, pool):
    letter = written(world, 10_000)
    ask_mission_signatures(by=world.colette, letter=letter)
    paper = Paper.objects.get(about_id=letter.pk, kind="mission_letter")
    end_mission_letter(by=world.colette, letter=letter)
    with pytest.raises(UnableToSign, match="retiré"):
        sign_paper(by=world.ines, paper=paper, party="person", name="Inès Besson", sha256=paper.sha256)
    assert not signatures_waiting().exists()
    assert state(world, letter) == "withdrawn"


def test_a_page_that_did_not_know_of_the_second_signature_stops_nothing(world, pool):
    letter = signed(world, written(world, 6_000, first=world.today, last=world.today + timedelta(days=90)))
    with pytest.raises(UnableToWriteLetter, match="signée par les deux"):
        end_mission_letter(by=world.colette, letter=letter)
    letter.refresh_from_db()
    assert letter.ended_on is None


def test_one_that_is_signed_stops_only_on_a_day_to_come_of_its_period(world, pool):
    letter = signed(
        world, written(world, 6_000, first=world.today - timedelta(days=40), last=world.today + timedelta(days=400))
    )
    for day in (world.today - timedelta(days=1), world.today + timedelta(days=500)):
        with pytest.raises(UnableToWriteLetter, match="un jour à venir de sa période"):
            end_mission_letter(by=world.colette, letter=letter, on=day)
    soon = world.today + timedelta(days=30)
    end_mission_letter(by=world.colette, letter=letter, on=soon)
    assert state(world, letter) == "signed"
    assert state(world, letter, on=soon) == "over"
    assert written(world, 10_000, first=soon, last=soon + timedelta(days=300))


def test_the_sheet_of_hours_names_the_letters_of_its_month(world, pool):
    day = world.today - timedelta(days=1)
    record_hours(by=world.ines, pool=pool, firm=world.disquaire, day=day, part="am")
    written(world, 1_000, project="Pas signée", first=day.replace(day=1), last=day + timedelta(days=60))
    signed(world, written(world, 2_500, first=day.replace(day=1), last=day + timedelta(days=60)))
    sheet = timesheet(world.ines, day)
    text = plain(timesheets.content(sheet, cluster=world.vigne, only=[]))
    assert "Lettre de mission signée : 25 % du temps de travail, part fixe, sur « Scènes en réseau »" in text
    assert "Pas signée" not in text
    assert timesheet(world.ines, day, firm_ids=[world.disquaire.pk]).letters == ()
