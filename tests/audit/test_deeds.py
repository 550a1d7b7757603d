from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from grappe.audit.deeds import AlreadyDone, Refused, deed
from grappe.audit.models import Line
from grappe.clusters.actions import UnableToOpenCluster, open_cluster
from grappe.clusters.models import Cluster


def test_a_deed_writes_who_did_what(world):
    line = Line.objects.filter(deed="clusters.give_mandate").last()
    assert line.actor == "Colette Roy"
    assert line.cluster_id == world.vigne.pk
    assert line.about == "clusters.mandate"


def test_a_refused_deed_leaves_nothing(world):
    lines = Line.objects.count()
    with pytest.raises(UnableToOpenCluster) as refusal:
        open_cluster(by=None, slug="vigne", name="Autre", coordinator_email="x@y.example", on=world.today)
    assert "vigne" in refusal.value.message
    assert refusal.value.remedy
    assert Line.objects.count() == lines


def test_the_same_request_twice_happens_once(world):
    first = {"by": None, "slug": "nouvelle", "name": "Nouvelle", "coordinator_email": "x@y.example", "on": world.today}
    open_cluster(**first, key="form-1")
    with pytest.raises(AlreadyDone):
        open_cluster(**{**first, "slug": "encore"}, key="form-1")
    assert not Cluster.objects.filter(slug="encore").exists()


def test_a_failed_deed_gives_its_key_back(world):
    with pytest.raises(Refused):
        open_cluster(by=None, slug="vigne", name="V", coordinator_email="x@y.example", on=world.today, key="form-2")
    assert open_cluster(by=None, slug="ok", name="V", coordinator_email="x@y.example", on=world.today, key="form-2").pk


def test_a_deed_takes_no_positions(world):
    @deed("clusters.nothing")
    def nothing(*, by):
        """Do nothing."""

    with pytest.raises(TypeError):
        nothing(None)


@pytest.mark.parametrize("change", [lambda lines: lines.update(actor="Personne"), lambda lines: lines.delete()])
def test_the_database_refuses_to_change_a_line(world, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        change(Line.objects.all())
