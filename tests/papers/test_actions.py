"""Templates, papers and signatures as their deeds make them."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.papers.factory import BODY, LETTER, paper, text_of

from grappe.audit.deeds import AlreadyDone
from grappe.clusters.actions import end_mandate
from grappe.clusters.models import Mandate
from grappe.papers import queries
from grappe.papers.actions import (
    UnableToAskSignatures,
    UnableToKeepTemplate,
    UnableToMakePaper,
    UnableToSign,
    ask_signatures,
    keep_template,
    make_paper,
    remind_signatory,
    sign_paper,
)
from grappe.papers.models import Paper, Signatory, Signature, Template
from grappe.people.models import AccessLink, Mail


def keep(world, body, seen=None, cluster="own"):
    return keep_template(
        by=world.colette, cluster=world.vigne if cluster == "own" else None, kind=LETTER.key, body=body, seen=seen
    )


def sign(world, made, party="firm", by=None, **more):
    return sign_paper(
        by=by or (world.marius if party == "firm" else world.colette),
        paper=made,
        party=party,
        name="Marius Blanc",
        sha256=made.sha256,
        **more,
    )


class TestTemplates:
    def test_the_house_text_is_used_until_the_cluster_writes_its_own(self, world):
        assert queries.body_in_use(world.vigne, LETTER) == BODY
        first = paper(world)
        assert (first.template.cluster_id, first.template.version) == (None, 1)
        keep(world, "# Autre\n{{ structure }}")
        again = paper(world)
        assert (again.template.cluster_id, again.version, again.supersedes_id) == (world.vigne.pk, 2, first.pk)
        assert queries.body_in_use(world.treille, LETTER) == BODY

    def test_versions_are_kept_and_the_same_text_makes_none(self, world):
        one = keep(world, "# Un\n{{ structure }}")
        assert keep(world, "# Un\r\n{{ structure }}\r\n") == one
        assert keep(world, "# Deux").version == 2
        assert [row.version for row in queries.versions_of(world.vigne, LETTER.key)] == [2, 1]

    def test_a_fault_is_refused_with_its_line_and_nothing_is_kept(self, world):
        with pytest.raises(UnableToKeepTemplate) as refused:
            keep(world, "# A\n{{ strcture }}")
        assert "Ligne 2" in refused.value.remedy
        assert "structure" in refused.value.remedy
        assert Template.objects.count() == 0

    def test_a_stale_page_is_refused(self, world):
        keep(world, "# Un", seen=0)
        with pytest.raises(UnableToKeepTemplate, match="Quelqu’un d’autre"):
            keep(world, "# Deux", seen=0)

    def test_an_operators_text_is_everyones_until_a_cluster_has_its_own(self, world):
        keep(world, "# Maison", cluster=None)
        assert queries.body_in_use(world.treille, LETTER).startswith("# Maison")
        keep(world, "# Vigne")
        assert queries.body_in_use(world.vigne, LETTER).startswith("# Vigne")


class TestPapers:
    def test_it_is_kept_with_its_hash_and_prints_its_facts(self, world):
        made = paper(world, tableau={"head": ["Jour", "Heures"], "rows": [["lundi", 7]], "right": [1]})
        assert hashlib.sha256(bytes(made.pdf)).hexdigest() == made.sha256
        text = text_of(bytes(made.pdf))
        for said in (
            "Lettre à Disquaire",
            "Disquaire reçoit 3 jours par mois",
            "lundi",
            "Pour l’employeur",
            "Nom, date et signature",
        ):
            assert said in text, said
        assert b"pdfuaid" in bytes(made.pdf)

    def test_the_same_again_is_the_same_paper(self, world):
        assert paper(world) == paper(world)
        assert Paper.objects.count() == 1

    def test_another_fact_is_a_new_version(self, world):
        first, second = paper(world), paper(world, jours="4 jours")
        assert (second.version, second.supersedes_id) == (2, first.pk)
        assert "version 2" in text_of(bytes(second.pdf))
        assert paper(world).version == 3  # back to the first facts: still another version than the one that stands

    def test_a_hole_is_refused(self, world):
        with pytest.raises(UnableToMakePaper, match="la structure"):
            paper(world, structure="")

    @pytest.mark.parametrize(
        "said",
        [
            '#eval("1+1") $x$ ]]} `raw` @ref <label> \\ // /* http://a.fr',
            "Émoji \U0001f3b8 et \U0001f468\u200d\U0001f469\u200d\U0001f467, \u4e2d\u6587, \u0395\u03bb, \u202egauche",
            "{{ jours }} **pas gras** # titre\n- liste",
            "\x00nul\x07 et \ue000",
            "A" * 3000,
        ],
    )
    def test_what_people_write_is_printed_and_never_run(self, world, said):
        made = paper(world, structure=said, lignes=[said], tableau={"head": [said], "rows": [[said, said], []]})
        text = text_of(bytes(made.pdf))
        assert "Objet" in text
        if said.startswith("#eval"):
            assert '#eval("1+1") $x$ ]]} `raw` @ref <label> \\ // /* http://a.fr reçoit' in text
        if said.startswith("{{"):
            assert "{{ jours }} **pas gras**" in text

    def test_frozen_on_both_databases(self, world):
        made = paper(world)
        ask_signatures(by=world.colette, paper=made, people={"firm": [world.marius]})
        sign(world, made)
        for table in ("papers_template", "papers_paper", "papers_signatory", "papers_signature"):
            for verb in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
                with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(verb)


class TestSignatures:
    def test_asked_by_mail_signed_by_link_and_confirmed(self, world):
        made = paper(world)
        ask_signatures(by=world.colette, paper=made, people={"firm": [world.marius], "cluster": [world.colette]})
        mail = Mail.objects.get(to=world.marius.email)
        link = AccessLink.objects.get(person=world.marius, purpose="signature")
        assert f"/signature/{link.token}/" in mail.body
        given = sign(world, made, link=link)
        assert (given.name, given.email, given.sha256, given.link) == (
            "Marius Blanc", world.marius.email, made.sha256, link.pk,
        )  # fmt: skip
        text = text_of(bytes(given.pdf))
        assert "Signé par Marius Blanc (marius@disquaire.example)" in text
        assert made.sha256[:32] in text
        assert made.sha256 in Mail.objects.filter(to=world.marius.email).first().body
        assert not queries.sheet(made).signed
        last = sign(world, made, "cluster")
        assert queries.sheet(made).signed
        assert queries.file_of(made) == (bytes(last.pdf), last.pdf_sha256)
        assert hashlib.sha256(bytes(last.pdf)).hexdigest() == last.pdf_sha256
        assert text_of(bytes(last.pdf)).count("Signé par") == 2
        assert "signé par tous" in Mail.objects.filter(to=world.colette.email).first().subject

    def test_once_for_a_party(self, world):
        made = paper(world)
        sign(world, made)
        with pytest.raises(UnableToSign, match="déjà signé pour Disquaire, par Marius Blanc"):
            sign(world, made, by=world.paul)
        assert Signature.objects.count() == 1

    def test_a_double_click_signs_once(self, world):
        made = paper(world)
        sign(world, made, key="k")
        with pytest.raises(AlreadyDone):
            sign(world, made, key="k")

    def test_another_text_than_the_one_shown_is_refused(self, world):
        made = paper(world)
        with pytest.raises(UnableToSign, match="Le texte affiché"):
            sign_paper(by=world.marius, paper=made, party="firm", name="Marius Blanc", sha256="0" * 64)

    def test_a_replaced_paper_is_signed_no_more(self, world):
        made = paper(world)
        paper(world, jours="5 jours")
        with pytest.raises(UnableToSign, match="remplacé"):
            sign(world, made)
        with pytest.raises(UnableToAskSignatures, match="remplacé"):
            ask_signatures(by=world.colette, paper=made, people={"firm": [world.marius]})

    def test_a_mandate_that_ended_yesterday_signs_nothing(self, world):
        made = paper(world)
        with pytest.raises(UnableToSign, match="mandat"):
            sign(world, made, by=world.ancien)
        ask_signatures(by=world.colette, paper=made, people={"firm": [world.marius]})
        mandate = Mandate.objects.get(person=world.marius)
        end_mandate(by=world.colette, mandate=mandate, on=world.today)
        with pytest.raises(UnableToSign, match="mandat"):
            sign(world, made)

    @pytest.mark.parametrize("who", ["colette", "ines", "bruno", "fanny", "elise"])
    def test_nobody_else_signs_for_the_firm(self, world, who):
        with pytest.raises(UnableToSign, match="mandat"):
            sign(world, paper(world), by=getattr(world, who))

    @pytest.mark.parametrize("name", ["", " ", "M", "x" * 121])
    def test_a_name_is_needed(self, world, name):
        made = paper(world)
        with pytest.raises(UnableToSign, match="votre nom"):
            sign_paper(by=world.marius, paper=made, party="firm", name=name, sha256=made.sha256)

    def test_nobody_to_sign_is_said(self, world):
        with pytest.raises(UnableToAskSignatures, match="Personne ne peut signer pour Disquaire"):
            ask_signatures(by=world.colette, paper=paper(world), people={"firm": []})
        with pytest.raises(UnableToAskSignatures, match="Fanny Vert ne peut pas"):
            ask_signatures(by=world.colette, paper=paper(world), people={"firm": [world.fanny]})

    def test_asked_twice_is_one_mail_and_a_reminder_comes_the_next_day(self, world):
        made = paper(world)
        for _time in range(2):
            ask_signatures(by=world.colette, paper=made, people={"firm": [world.marius]})
        assert Mail.objects.filter(to=world.marius.email).count() == 1
        signatory = Signatory.objects.get()
        with pytest.raises(UnableToAskSignatures, match="déjà reçu un message"):
            remind_signatory(by=world.colette, signatory=signatory)
        AccessLink.objects.update(expires_on=timezone.localdate() + timedelta(days=58))
        remind_signatory(by=world.colette, signatory=signatory)
        assert Mail.objects.filter(to=world.marius.email).count() == 2
        sign(world, made)
        with pytest.raises(UnableToAskSignatures, match="plus attendue"):
            remind_signatory(by=world.colette, signatory=signatory)

    def test_sheets_ask_as_much_for_many_as_for_one(self, world, django_assert_num_queries):
        made = [
            make_paper(
                by=None,
                cluster=world.vigne,
                kind=LETTER.key,
                about=firm,
                title=str(firm),
                facts={"structure": str(firm)},
            )
            for firm in world.firms
        ]
        with django_assert_num_queries(3):
            assert len(queries.sheets(made)) == 4
