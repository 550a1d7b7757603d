from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from grappe.audit.deeds import Refused, deed
from grappe.clusters.actions import finish_upload, hold_cluster, refuse_if_loaded
from grappe.clusters.cells import fold
from grappe.clusters.models import Cluster, Firm, Membership, Upload
from grappe.clusters.sheets import Sheet
from grappe.needs import queries
from grappe.needs.enums import NeedState
from grappe.needs.imports import NeedCheck, NeedLine, check_needs
from grappe.needs.models import HALF_DAYS_A_MONTH_MAX, Need, ReferencePrice, Skill, SkillSpelling, Survey
from grappe.people.models import Person


class UnableToOpenSurvey(Refused):
    pass


class UnableToStateNeed(Refused):
    pass


class UnableToWithdrawNeed(Refused):
    pass


@deed("needs.open_survey")
def open_survey(*, by: Person | None, cluster: Cluster, title: str, on: date, question: str = "") -> Survey:
    """A question put to members; the survey with that title if there is one."""
    survey, _made = Survey.objects.get_or_create(
        cluster=cluster, title=title, defaults={"question": question, "opened_on": on}
    )
    return survey


@deed("needs.close_survey")
def close_survey(*, by: Person | None, survey: Survey, on: date) -> Survey:
    """No more answers from `on`; what was answered stands."""
    if survey.closed_on is None:
        survey.closed_on = max(on, survey.opened_on)
        survey.save(update_fields=["closed_on"])
    return survey


@deed("needs.import_needs")
def import_needs(
    *,
    by: Person | None,
    cluster: Cluster,
    sheet: Sheet,
    places: dict[str, int],
    on: date,
    survey: Survey | None = None,
    title: str = "",
    names: Mapping[str, str] | None = None,
    keep_spellings: bool = False,
    name: str = "",
    upload: Upload | None = None,
) -> NeedCheck:
    """Write the good lines of a file into `survey`, or a new one called `title`, checked again against what stands now.

    `names`: the skill that each new spelling (folded) names; one that is not given takes the proposed name, or its own
    with `keep_spellings`. What is confirmed is remembered for the next file.
    """
    hold_cluster(cluster)
    if upload is not None:
        upload.refresh_from_db(fields=["done_at"])
        refuse_if_loaded(upload)
    check = check_needs(sheet, places, survey=survey, on=on)
    if check.ready:
        if survey is None:
            survey = open_survey(by=by, cluster=cluster, title=title or _default_title(on), on=on)
            check = check_needs(sheet, places, survey=survey, on=on)
        skills = _remember(cluster, check.names(keep_spellings=keep_spellings) | dict(names or {}))
        _write(cluster, survey, check.ready, skills, by=by, on=on)
    if upload is not None:
        upload.about_id = survey.pk if survey is not None else None
        upload.save(update_fields=["about_id"])
        finish_upload(upload, written=len(check.ready), skipped=len(check.skipped), refused=check.refused)
    return check


def _default_title(on: date) -> str:
    return _("Besoins de %(year)s") % {"year": on.year}


def _remember(cluster: Cluster, names: Mapping[str, str]) -> dict[str, Skill]:
    """The skill of every spelling, folded; makes the skills that are missing and keeps each spelling confirmed."""
    known = queries.known_spellings()
    for folded, name in names.items():
        if folded in known:
            continue
        skill = known.get(fold(name))
        if skill is None:
            skill = Skill.objects.create(cluster=cluster, name=name)
            known[fold(name)] = skill
        known[folded] = skill
    kept = set(SkillSpelling.objects.values_list("spelling", flat=True))
    SkillSpelling.objects.bulk_create(
        SkillSpelling(cluster=cluster, spelling=folded, skill=known[folded]) for folded in names if folded not in kept
    )
    return known


def _write(
    cluster: Cluster, survey: Survey, lines: list[NeedLine], skills: Mapping[str, Skill], *, by: Person | None, on: date
) -> None:
    needs = Need.objects.bulk_create(
        [
            Need(
                cluster=cluster,
                survey=survey,
                firm=line.firm,
                skill=skills[fold(line.skill)],
                half_days=line.half_days,
                latitude=line.latitude,
                longitude=line.longitude,
                town=line.town,
                first_month=line.first_month,
                last_month=line.last_month,
                max_price_cents=line.max_price_cents,
                email=line.email,
                source=line.source,
            )
            for line in lines
        ],
        batch_size=500,
    )
    ReferencePrice.objects.bulk_create(
        [
            ReferencePrice(
                cluster=cluster,
                firm=need.firm,
                skill=need.skill,
                need=need,
                price_cents=line.price_cents,
                half_days=line.alone_half_days,
                grade=line.grade,
                document=line.document,
                asked_on=on,
                asked_by=by,
            )
            for need, line in zip(needs, lines, strict=True)
            if line.price_cents is not None
        ],
        batch_size=500,
    )


