from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from grappe.audit.deeds import AlreadyDone
from grappe.audit.models import Line
from grappe.clusters.actions import (
    FIRM_CARD,
    UnableToImport,
    UnableToKeepFirm,
    choose_columns,
    correct_firm,
    end_mandate,
    end_membership,
    import_firms,
    keep_upload,
    name_speaker,
    register_firm,
)
from grappe.clusters.columns import open_sheet
from grappe.clusters.models import Firm, Mandate, Membership, Upload
from grappe.people.models import Mail

RAW = b"Structure;SIREN\nZinc;000000075\nFaux;123456780\n"


def _keep(world, **more):
    return keep_upload(
        by=world.colette,
        cluster=world.vigne,
        kind="firms",
        name="a.csv",
        raw=RAW,
        places={"name": 0, "siren": 1},
        **more,
    )


def _import(world, upload, **more):
    sheet = open_sheet(RAW)
    return import_firms(
        by=world.colette,
        cluster=world.vigne,
        sheet=sheet,
        places=upload.places,
        on=world.today,
        name=upload.name,
        upload=upload,
        **more,
    )


def test_a_file_loaded_keeps_its_refused_lines_and_no_longer_its_content(world):
    upload = _keep(world)
    _import(world, upload)
    upload.refresh_from_db()
    assert bytes(upload.raw) == b""
    assert upload.done_at is not None
    assert upload.outcome["written"] == 1
    assert [refusal["line"] for refusal in upload.outcome["refused"]] == [3]
    assert Line.objects.filter(deed="clusters.import_firms", cluster_id=world.vigne.pk).count() == 1


def test_a_file_is_loaded_once(world):
    upload = _keep(world)
    _import(world, upload, key="k")
    with pytest.raises(AlreadyDone):
        _import(world, upload, key="k")
    with pytest.raises(UnableToImport):
        _import(world, upload)
    with pytest.raises(UnableToImport):
        choose_columns(by=world.colette, upload=upload, places={})


def test_a_file_that_waited_more_than_a_week_is_dropped(world):
    old = _keep(world)
    Upload.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(days=8))
    fresh = _keep(world)
    assert list(Upload.objects.all()) == [fresh]


def test_whoever_is_named_speaks_for_the_firm_and_is_told(world):
    given = {"by": world.colette, "cluster": world.vigne, "firm": world.scene, "on": world.today}
    mandate = name_speaker(
        email="nora@scene.example", name="Nora Scène", url="https://grappe.example/c/vigne/", **given
    )
    assert mandate.person.name == "Nora Scène"
    letter = Mail.objects.get(to="nora@scene.example")
    assert "https://grappe.example/c/vigne/" in letter.body
    assert name_speaker(email="NORA@scene.example", **given) == mandate
    assert Mail.objects.filter(to="nora@scene.example").count() == 1
    assert mail.outbox == []  # the worker sends it


def _card(firm: Firm, **changes):
    return {name: getattr(firm, name) for name in FIRM_CARD} | changes


def test_a_firm_known_by_its_siren_is_taken_as_it_is(world):
    card = dict.fromkeys(FIRM_CARD, "") | {
        "name": "Autre nom",
        "siren": "000000067",
        "latitude": None,
        "longitude": None,
    }
    firm = register_firm(by=world.colette, cluster=world.vigne, card=card, on=world.today)
    assert firm == world.ailleurs
    firm.refresh_from_db()
    assert firm.name == "Ailleurs"
    assert Membership.objects.filter(firm=firm, valid_to=None).exists()


def test_the_card_of_a_firm_is_corrected_with_its_membership(world):
    since = world.today - timedelta(days=30)
    correct_firm(
        by=world.colette,
        cluster=world.vigne,
        firm=world.scene,
        card=_card(world.scene, town="Lyon"),
        since=since,
        headcount=7,
    )
    membership = Membership.objects.select_related("firm").get(firm=world.scene)
    assert (membership.firm.town, membership.headcount, membership.valid_from) == ("Lyon", 7, since)


def test_the_card_that_another_cluster_relies_on_is_not_replaced(world):
    with pytest.raises(UnableToKeepFirm, match="autre grappe"):
        correct_firm(
            by=world.colette,
            cluster=world.vigne,
            firm=world.disquaire,
            card=_card(world.disquaire, name="Volé"),
            since=world.today,
        )


def test_two_firms_do_not_share_a_siren(world):
    with pytest.raises(UnableToKeepFirm, match="SIREN"):
        correct_firm(
            by=world.colette,
            cluster=world.vigne,
            firm=world.scene,
            card=_card(world.scene, siren=world.studio.siren),
            since=world.today,
        )


def test_a_mandate_that_would_have_gone_on_ends_with_the_membership(world):
    mandate = Mandate.objects.get(person=world.marius)
    end_mandate(by=world.colette, mandate=mandate, on=world.today + timedelta(days=90))
    end_membership(by=world.colette, firm=world.disquaire, on=world.today)
    mandate.refresh_from_db()
    assert mandate.valid_to == world.today


def test_nobody_speaks_for_a_firm_that_left(world):
    end_membership(by=world.colette, firm=world.disquaire, on=world.today)
    assert not Membership.objects.filter(firm=world.disquaire, valid_to=None).exists()
    assert not Mandate.objects.on(world.today).filter(firm=world.disquaire).exists()
    with pytest.raises(UnableToKeepFirm):
        end_membership(by=world.colette, firm=world.disquaire, on=world.today)
