from __future__ import annotations

from django_scopes import scope

from grappe.cli import cluster
from grappe.clusters.models import Cluster, Mandate


def test_new_opens_an_empty_cluster_with_its_coordinator(db, capsys):
    assert cluster.run(["new", "mila", "--name", "Mila", "--coordinator", "Colette@Mila.example"]) == 0
    mila = Cluster.objects.get(slug="mila")
    with scope(cluster=mila):
        assert Mandate.objects.get().person.email == "colette@mila.example"
    assert "/c/mila/" in capsys.readouterr().out


def test_a_slug_taken_or_malformed_is_refused_in_words(db, capsys):
    assert cluster.run(["new", "mila", "--name", "Mila", "--coordinator", "a@mila.example"]) == 0
    assert cluster.run(["new", "mila", "--name", "Autre", "--coordinator", "a@mila.example"]) == 2
    assert cluster.run(["new", "Mila !", "--name", "Autre", "--coordinator", "a@mila.example"]) == 2
    assert cluster.run(["new", "autre", "--name", "Autre", "--coordinator", "pas-un-courriel"]) == 2
    assert Cluster.objects.count() == 1
    assert len(capsys.readouterr().err.strip().splitlines()) >= 3
