"""The large group for measuring: small here, with the shape that the measures rely on."""

from __future__ import annotations

from django.utils import timezone
from django_scopes import scope, scopes_disabled

from grappe.charges.queries import statements_due
from grappe.cli.check import invariants
from grappe.clusters.models import Cluster
from grappe.demo import group
from grappe.plans.models import Calendar, Hours, Slot
from grappe.plans.queries import post_boards


def test_a_group_of_three_has_its_year_and_breaks_no_invariant(db):
    today = timezone.localdate()
    group.build(3, today)
    cluster = Cluster.objects.get(slug=group.SLUG)
    with scope(cluster=cluster):
        boards = post_boards(today, months=2)
        assert [board.now.sold for board in boards] == [32, 34, 36]
        assert all(len(board.now.firm_ids) == group.FIRMS_OF_POST for board in boards)
        assert Calendar.objects.count() == 3 * group.MONTHS
        assert Slot.objects.count() > 3 * group.MONTHS * 25
        assert Hours.objects.exclude(signed_at=None).exists() and Hours.objects.filter(signed_at=None).exists()
        assert len(statements_due(on=today)) == 3 * (group.MONTHS - 1)
    with scopes_disabled():
        assert {title: list(verify()) for title, verify in invariants().items() if list(verify())} == {}
