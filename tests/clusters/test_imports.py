from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django_scopes import scope, scopes_disabled

from grappe.clusters.actions import end_membership, import_firms, open_cluster, welcome_firm
from grappe.clusters.columns import open_sheet, recognise
from grappe.clusters.imports import COLUMNS, FirmCheck, check_firms
from grappe.clusters.models import Cluster, Firm, Membership

SAMPLE = Path(__file__).parents[1] / "stories" / "samples" / "adherents.csv"
TODAY = date(2027, 1, 4)
HEADING = "Structure;SIREN;Ville;Effectif;Adhérent depuis\n"


@pytest.fixture
def mix(db):
    cluster = open_cluster(by=None, slug="mix", name="Mix", coordinator_email="c@mix.example", on=date(2020, 1, 1))
    with scope(cluster=cluster):
        yield cluster


def _check(cluster: Cluster, text: str) -> FirmCheck:
    sheet = open_sheet(text.encode())
    return check_firms(sheet, recognise(sheet.headings, COLUMNS), cluster=cluster)


def _load(cluster: Cluster, raw: str | bytes) -> FirmCheck:
    sheet = open_sheet(raw.encode() if isinstance(raw, str) else raw)
    places = recognise(sheet.headings, COLUMNS)
    return import_firms(by=None, cluster=cluster, sheet=sheet, places=places, on=TODAY)


def test_the_sample_is_all_good_and_its_dates_are_read(mix):
    check = _load(mix, SAMPLE.read_bytes())
    assert (check.line_count, len(check.ready), check.refused, check.skipped) == (46, 46, [], [])
    since = dict(Membership.objects.values_list("firm__siren", "valid_from"))
    assert since["000000042"] == date(2009, 1, 1)
    assert since["000000059"] == date(2010, 3, 15)
    assert since["000000018"] == date(2011, 1, 1)
    assert since["000000133"] == date(2012, 1, 1)
    firm = Firm.objects.get(siren="000000018")
    assert (firm.name, firm.postcode, firm.town, firm.latitude) == ("Dérive Films", "75018", "Paris", 48.8837)


def test_the_same_list_loaded_again_changes_nothing(mix):
    _load(mix, SAMPLE.read_bytes())
    before = list(Firm.objects.order_by("pk").values()), list(Membership.objects.order_by("pk").values())
    again = _load(mix, SAMPLE.read_bytes())
    assert (len(again.ready), len(again.skipped)) == (0, 46)
    assert (list(Firm.objects.order_by("pk").values()), list(Membership.objects.order_by("pk").values())) == before


def test_checking_writes_nothing(mix, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        check = _check(mix, SAMPLE.read_text("utf-8-sig"))
    assert len(check.ready) == 46
    assert not Firm.objects.exists()


def test_what_would_change_is_shown_before_and_written_after(mix):
    _load(mix, f"{HEADING}Zinc;000000018;Paris;3;2011\n")
    changed = f"{HEADING}Zinc;000000018;Lyon;4;2011\n"
    check = _check(mix, changed)
    assert [(c.label, c.before, c.after) for c in check.ready[0].changes] == [
        ("Ville", "Paris", "Lyon"),
        ("Effectif", "3", "4"),
    ]
    _load(mix, changed)
    membership = Membership.objects.select_related("firm").get()
    assert (membership.firm.town, membership.headcount, membership.valid_from) == ("Lyon", 4, date(2011, 1, 1))


def test_an_empty_cell_changes_nothing(mix):
    _load(mix, f"{HEADING}Zinc;000000018;Paris;3;2011\n")
    assert _check(mix, f"{HEADING}Zinc;000000018;;;\n").ready == []


def test_a_firm_without_siren_is_known_by_its_name(mix):
    _load(mix, f"{HEADING}Écluse;;Paris;3;2011\n")
    check = _check(mix, f"{HEADING}ECLUSE;;Paris;3;2011\n")
    assert [change.after for line in check.ready for change in line.changes] == ["ECLUSE"]
    _load(mix, f"{HEADING}Écluse;000000018;Paris;3;2011\n")
    assert Firm.objects.get().siren == "000000018"


def test_a_membership_without_a_date_begins_on_the_day_of_the_import(mix):
    _load(mix, f"{HEADING}Zinc;000000018;;;\n")
    assert Membership.objects.get().valid_from == TODAY


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (";000000018;;;", "Structure"),
        ("=1;000000018;;;", "Structure"),
        ("Zinc;123 456 780;;;", "SIREN"),
        ("Zinc;000000018;;beaucoup;", "Effectif"),
        ("Zinc;000000018;;-1;", "Effectif"),
        ("Zinc;000000018;;2,5;", "Effectif"),
        ("Zinc;000000018;;;hier", "Adhérent depuis"),
        ("Zinc;000000018;;;;trop", ""),
    ],
)
def test_a_faulty_line_is_named_with_its_column(mix, line, column):
    check = _check(mix, f"{HEADING}{line}\n")
    assert [(refusal.line, refusal.column) for refusal in check.refused] == [(2, column)]
    assert check.refused[0].reason


