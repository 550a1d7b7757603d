"""Who may, and what may be stated: the limits of a need, the proof of a price, how a price grows old."""

from __future__ import annotations

from datetime import date

from grappe.clusters.rules import Seat
from grappe.needs.enums import Grade, ProofKind

PROOF_MONTHS = 24
PROOF_BYTES_MAX = 8_000_000  # a page seen by a phone's camera, or a few pages of PDF
DAYS_A_MONTH_MAX = 31
PRICE_CENTS_A_DAY_MAX = 1_000_000
PROOFS_PER_FIRM_MAX = 60  # a link must not fill the disc
_WORSE = {Grade.A: Grade.B, Grade.B: Grade.C, Grade.C: Grade.D, Grade.D: Grade.D}


def may_state_need(seat: Seat, firm_id: int) -> bool:
    """A coordinator states for any firm, whoever speaks for a firm states for it."""
    return seat.is_coordinator or seat.speaks_for(firm_id)


def grade_on(grade: str, *, proved_on: date, on: date) -> Grade:
    """The grade on a day: 24 months after the proof it falls by one, until the price is asked again.

    Source: the reference on impact measurement, section 3.1.
    """
    stood = Grade(grade)
    months = 12 * (on.year - proved_on.year) + on.month - proved_on.month - (on.day < proved_on.day)
    return _WORSE[stood] if months >= PROOF_MONTHS else stood


def half_day_cents(day_cents: int) -> int:
    """The price of half a day. The odd cent goes down: a firm's maximum is never passed, a saving never inflated."""
    return day_cents // 2


def grade_of(kind: str, *, has_file: bool, document_date: date | None) -> Grade:
    """The grade of a price that comes with this proof: an invoice or a quote proves only once its file is here and dated.

    Source: the reference on impact measurement, section 3.1. It ages afterwards (`grade_on`).
    """
    if kind in {ProofKind.INVOICE, ProofKind.QUOTE} and has_file and document_date is not None:
        return Grade.A
    if kind == ProofKind.TARIFF and document_date is not None:
        return Grade.B
    return Grade.D if kind == ProofKind.ESTIMATE else Grade.C


def content_type_of(raw: bytes) -> str:
    """What a file is by its first bytes, whatever its name says; empty for what is no proof: PDF, JPEG, PNG or WebP only."""
    if raw.startswith(b"%PDF-"):
        return "application/pdf"
    if raw.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP" else ""
