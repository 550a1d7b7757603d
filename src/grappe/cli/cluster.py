"""`grappe cluster new SLUG --name NAME --coordinator EMAIL`: an empty cluster."""

from __future__ import annotations

import sys

from grappe.cli.commands import parser


def run(argv: list[str]) -> int:
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.utils import timezone

    from grappe.audit.deeds import Refused
    from grappe.clusters.actions import open_cluster

    arguments = parser("cluster", "Open an empty cluster.")
    arguments.add_argument("verb", choices=["new"])
    arguments.add_argument("slug", help="its short name in the address: lower-case letters, digits, hyphens")
    arguments.add_argument("--name", required=True)
    arguments.add_argument("--coordinator", required=True, metavar="EMAIL")
    chosen = arguments.parse_args(argv)
    try:
        validate_email(chosen.coordinator)
        cluster = open_cluster(
            by=None, slug=chosen.slug, name=chosen.name, coordinator_email=chosen.coordinator, on=timezone.localdate()
        )
    except ValidationError as fault:
        print("\n".join(fault.messages), file=sys.stderr)
        return 2
    except Refused as refusal:
        print(f"{refusal.message} {refusal.remedy}", file=sys.stderr)
        return 2
    print(f"/c/{cluster.slug}/  {cluster.name}  {chosen.coordinator}")
    print(f"Password: grappe changepassword {chosen.coordinator}, or « mot de passe oublié » on the site.")
    return 0
