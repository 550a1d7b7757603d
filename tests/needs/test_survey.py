"""A survey sent by link: who is asked, what may be said, corrected, refused; what a second send does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from tests.needs.factory import PDF, STATED, a_survey, answered

from grappe.audit.deeds import AlreadyDone
from grappe.clusters.actions import end_mandate
from grappe.clusters.models import Mandate
from grappe.needs import actions, queries
from grappe.needs.enums import NeedState
from grappe.needs.models import Addressee, Need, Proof, ReferencePrice, Skill
from grappe.needs.stated import Stated, UnableToStateNeed
from grappe.people.models import AccessLink, Mail
from grappe.pools import posing


def ask(world, survey, firms=None, **more):
    return actions.ask_firms(
        by=world.colette, survey=survey, firms=world.firms if firms is None else firms, on=world.today, **more
    )


# ---------------------------------------------------------------- asking


def test_everyone_who_speaks_for_a_firm_gets_a_link_of_its_own(world):
    survey = a_survey(world)
    ask(world, survey)
    people = set(Addressee.objects.values_list("person__name", flat=True))
    assert people == {"Marius Blanc", "Paul Brun"}
    assert AccessLink.objects.filter(purpose="survey").count() == 2
    body = Mail.objects.get(to=world.marius.email).body
    assert "/enquete/" in body
    assert "n’engage à rien" in body


def test_a_firm_without_anyone_is_left_out_unless_an_address_is_given(world):
    survey = a_survey(world)
    ask(world, survey, addresses={world.scene.pk: "lea@scene.example"})
    assert Addressee.objects.get(firm=world.scene).person.email == "lea@scene.example"
    assert not Addressee.objects.filter(firm=world.studio).exists()
    turnout = queries.turnout(survey, on=world.today)
    assert (turnout.asked, turnout.unreachable) == (2, 2)


def test_the_same_firms_asked_twice_receive_one_mail(world):
    survey = a_survey(world)
    ask(world, survey)
    with pytest.raises(actions.UnableToAsk, match="Personne n’est à solliciter"):
        ask(world, survey)
    assert Mail.objects.count() == 2


def test_a_closed_survey_is_sent_to_nobody(world):
    survey = actions.close_survey(by=world.colette, survey=a_survey(world), on=world.today)
    with pytest.raises(actions.UnableToAsk, match="close"):
        ask(world, survey)


def test_a_reminder_goes_once_a_day_to_those_who_are_silent_and_still_speak(world):
    survey = a_survey(world)
    ask(world, survey)
    with pytest.raises(actions.UnableToAsk, match="aujourd’hui"):
        actions.remind_survey(by=world.colette, survey=survey, on=world.today)
    end_mandate(by=world.colette, mandate=Mandate.objects.get(person=world.paul), on=world.today)
    actions.remind_survey(by=world.colette, survey=survey, on=world.today + timedelta(days=1))
    assert Mail.objects.filter(to=world.marius.email).count() == 2
    assert Mail.objects.filter(to=world.paul.email).count() == 1


def test_one_answer_is_the_firms_so_nobody_of_it_is_reminded(world):
    survey = a_survey(world)
    ask(world, survey)
    answered(world, survey)
    with pytest.raises(actions.UnableToAsk, match="ont répondu"):
        actions.remind_survey(by=world.colette, survey=survey, on=world.today + timedelta(days=1))


# ---------------------------------------------------------------- answering


def test_a_page_and_a_file_write_the_same_rows(world):
    survey = a_survey(world)
    by_hand = actions.state_need(
        by=world.colette,
        cluster=world.vigne,
        survey=survey,
        firm=world.scene,
        skill="presse",
        half_days=4,
        on=world.today,
    )
    by_link = answered(world, survey)
    assert set(queries.open_needs(survey)) == {by_hand, by_link}
    assert queries.turnout(survey, on=world.today).answered == 2


def test_the_same_answer_sent_twice_changes_nothing(world):
    survey = a_survey(world)
    first = answered(world, survey, price_cents=15_000, grade="C", alone_half_days=2)
    again = answered(world, survey, price_cents=15_000, grade="C", alone_half_days=2)
    assert again == first
    assert Need.objects.count() == ReferencePrice.objects.count() == 1
    assert answered(world, survey, half_days=8) != first


def test_one_request_sent_twice_is_told(world):
    asked = {
        "by": world.marius,
        "survey": a_survey(world),
        "firm": world.disquaire,
        "stated": STATED,
        "on": world.today,
    }
    actions.answer_survey(**asked, key="k")
    with pytest.raises(AlreadyDone):
        actions.answer_survey(**asked, key="k")
    assert Need.objects.count() == 1


def test_a_season_is_twelve_months_that_the_engine_receives(world):
    season = (0, 0, 0, 2, 4, 10, 12, 12, 6, 0, 0, 0)
    need = answered(world, season=season, half_days=0)
    assert need.half_days == 4  # 46 half-days a year, rounded up
    posed = posing.needs_json([need], 2027)
    assert posed[0]["half_days"] == list(season)


def test_a_remote_need_has_no_place(world):
    need = answered(world, remote=True)
    assert (need.latitude, need.town) == (None, "")
    assert posing.place(need) is None
    assert "lat" not in posing.needs_json([need], 2027)[0]
    assert posing.place(answered(world, half_days=3)) == (world.disquaire.latitude, world.disquaire.longitude)


def test_a_season_within_the_months_of_a_need(world):
    need = answered(
        world, season=(4,) * 12, half_days=0, one_off=True, first_month=date(2027, 3, 1), last_month=date(2027, 5, 1)
    )
    assert posing.loads(need, 2027) == [0, 0, 4, 4, 4] + [0] * 7


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"half_days": 0}, "demi-journée"),
        ({"half_days": 63}, "31 jours"),
        ({"season": (0,) * 12}, "demi-journée"),
        ({"season": (1,) * 11}, "douze mois"),
        ({"season": (63,) + (0,) * 11}, "31 jours"),
        ({"skill": " - "}, "métier"),
        ({"first_month": date(2027, 3, 1), "last_month": date(2027, 2, 1)}, "avant le début"),
        ({"one_off": True, "first_month": date(2027, 3, 1)}, "ponctuel"),
    ],
)
def test_what_no_firm_can_want_is_refused_in_words(world, said, words):
    with pytest.raises(UnableToStateNeed, match=words):
        answered(world, **said)
    assert not Need.objects.exists()


def test_a_mandate_that_ended_yesterday_answers_nothing(world):
    survey = a_survey(world)
    for stranger in (world.ancien, world.elise):
        with pytest.raises(actions.UnableToAnswerNeed, match="mandat"):
            actions.answer_survey(by=stranger, survey=survey, firm=world.disquaire, stated=STATED, on=world.today)


def test_an_answer_is_corrected_until_the_survey_closes(world):
    survey = a_survey(world)
    need = answered(world, survey, price_cents=15_000, grade="C")
    said = Stated(skill="communication web", half_days=8, price_cents=14_000, grade="C", detail="réseaux sociaux")
    corrected = actions.correct_need(by=world.marius, need=need, stated=said, on=world.today)
    assert (corrected.pk, corrected.half_days, corrected.detail) == (need.pk, 8, "réseaux sociaux")
    assert queries.reference_price(world.disquaire.pk, need.skill_id, world.today).price_cents == 14_000
    assert ReferencePrice.objects.filter(withdrawn_on=world.today).count() == 1
    actions.close_survey(by=world.colette, survey=survey, on=world.today)
    with pytest.raises(UnableToStateNeed, match="close"):
        actions.correct_need(by=world.marius, need=need, stated=said, on=world.today)


def test_a_price_taken_away_is_no_longer_said(world):
    need = answered(world, price_cents=15_000, grade="C")
    actions.correct_need(by=world.marius, need=need, stated=STATED, on=world.today)
    assert queries.reference_price(world.disquaire.pk, need.skill_id, world.today) is None
    assert ReferencePrice.objects.count() == 1  # what was said stays


def test_what_is_pooled_or_anothers_is_not_corrected(world):
    survey = a_survey(world)
    need = answered(world, survey)
    theirs = actions.state_need(
        by=world.colette,
        cluster=world.vigne,
        survey=survey,
        firm=world.scene,
        skill="presse",
        half_days=4,
        on=world.today,
    )
    with pytest.raises(actions.UnableToAnswerNeed, match="mandat"):
        actions.correct_need(by=world.marius, need=theirs, stated=STATED, on=world.today)
    Need.objects.filter(pk=need.pk).update(state=NeedState.POOLED)
    for deed in (
        lambda: actions.correct_need(by=world.marius, need=need, stated=STATED, on=world.today),
        lambda: actions.take_back_need(by=world.marius, need=need, on=world.today),
    ):
        with pytest.raises(actions.UnableToAnswerNeed, match="mis en commun"):
            deed()


def test_wanting_nobody_is_an_answer_until_a_need_is_said(world):
    survey = a_survey(world)
    ask(world, survey)
    actions.want_nothing(by=world.marius, survey=survey, firm=world.disquaire, on=world.today)
    row = queries.responses(survey, on=world.today).get(firm=world.disquaire)
    assert (row.answered, row.wants_nothing) == (True, True)
    need = answered(world, survey)
    assert not queries.wants_nothing(survey, world.disquaire.pk)
    with pytest.raises(actions.UnableToAnswerNeed, match="a un besoin"):
        actions.want_nothing(by=world.marius, survey=survey, firm=world.disquaire, on=world.today)
    actions.take_back_need(by=world.marius, need=need, on=world.today)
    assert queries.answers_of(survey, world.disquaire.pk) == []


# ---------------------------------------------------------------- proofs


def test_a_proof_is_kept_with_its_hash_and_the_same_file_is_one(world):
    survey = a_survey(world)
    need = answered(
        world,
        survey,
        price_cents=15_000,
        grade="A",
        document="facture 12",
        document_date=world.today,
        file=("f.pdf", PDF),
    )
    answered(
        world, survey, half_days=3, price_cents=15_000, grade="A", document="facture 12", document_date=world.today,
        file=("autre nom.pdf", PDF),
    )  # fmt: skip
    proof = Proof.objects.get()
    assert bytes(proof.raw) == PDF
    assert (proof.content_type, proof.sent_by) == ("application/pdf", world.marius)
    assert len(proof.digest) == 64
    assert queries.price_of(queries.answers_of(survey, world.disquaire.pk)[0]).proof == proof
    assert need.reference_price.grade == "A"


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("virus.exe", b"MZ\x90\x00", "ni un PDF ni une image"),
        ("page.pdf", b"<html>", "ni un PDF ni une image"),
        ("gros.pdf", b"%PDF-" + b"0" * 8_000_000, "8 Mo"),
    ],
)
def test_what_is_no_proof_is_refused_and_nothing_is_written(world, name, raw, words):
    with pytest.raises(UnableToStateNeed, match=words):
        answered(world, price_cents=15_000, grade="A", file=(name, raw))
    assert not Need.objects.exists()
    assert not Proof.objects.exists()


def test_a_proof_is_never_changed(world):
    actions.keep_proof(by=world.marius, firm=world.disquaire, cluster=world.vigne, name="f.pdf", raw=PDF)
    for change in (lambda: Proof.objects.update(name="x"), lambda: Proof.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# ---------------------------------------------------------------- the coordination's answer


def test_a_need_is_refused_with_a_reason_that_the_firm_reads(world):
    need = answered(world)
    actions.refuse_need(by=world.colette, need=need, reason="  Trop loin\n de tous les autres. ")
    found = queries.answers_of(need.survey, world.disquaire.pk)[0]
    assert (found.state, found.reason) == (NeedState.REFUSED, "Trop loin de tous les autres.")
    assert "Trop loin de tous les autres." in Mail.objects.get(to=world.marius.email).body
    assert not queries.open_needs(need.survey).exists()
    assert actions.reopen_need(by=world.colette, need=need).state == NeedState.OPEN
    assert list(queries.open_needs(need.survey)) == [need]


def test_no_refusal_without_a_reason_nor_of_what_is_pooled_or_refused(world):
    need = answered(world)
    with pytest.raises(actions.UnableToAnswerNeed, match="raison"):
        actions.refuse_need(by=world.colette, need=need, reason=" \n ")
    Need.objects.filter(pk=need.pk).update(state=NeedState.POOLED)
    with pytest.raises(actions.UnableToAnswerNeed, match="mis en commun"):
        actions.refuse_need(by=world.colette, need=need, reason="non")
    with pytest.raises(actions.UnableToAnswerNeed, match="mis en commun"):
        actions.reopen_need(by=world.colette, need=need)


# ---------------------------------------------------------------- spellings


def test_a_new_spelling_is_brought_near_a_skill_of_the_cluster(world):
    answered(world)
    assert [skill.name for skill in queries.near_skills("comm web")] == ["communication web"]
    assert queries.near_skills("Communication  Web") == []  # already known
    assert queries.near_skills("comptabilité") == []
    assert Skill.objects.count() == 1


def test_a_town_is_where_a_member_of_it_is(world):
    assert queries.town_place("PARIS") == (world.disquaire.latitude, world.disquaire.longitude)
    assert queries.town_place("Brest") is None


def test_an_equal_answer_with_another_skill_is_another(world):
    survey = a_survey(world)
    first = answered(world, survey)
    assert answered(world, survey, skill="presse") != first
    assert replace(STATED, skill="presse").monthly == 6


def test_a_link_does_not_fill_the_disc(world, monkeypatch):
    monkeypatch.setattr(actions, "PROOFS_PER_FIRM_MAX", 1)
    kept = actions.keep_proof(by=world.marius, firm=world.disquaire, cluster=world.vigne, name="f.pdf", raw=PDF)
    with pytest.raises(UnableToStateNeed, match="déjà envoyé"):
        actions.keep_proof(by=world.marius, firm=world.disquaire, cluster=world.vigne, name="g.pdf", raw=PDF + b"2")
    again = actions.keep_proof(by=world.marius, firm=world.disquaire, cluster=world.vigne, name="f.pdf", raw=PDF)
    assert again == kept
