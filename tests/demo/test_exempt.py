"""The exempt group of the demo: a year closed at its real cost, with figures that can be followed by hand."""

from __future__ import annotations

from django.utils import timezone
from django_scopes import scope, scopes_disabled

from grappe.charges.models import ClosingLine, Invoice
from grappe.charges.queries import closing_of, statements_due
from grappe.cli.check import invariants
from grappe.demo import exempt


def test_its_year_is_closed_and_nothing_is_left(db):
    """Real 8,190.00 for 63 half-days, 130.00 each: the firm gone in June had 5, two firms lost one to an absence."""
    today = timezone.localdate()
    grappe = exempt.build(today)
    with scope(cluster=grappe):
        closing = closing_of(today.year - 1)
        assert closing is not None and closing.is_closed and closing.result_cents == 0
        lines = sorted(
            ClosingLine.objects.values_list("quantity", "share_cents", "invoiced_cents", "regularisation_cents")
        )
        assert lines == [
            (5, 65_000, 60_000, 5_000),
            (11, 143_000, 146_400 + 10 * 0, -3_400),
            (11, 143_000, 146_400 + 11 * 262, -3_400),
            (12, 156_000, 160_800, -4_800),
            (12, 156_000, 160_800, -4_800),
            (12, 156_000, 160_800, -4_800),
        ]
        assert sorted(ClosingLine.objects.values_list("own_cents", flat=True)) == [0] * 5 + [11 * 262]
        assert sum(Invoice.objects.values_list("net_cents", flat=True)) == 819_000 + 11 * 262
        assert statements_due(on=today) == []
        assert not Invoice.objects.owed().exists()
    with scopes_disabled():
        assert {title: list(verify()) for title, verify in invariants().items() if list(verify())} == {}
