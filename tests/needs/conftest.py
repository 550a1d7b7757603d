from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django_scopes import scope

from grappe.clusters.actions import import_firms, open_cluster
from grappe.clusters.columns import open_sheet, recognise
from grappe.clusters.imports import COLUMNS
from grappe.clusters.models import Cluster

SAMPLES = Path(__file__).parents[1] / "stories" / "samples"
TODAY = date(2027, 1, 4)


@pytest.fixture
def mix(db) -> Iterator[Cluster]:
    """A cluster with the 46 firms of the sample; its scope is open."""
    cluster = open_cluster(by=None, slug="mix", name="Mix", coordinator_email="c@mix.example", on=date(2020, 1, 1))
    sheet = open_sheet((SAMPLES / "adherents.csv").read_bytes())
    with scope(cluster=cluster):
        import_firms(by=None, cluster=cluster, sheet=sheet, places=recognise(sheet.headings, COLUMNS), on=TODAY)
        yield cluster