@deed("needs.state_need")
def state_need(
    *,
    by: Person | None,
    cluster: Cluster,
    survey: Survey,
    firm: Firm,
    skill: str,
    half_days: int,
    on: date,
    first_month: date | None = None,
    last_month: date | None = None,
    max_price_cents: int | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    town: str = "",
    weekdays: list[int] | None = None,
    email: str = "",
    price_cents: int | None = None,
    alone_half_days: int = 0,
    grade: str = "",
    document: str = "",
    document_date: date | None = None,
) -> Need:
    """One need stated by hand: `half_days` a month of a skill (its name, or a known spelling), its price alone.

    Prices are in cents per half-day. Without a place, the firm's own is taken.
    """
    if not Membership.objects.on(on).filter(firm=firm).exists():
        raise UnableToStateNeed(
            _("%(firm)s n’est pas membre de la grappe à cette date.") % {"firm": firm},
            _("Enregistrez d’abord son adhésion."),
        )
    if survey.closed_on is not None and survey.closed_on <= on:
        raise UnableToStateNeed(
            _("L’enquête « %(survey)s » est close.") % {"survey": survey},
            _("Choisissez une enquête ouverte."),
        )
    if not 1 <= half_days <= HALF_DAYS_A_MONTH_MAX or not fold(skill):
        raise UnableToStateNeed(
            _("Un besoin dit une compétence, et d’une demi-journée à 31 jours par mois."), _("Corrigez la quantité.")
        )
    if first_month and last_month and last_month < first_month:
        raise UnableToStateNeed(_("La fin est avant le début."), _("Corrigez les mois."))
    if latitude is None or longitude is None:
        latitude, longitude = firm.latitude, firm.longitude
        town = town or firm.town
    hold_cluster(cluster)
    named = _remember(cluster, {fold(skill): skill})[fold(skill)]
    need = Need.objects.create(
        cluster=cluster,
        survey=survey,
        firm=firm,
        skill=named,
        half_days=half_days,
        latitude=latitude,
        longitude=longitude,
        town=town,
        first_month=first_month,
        last_month=last_month,
        max_price_cents=max_price_cents,
        weekdays=weekdays or [],
        email=email,
        source=f"hand:{get_random_string(32)}",
    )
    if price_cents is not None:
        state_reference_price(
            by=by,
            cluster=cluster,
            firm=firm,
            skill=named,
            need=need,
            price_cents=price_cents,
            half_days=alone_half_days,
            grade=grade,
            document=document,
            document_date=document_date,
            on=on,
        )
    return need


@deed("needs.state_reference_price")
def state_reference_price(
    *,
    by: Person | None,
    cluster: Cluster,
    firm: Firm,
    skill: Skill,
    price_cents: int,
    half_days: int,
    grade: str,
    on: date,
    need: Need | None = None,
    document: str = "",
    document_date: date | None = None,
) -> ReferencePrice:
    """What the firm pays alone: p0 in cents per half-day, q0 in half-days a month, its proof. Earlier prices stay."""
    return ReferencePrice.objects.create(
        cluster=cluster,
        firm=firm,
        skill=skill,
        need=need,
        price_cents=price_cents,
        half_days=half_days,
        grade=grade or "C",
        document=document,
        document_date=document_date,
        asked_on=on,
        asked_by=by,
    )


@deed("needs.withdraw_need")
def withdraw_need(*, by: Person | None, need: Need) -> Need:
    """The firm no longer asks; a need that is already pooled is left to its pool."""
    need = Need.objects.select_for_update().get(pk=need.pk)
    if need.state == NeedState.POOLED:
        raise UnableToWithdrawNeed(
            _("Ce besoin est déjà mis en commun."), _("Ouvrez la mise en commun pour modifier la part de la structure.")
        )
    if need.state == NeedState.OPEN:
        need.state = NeedState.WITHDRAWN
        need.save(update_fields=["state"])
    return need