def test_two_versions_of_a_firm_in_one_file_are_refused_and_a_repetition_is_said(mix):
    one = "Zinc;000000018;Paris;3;2011\n"
    check = _check(mix, f"{HEADING}{one}{one}Zinc;000000018;Lyon;3;2011\n")
    assert [line.line for line in check.ready] == [2]
    assert [(skip.line, skip.reason) for skip in check.skipped] == [(3, "répétition de la ligne 2")]
    assert [refusal.line for refusal in check.refused] == [4]


def test_a_member_with_another_siren_is_refused(mix):
    _load(mix, f"{HEADING}Zinc;000000018;;;\n")
    assert "000000018" in _check(mix, f"{HEADING}Zinc;000000026;;;\n").refused[0].reason


def test_a_firm_that_left_comes_back_only_with_a_later_date(mix):
    _load(mix, f"{HEADING}Zinc;000000018;;;2011\n")
    end_membership(by=None, firm=Firm.objects.get(), on=date(2026, 6, 1))
    assert _check(mix, f"{HEADING}Zinc;000000018;;;2011\n").refused
    _load(mix, f"{HEADING}Zinc;000000018;;;01/09/2026\n")
    assert Membership.objects.count() == 2


class TestAFirmThatAnotherClusterReliesOn:
    @pytest.fixture
    def shared(self, mix):
        other = open_cluster(by=None, slug="other", name="Other", coordinator_email="o@o.example", on=date(2020, 1, 1))
        firm = Firm.objects.create(name="Dérive Films", siren="000000018", town="Paris")
        with scope(cluster=other):
            welcome_firm(by=None, cluster=other, firm=firm, on=date(2021, 1, 1), email="secret@derive.example")
        return firm

    def test_is_completed_never_replaced(self, mix, shared):
        _load(mix, "Structure;SIREN;Ville;Rue\nDérive Films SARL;000000018;Lyon;1 rue du Puits\n")
        shared.refresh_from_db()
        assert (shared.name, shared.town, shared.street) == ("Dérive Films", "Paris", "1 rue du Puits")
        assert Membership.objects.get().firm == shared

    def test_each_cluster_keeps_its_own_address(self, mix, shared):
        _load(mix, "Structure;SIREN\nDérive Films;000000018\n")
        assert Membership.objects.get().email == ""  # not the one that the other cluster was given
        _load(mix, "Structure;SIREN;Courriel\nDérive Films;000000018;a@b.example\n")
        assert Membership.objects.get().email == "a@b.example"
        with scopes_disabled():
            assert set(Membership.objects.values_list("email", flat=True)) == {"secret@derive.example", "a@b.example"}

    def test_is_not_taken_for_another(self, mix, shared):
        check = _check(mix, "Structure;SIREN\nZinc Fantôme;000000018\n")
        assert "Dérive Films" in check.refused[0].reason
