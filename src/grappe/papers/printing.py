"""What of a paper is printed, as data for paper.typ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from django.utils import timezone

from grappe.clusters.models import Cluster
from grappe.papers.pdf import pdf_of

SOURCE = Path(__file__).with_name("paper.typ")


def pdf(
    *,
    cluster: Cluster,
    title: str,
    version: int,
    at: datetime,
    blocks: Sequence[Mapping[str, Any]],
    parties: Sequence[Mapping[str, Any]],
    signatures: Iterable[Any] = (),
    wide: bool = False,
) -> bytes:
    """The paper, with a box for each party; `signatures` fill theirs. Dated by `at`, or by the last signature.

    `wide`: the long side across, for tables of many columns; a table's `widths` say how its columns share it.
    """
    given = {signature.party: signature for signature in signatures}
    dated = max([at, *(signature.signed_at for signature in given.values())])
    data = {
        "title": title,
        "brand": cluster.name,
        "sender": _sender(cluster),
        "dated": f"Établi le {_day(at)}" + (f" · version {version}, qui remplace la précédente" if version > 1 else ""),
        "foot": " · ".join(part for part in (cluster.legal_name or cluster.name, title) if part),
        "blocks": list(blocks),
        "wide": wide,
        "parties": [
            {"words": party["words"], "name": party["name"], "signed": _signed(given.get(party["key"]))}
            for party in parties
        ],
    }
    return pdf_of(SOURCE, data, at=dated)


def _sender(cluster: Cluster) -> list[str]:
    town = f"{cluster.postcode} {cluster.town}".strip()
    return [line for line in (cluster.legal_name, cluster.street, town) if line]


def _signed(signature: Any) -> list[str]:
    if signature is None:
        return []
    return [
        f"Signé par {signature.name} ({signature.email})",
        f"le {moment(signature.signed_at)}, {signature.how}",
        f"Empreinte SHA-256 du texte signé : {signature.sha256[:32]}",
        signature.sha256[32:],
    ]


def words_block(*lines: str) -> dict[str, Any]:
    """A paragraph of these lines."""
    return {
        "kind": "paragraph",
        "lines": [[{"text": line, "strong": False}] for line in lines],
    }


def title_block(text: str) -> dict[str, Any]:
    return {"kind": "title", "runs": [{"text": text, "strong": False}]}


def items_block(lines: Iterable[str]) -> dict[str, Any]:
    return {"kind": "items", "lines": [[{"text": line, "strong": False}] for line in lines]}


def table_block(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int], right: Sequence[int] = ()
) -> dict[str, Any]:
    """A table as wide as the page: `widths` in proportion, `right` the columns of figures."""
    return {
        "kind": "table",
        "head": list(head),
        "rows": [list(row) for row in rows],
        "widths": list(widths),
        "right": list(right),
    }


def _day(at: datetime) -> str:
    text = format_date(timezone.localtime(at).date(), "d MMMM y", locale="fr")
    return text.replace("1 ", "1er ", 1) if text.startswith("1 ") else text


def moment(at: datetime) -> str:
    """« 24 novembre 2026 à 18 h 20 »"""
    return format_datetime(timezone.localtime(at), "d MMMM y 'à' H 'h' mm", locale="fr")
