"""`grappe worker`: background work, until told to stop."""

from __future__ import annotations

from grappe.cli.commands import parser


def run(argv: list[str]) -> int:
    from grappe.solves import worker

    arguments = parser("worker", "Run background work: engines, mails.")
    arguments.add_argument("--batch", action="store_true", help="do what waits, then end")
    chosen = arguments.parse_args(argv)
    worker.run(batch=chosen.batch)
    return 0
