"""The values known when this version was written, with what was read to establish them (see each `mark`).

Written at every migration for the rules that have no value yet; what the operator has set is never touched. Not legal advice.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps as installed

from grappe.law.known import BY_KEY

# The labour code's part on working time is numbered as below since the law of 8 August 2016; that on rest and paid leave since
# the code of 1 May 2008; leave earned in sickness since the law of 22 April 2024.
_CODE, _LAW_2016, _LAW_2024 = date(2008, 5, 1), date(2016, 8, 10), date(2024, 4, 24)
_BOFIP, _VAT_2014 = date(2012, 9, 12), date(2014, 1, 1)
CONFIRMED_ON = date(2026, 11, 22)

# key, from, to, value, article, source, mark
SEEDS: tuple[tuple[str, date, date | None, int, str, str, str], ...] = (
    ("vat.standard_bp", date(2000, 4, 1), _VAT_2014, 1_960, "278 du CGI", "connaissance générale", "K"),
    ("vat.standard_bp", _VAT_2014, None, 2_000, "278 du CGI", "connaissance générale", "K"),
    ("vat.exempt_member_taxable_share_bp", _BOFIP, None, 2_000,
     "261 B du CGI ; BOI-TVA-CHAMP-30-10-40", "leblogdesgroupementsdemployeurs, 2014", "S"),
    ("work.week_minutes", _LAW_2016, None, 2_100, "L3121-27 du code du travail", "clubasv.fr, easycdd.com", "K"),
    ("work.day_max_minutes", _LAW_2016, None, 600, "L3121-18 du code du travail", "info-tpe.fr, syndicat-cfdt-airbus.fr", "S"),
    ("work.week_max_minutes", _LAW_2016, None, 2_880, "L3121-20 du code du travail", "syndicat-cfdt-airbus.fr, 4 juillet 2025", "T"),
    ("work.average_12_weeks_max_minutes", _LAW_2016, None, 2_640, "L3121-22 du code du travail", "info-tpe.fr", "K"),
    ("work.average_weeks", _LAW_2016, None, 12, "L3121-22 du code du travail", "info-tpe.fr", "K"),
    ("work.average_max_by_agreement_minutes", _LAW_2016, None, 2_760, "L3121-23 du code du travail", "info-tpe.fr", "K"),
    ("work.daily_rest_minutes", _CODE, None, 660, "L3131-1 du code du travail", "info-tpe.fr", "S"),
    ("work.weekly_rest_minutes", _CODE, None, 2_100, "L3132-2 du code du travail", "syndicat-cfdt-airbus.fr, juriblio.fr", "S"),
    ("work.days_per_week_max", _CODE, None, 6, "L3132-1 du code du travail", "syndicat-cfdt-airbus.fr, juriblio.fr", "S"),
    ("work.break_after_minutes", _LAW_2016, None, 360, "L3121-16 du code du travail", "info-tpe.fr", "K"),
    ("work.break_minutes", _LAW_2016, None, 20, "L3121-16 du code du travail", "info-tpe.fr", "K"),
    ("work.notice_of_change_days", _LAW_2016, None, 7, "L3121-47 du code du travail", "codes-et-lois.fr", "K"),
    ("work.year_minutes", _LAW_2016, None, 96_420, "L3121-41 du code du travail", "ressources.aunege.fr", "K"),
    ("work.year_days_agreement", _LAW_2016, None, 218, "L3121-64 du code du travail", "connaissance générale", "K"),
    ("work.spread_weeks_under_50_staff", _LAW_2016, None, 9, "L3121-45 du code du travail", "juriblio.fr", "K"),
    ("work.spread_weeks_from_50_staff", _LAW_2016, None, 4, "L3121-45 du code du travail", "juriblio.fr", "K"),
    ("work.part_time_min_week_minutes", _LAW_2016, None, 1_440, "L3123-27 du code du travail", "juritravail.com 138461", "S"),
    ("work.part_time_min_month_minutes", _LAW_2016, None, 6_240, "L3123-27 du code du travail", "juritravail.com 138461", "S"),
    ("work.part_time_min_year_minutes", _LAW_2016, None, 66_120, "L3123-27 du code du travail", "successconsulting, 7 janvier 2026", "S"),
    ("leave.working_days_per_month", _CODE, None, 25, "L3141-3 du code du travail", "legisocial.fr 6651", "T"),
    ("leave.max_working_days", _CODE, None, 30, "L3141-3 du code du travail", "legisocial.fr 6651", "T"),
    ("leave.sickness_days_per_month", _LAW_2024, None, 20, "L3141-5-1 du code du travail", "legisocial.fr 6651", "T"),
    ("leave.sickness_max", _LAW_2024, None, 24, "L3141-5-1 du code du travail", "legisocial.fr 6651", "T"),
    ("leave.accident_days_per_month", _LAW_2024, None, 25, "L3141-5 du code du travail", "legisocial.fr 6651, my-drh.fr", "T"),
    ("leave.carry_over_months", _LAW_2024, None, 15, "L3141-19-1 du code du travail", "legifrance.gouv.fr LEGISCTA000006195794", "T"),
    ("leave.public_holidays", _CODE, None, 11, "L3133-1 du code du travail", "maitredata.com L3133-1", "T"),
    ("payment.default_days", date(2009, 1, 1), None, 30, "L441-10 du code de commerce", "fna.fr, charon-avocat.fr", "S"),
    ("payment.max_days", date(2009, 1, 1), None, 60, "L441-10 du code de commerce", "fna.fr, charon-avocat.fr", "S"),
    ("payment.periodic_max_days", date(2014, 3, 19), None, 45, "L441-10 du code de commerce", "fna.fr, charon-avocat.fr", "S"),
    ("payment.recovery_cents", date(2013, 1, 1), None, 4_000, "D441-5 du code de commerce", "fna.fr, charon-avocat.fr", "S"),
    ("eu.hours_per_year", date(2021, 7, 1), None, 1_720, "règlement (UE) 2021/1060, art. 55", "inview.nl", "T"),
    ("keep.hours_months", _CODE, None, 12, "D3171-16 du code du travail", "connaissance générale", "K"),
    ("keep.pay_claim_years", date(2013, 6, 17), None, 3, "L3245-1 du code du travail", "info-tpe.fr", "S"),
    ("keep.invoice_years", _CODE, None, 10, "L123-22 du code de commerce", "cnil.fr", "S"),
)  # fmt: skip


def write_known_values(sender: Any = None, *, apps: Any = installed, using: str = "default", **_signal: Any) -> None:
    """Write the seeds of the rules that have no value at all: after every migration (signal `post_migrate`)."""
    try:
        model = apps.get_model("law", "RuleValue")
    except LookupError:  # migrations that stop before this room
        return
    rows = model.objects.using(using)
    standing = set(rows.values_list("key", flat=True))
    rows.bulk_create(
        model(
            key=key,
            valid_from=since,
            valid_to=until,
            value=value,
            unit=BY_KEY[key].unit,
            article=article,
            source=source,
            mark=mark,
            confirmed_on=None if mark == "K" else CONFIRMED_ON,
        )
        for key, since, until, value, article, source, mark in SEEDS
        if key not in standing
    )
