"""The rules that Grappe reads: what each is called, what its number counts, and what it can be at all."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grappe.law.enums import Theme, Unit


@dataclass(frozen=True, slots=True)
class Known:
    """A rule by its key; values from `least` to `most` make sense, others are a slip of the keyboard."""

    key: str
    theme: Theme
    unit: Unit
    least: int
    most: int
    title: str | Promise


_MINUTES_A_WEEK = 7 * 24 * 60
_VAT, _WORK, _PART, _LEAVE, _PAY = Theme.VAT, Theme.WORK, Theme.PART_TIME, Theme.LEAVE, Theme.PAYMENT
_MIN, _DAYS, _TENTHS = Unit.MINUTES, Unit.DAYS, Unit.TENTHS_OF_DAY

RULES: tuple[Known, ...] = (
    Known("vat.standard_bp", _VAT, Unit.BASIS_POINTS, 0, 5_000, _("Taux normal de la TVA")),
    Known(
        "vat.exempt_member_taxable_share_bp", _VAT, Unit.BASIS_POINTS, 0, 10_000,
        _("Groupement exonéré : part de recettes soumises à la TVA qu’un membre ne doit pas dépasser"),
    ),
    Known("work.week_minutes", _WORK, _MIN, 60, _MINUTES_A_WEEK, _("Durée légale de la semaine")),
    Known("work.day_max_minutes", _WORK, _MIN, 60, 24 * 60, _("Au plus, par jour")),
    Known("work.week_max_minutes", _WORK, _MIN, 60, _MINUTES_A_WEEK, _("Au plus, par semaine")),
    Known(
        "work.average_12_weeks_max_minutes", _WORK, _MIN, 60, _MINUTES_A_WEEK,
        _("Au plus, par semaine, en moyenne sur plusieurs semaines de suite"),
    ),
    Known("work.average_weeks", _WORK, Unit.WEEKS, 1, 52, _("Nombre de semaines de cette moyenne")),
    Known(
        "work.average_max_by_agreement_minutes", _WORK, _MIN, 60, _MINUTES_A_WEEK,
        _("La même moyenne, si un accord le permet"),
    ),
    Known("work.daily_rest_minutes", _WORK, _MIN, 0, 24 * 60, _("Repos d’un jour à l’autre, au moins")),
    Known("work.weekly_rest_minutes", _WORK, _MIN, 0, _MINUTES_A_WEEK, _("Repos hebdomadaire, au moins")),
    Known("work.days_per_week_max", _WORK, _DAYS, 1, 7, _("Jours travaillés par semaine, au plus")),
    Known("work.break_after_minutes", _WORK, _MIN, 0, 24 * 60, _("Pause due à partir de")),
    Known("work.break_minutes", _WORK, _MIN, 0, 24 * 60, _("Durée de la pause, au moins")),
    Known("work.notice_of_change_days", _WORK, _DAYS, 0, 90, _("Délai pour prévenir d’un changement de planning")),
    Known("work.year_minutes", _WORK, _MIN, 0, 366 * 24 * 60, _("Durée légale de l’année, journée de solidarité comprise")),
    Known("work.year_days_agreement", _WORK, _DAYS, 0, 366, _("Forfait en jours, par an")),
    Known("work.spread_weeks_under_50_staff", _WORK, Unit.WEEKS, 0, 52, _("Répartition sur plusieurs semaines, moins de 50 salariés")),
    Known("work.spread_weeks_from_50_staff", _WORK, Unit.WEEKS, 0, 52, _("Répartition sur plusieurs semaines, 50 salariés et plus")),
    Known("work.part_time_min_week_minutes", _PART, _MIN, 0, _MINUTES_A_WEEK, _("Durée minimale par semaine")),
    Known("work.part_time_min_month_minutes", _PART, _MIN, 0, 31 * 24 * 60, _("Durée minimale par mois")),
    Known("work.part_time_min_year_minutes", _PART, _MIN, 0, 366 * 24 * 60, _("Durée minimale par an")),
    Known("leave.working_days_per_month", _LEAVE, _TENTHS, 0, 100, _("Congés payés acquis par mois (jours ouvrables)")),
    Known("leave.max_working_days", _LEAVE, _DAYS, 0, 366, _("Congés payés acquis par an, au plus (jours ouvrables)")),
    Known("leave.sickness_days_per_month", _LEAVE, _TENTHS, 0, 100, _("Congés acquis par mois d’arrêt maladie (jours ouvrables)")),
    Known("leave.sickness_max", _LEAVE, _DAYS, 0, 366, _("Congés acquis en arrêt maladie, au plus par an (jours ouvrables)")),
    Known("leave.accident_days_per_month", _LEAVE, _TENTHS, 0, 100, _("Congés acquis par mois d’accident du travail (jours ouvrables)")),
    Known("leave.carry_over_months", _LEAVE, Unit.MONTHS, 0, 120, _("Report des congés non pris après un arrêt")),
    Known("leave.public_holidays", _LEAVE, _DAYS, 0, 30, _("Jours fériés par an")),
    Known("payment.default_days", _PAY, _DAYS, 0, 365, _("Délai de paiement si rien n’est dit")),
    Known("payment.max_days", _PAY, _DAYS, 0, 365, _("Délai de paiement, au plus")),
    Known("payment.periodic_max_days", _PAY, _DAYS, 0, 365, _("Délai de paiement d’une facture récapitulative, au plus")),
    Known("payment.recovery_cents", _PAY, Unit.CENTS, 0, 1_000_000, _("Indemnité de recouvrement")),
    Known("eu.hours_per_year", Theme.GRANTS, Unit.HOURS, 1, 8_784, _("Heures d’un temps plein, pour le taux horaire")),
    Known("keep.hours_months", Theme.KEEPING, Unit.MONTHS, 0, 1_200, _("Heures de travail, à la disposition de l’inspection")),
    Known("keep.pay_claim_years", Theme.KEEPING, Unit.YEARS, 0, 100, _("Preuve des heures, le temps d’une action en paiement du salaire")),
    Known("keep.invoice_years", Theme.KEEPING, Unit.YEARS, 0, 100, _("Factures")),
)  # fmt: skip
BY_KEY = {rule.key: rule for rule in RULES}
