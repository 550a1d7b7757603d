from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django_scopes import scope

from grappe.cli import imports
from grappe.clusters.actions import open_cluster
from grappe.clusters.models import Membership
from grappe.needs.models import Need, Skill, Survey

SAMPLES = Path(__file__).parents[1] / "stories" / "samples"


@pytest.fixture
def mix(db):
    cluster = open_cluster(by=None, slug="mix", name="Mix", coordinator_email="c@mix.example", on=date(2020, 1, 1))
    with scope(cluster=cluster):
        yield cluster


@pytest.fixture
def run(capsys):
    def call(*argv: str) -> tuple[int, str, str]:
        code = imports.run([*argv, "--cluster", "mix"])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_a_dry_run_reports_in_json_and_writes_nothing(mix, run):
    run("firms", str(SAMPLES / "adherents.csv"), "--commit")
    code, out, _err = run("needs", str(SAMPLES / "besoins.csv"), "--json")
    report = json.loads(out)
    assert code == 0
    assert set(report) == {"lines", "good", "skipped", "refused", "similar"}
    assert (report["lines"], report["good"]) == (65, 55)
    assert [skip["line"] for skip in report["skipped"]] == [66]
    assert [refusal["line"] for refusal in report["refused"]] == [9, 18, 27, 36, 45, 54, 64, 65]
    assert set(report["refused"][0]) == {"line", "column", "reason"}
    assert ["Comm. web", "communication web", "Communication Web", "community management"] in report["similar"]
    assert not Survey.objects.exists()
    assert not Need.objects.exists()


def test_commit_writes_what_is_good_once(mix, run):
    code, out, _err = run("firms", str(SAMPLES / "adherents.csv"), "--commit")
    assert (code, Membership.objects.count()) == (0, 46)
    assert "46 lignes écrites" in out
    run("needs", str(SAMPLES / "besoins.csv"), "--commit", "--survey", "Besoins 2027")
    assert Need.objects.filter(skill__name="communication web").values("firm").distinct().count() == 11
    _code, out, _err = run("needs", str(SAMPLES / "besoins.csv"), "--commit", "--json")
    assert json.loads(out)["good"] == 0
    assert Need.objects.count() == 55
    assert Survey.objects.get().title == "Besoins 2027"


def test_spellings_may_be_kept(mix, run):
    run("firms", str(SAMPLES / "adherents.csv"), "--commit")
    run("needs", str(SAMPLES / "besoins.csv"), "--commit", "--keep-spellings")
    assert Skill.objects.filter(name="Comm. web").exists()


def test_a_column_may_be_said_by_hand(mix, run, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("Qui;Ville\nZinc;Paris\n")
    code, _out, err = run("firms", str(file))
    assert code == 2
    assert "Structure" in err
    code, out, _err = run("firms", str(file), "--column", "name=Qui")
    assert code == 0
    assert "1 ligne prête" in out


@pytest.mark.parametrize(
    ("content", "argv", "words"),
    [
        (b"", [], "vide"),
        (b"\x89PNG\x00", [], "pas un tableau"),
        (None, [], "ne peut pas"),
        (b"Structure\nA\n", ["--column", "humeur=Structure"], "humeur"),
    ],
)
def test_what_cannot_be_read_is_told_with_code_2(mix, run, tmp_path, content, argv, words):
    file = tmp_path / "a.csv"
    if content is not None:
        file.write_bytes(content)
    code, _out, err = run("firms", str(file), *argv)
    assert code == 2
    assert words in err


def test_an_unknown_cluster_is_told_with_those_that_are(mix, capsys):
    assert imports.run(["firms", "x.csv", "--cluster", "nulle-part"]) == 2
    assert "mix" in capsys.readouterr().err
