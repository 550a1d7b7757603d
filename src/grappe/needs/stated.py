"""What a firm says of one need, before it is written: checked as a whole, the same from a page and from the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from grappe.audit.deeds import Refused
from grappe.clusters.cells import fold
from grappe.clusters.models import Firm
from grappe.engines.values import ceil_div
from grappe.needs.models import HALF_DAYS_A_MONTH_MAX, Need, Proof

MONTHS = 12


class UnableToStateNeed(Refused):
    pass


@dataclass(frozen=True, slots=True)
class Stated:
    """One need in the firm's words. Prices in cents per half-day, quantities in half-days a month, months by their first day.

    `season`: January to December, or nothing for a need alike all year; `half_days` is then its mean, rounded up.
    """

    skill: str
    half_days: int = 0
    season: tuple[int, ...] = ()
    detail: str = ""
    first_month: date | None = None
    last_month: date | None = None
    one_off: bool = False
    remote: bool = False
    latitude: float | None = None
    longitude: float | None = None
    town: str = ""
    weekdays: tuple[int, ...] = ()
    max_price_cents: int | None = None
    price_cents: int | None = None
    alone_half_days: int = 0
    grade: str = ""
    document: str = ""
    document_date: date | None = None
    proof: Proof | None = None

    @property
    def monthly(self) -> int:
        return ceil_div(sum(self.season), MONTHS) if self.season else self.half_days

    def check(self) -> None:
        """Raises UnableToStateNeed for what no firm can want."""
        if self.season and (len(self.season) != MONTHS or min(self.season) < 0):
            raise UnableToStateNeed(_("Une saison, c’est douze mois."), _("Indiquez les jours de chaque mois."))
        if max(self.season, default=0) > HALF_DAYS_A_MONTH_MAX or not 1 <= self.monthly <= HALF_DAYS_A_MONTH_MAX:
            raise UnableToStateNeed(
                _("Un besoin va d’une demi-journée à 31 jours par mois."), _("Corrigez la quantité.")
            )
        if not fold(self.skill):
            raise UnableToStateNeed(_("Il manque le métier."), _("Écrivez-le en quelques mots."))
        if self.first_month and self.last_month and self.last_month < self.first_month:
            raise UnableToStateNeed(_("La fin est avant le début."), _("Corrigez les mois."))
        if self.one_off and not (self.first_month and self.last_month):
            raise UnableToStateNeed(
                _("Un besoin ponctuel a un premier et un dernier mois."), _("Indiquez-les tous les deux.")
            )

    def columns(self, firm: Firm) -> dict[str, object]:
        """The columns of the need but its skill. Without a place, the firm's own; at a distance, none."""
        latitude, longitude, town = self.latitude, self.longitude, self.town
        if self.remote:
            latitude, longitude, town = None, None, ""
        elif (latitude is None or longitude is None) and not town:
            latitude, longitude, town = firm.latitude, firm.longitude, firm.town
        return {
            "detail": self.detail,
            "half_days": self.monthly,
            "season": list(self.season),
            "first_month": self.first_month,
            "last_month": self.last_month,
            "one_off": self.one_off,
            "remote": self.remote,
            "latitude": latitude,
            "longitude": longitude,
            "town": town,
            "max_price_cents": self.max_price_cents,
            "weekdays": sorted(set(self.weekdays)),
        }


def same_need(need: Need, stated: Stated, firm: Firm) -> bool:
    """Whether the need already says this, its skill and its price aside."""
    return all(getattr(need, name) == value for name, value in stated.columns(firm).items())
