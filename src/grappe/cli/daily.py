"""`grappe daily`: the day's work, for a machine that keeps its own clock; done twice on a day, nothing happens twice."""

from __future__ import annotations

from datetime import date

from grappe.cli.commands import parser


def run(argv: list[str]) -> int:
    from django.utils import timezone

    from grappe.solves import daily

    arguments = parser("daily", "Do the day's work in every cluster: reminders.")
    arguments.add_argument("--day", type=date.fromisoformat, help="as if it were that day (2027-01-04)")
    chosen = arguments.parse_args(argv)
    return 1 if daily.run(chosen.day or timezone.localdate()) else 0
