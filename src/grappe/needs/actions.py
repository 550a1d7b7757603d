from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from grappe.audit.deeds import Refused, deed
from grappe.clusters.actions import finish_upload, give_mandate, hold_cluster, refuse_if_loaded
from grappe.clusters.cells import fold
from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster, Firm, Membership, Upload
from grappe.clusters.queries import people_of_firms, speaks_for
from grappe.clusters.sheets import Sheet
from grappe.needs import letters, queries
from grappe.needs.enums import GONE_STATES, Grade, NeedState
from grappe.needs.imports import NeedCheck, NeedLine, check_needs
from grappe.needs.models import Addressee, Need, Proof, ReferencePrice, Skill, SkillSpelling, Survey
from grappe.needs.rules import PROOF_BYTES_MAX, PROOFS_PER_FIRM_MAX, content_type_of
from grappe.needs.stated import Stated, UnableToStateNeed, same_need
from grappe.people.actions import person_named
from grappe.people.models import Person


class UnableToOpenSurvey(Refused):
    pass


class UnableToWithdrawNeed(Refused):
    pass


class UnableToAsk(Refused):
    pass


class UnableToAnswerNeed(Refused):
    pass


@deed("needs.open_survey")
def open_survey(
    *,
    by: Person | None,
    cluster: Cluster,
    title: str,
    on: date,
    question: str = "",
    answer_by: date | None = None,
) -> Survey:
    """A question put to members; the survey with that title if there is one. `answer_by`: the day told to them."""
    survey, _made = Survey.objects.get_or_create(
        cluster=cluster, title=title, defaults={"question": question, "opened_on": on, "answer_by": answer_by}
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
    on: date,
    half_days: int = 0,
    season: Sequence[int] = (),
    detail: str = "",
    first_month: date | None = None,
    last_month: date | None = None,
    one_off: bool = False,
    remote: bool = False,
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
    file: tuple[str, bytes] | None = None,
) -> Need:
    """One need stated by hand: `half_days` a month of a skill (its name, or a known spelling), its price alone.

    `season`: instead, the half-days of each month from January to December. Prices are in cents per half-day. Without a place,
    the firm's own is taken; a remote need has none. `file`: the name and content of what proves its price alone.
    """
    stated = Stated(
        skill=skill,
        half_days=half_days,
        season=tuple(season),
        detail=detail,
        first_month=first_month,
        last_month=last_month,
        one_off=one_off,
        remote=remote,
        latitude=latitude,
        longitude=longitude,
        town=town,
        weekdays=tuple(weekdays or ()),
        max_price_cents=max_price_cents,
        price_cents=price_cents,
        alone_half_days=alone_half_days,
        grade=grade,
        document=document,
        document_date=document_date,
    )
    _check_takes_answers(survey, firm, on)
    stated.check()
    hold_cluster(cluster)
    stated = _with_file(stated, file, by=by, firm=firm, cluster=cluster)
    return _write_one(cluster, survey, firm, stated, by=by, on=on, email=email)


def _check_takes_answers(survey: Survey, firm: Firm, on: date) -> None:
    if not Membership.objects.on(on).filter(firm=firm).exists():
        raise UnableToStateNeed(
            _("%(firm)s n’est pas membre de la grappe à cette date.") % {"firm": firm},
            _("Enregistrez d’abord son adhésion."),
        )
    if survey.closed_on is not None and survey.closed_on <= on:
        raise UnableToStateNeed(
            _("L’enquête « %(survey)s » est close.") % {"survey": survey},
            _("Choisissez une enquête ouverte."),
        )


def _write_one(
    cluster: Cluster, survey: Survey, firm: Firm, stated: Stated, *, by: Person | None, on: date, email: str
) -> Need:
    skill = _remember(cluster, {fold(stated.skill): stated.skill})[fold(stated.skill)]
    need = Need.objects.create(
        cluster=cluster,
        survey=survey,
        firm=firm,
        skill=skill,
        email=email,
        source=f"hand:{get_random_string(32)}",
        **stated.columns(firm),
    )
    _write_price(need, stated, by=by, on=on)
    return need


def _write_price(need: Need, stated: Stated, *, by: Person | None, on: date) -> None:
    """The price alone that comes with the need, if it is not the one already there, which is then no longer said."""
    standing = ReferencePrice.objects.filter(need=need).first()
    if standing is not None:
        if standing.skill_id == need.skill_id and stated.price_cents is not None and _same_price(standing, stated):
            return
        standing.need, standing.withdrawn_on = None, on
        standing.save(update_fields=["need", "withdrawn_on"])
    if stated.price_cents is not None:
        state_reference_price(
            by=by,
            cluster=need.cluster,
            firm=need.firm,
            skill=need.skill,
            need=need,
            price_cents=stated.price_cents,
            half_days=stated.alone_half_days,
            grade=stated.grade,
            document=stated.document,
            document_date=stated.document_date,
            proof=stated.proof,
            on=on,
        )


def _same_price(price: ReferencePrice, stated: Stated) -> bool:
    said = (
        *(stated.price_cents, stated.alone_half_days, stated.grade or Grade.C, stated.document, stated.document_date),
        stated.proof.pk if stated.proof is not None else None,
    )
    return said == (
        *(price.price_cents, price.half_days, price.grade, price.document, price.document_date),
        price.proof_id,
    )


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
    proof: Proof | None = None,
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
        proof=proof,
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


# A need that the coordination answers


@deed("needs.refuse_need")
def refuse_need(*, by: Person | None, need: Need, reason: str) -> Need:
    """The coordination will not serve this need; the firm reads why, and is written to."""
    held = _hold_need(need)
    said = " ".join(reason.split())[:400]
    if not said:
        raise UnableToAnswerNeed(_("Il manque la raison."), _("Dites pourquoi : la structure la lira."))
    if held.state == NeedState.POOLED:
        raise UnableToAnswerNeed(_("Ce besoin est déjà mis en commun."), _("Ouvrez la mise en commun."))
    if held.state != NeedState.OPEN:
        raise UnableToAnswerNeed(_("Ce besoin n’attend plus."), _("Rechargez la page."))
    held.state, held.reason = NeedState.REFUSED, said
    held.save(update_fields=["state", "reason"])
    letters.tell_refused(held)
    return held


@deed("needs.reopen_need")
def reopen_need(*, by: Person | None, need: Need) -> Need:
    """A need withdrawn or refused waits again."""
    held = _hold_need(need)
    if held.state == NeedState.POOLED:
        raise UnableToAnswerNeed(_("Ce besoin est déjà mis en commun."), _("Ouvrez la mise en commun."))
    if held.state in GONE_STATES:
        held.state, held.reason = NeedState.OPEN, ""
        held.save(update_fields=["state", "reason"])
    return held


def _hold_need(need: Need) -> Need:
    return (
        Need.objects.select_for_update(of=("self",))
        .select_related("firm", "skill", "survey", "cluster")
        .get(pk=need.pk)
    )


# A survey sent to members, and their answers


@deed("needs.ask_firms")
def ask_firms(
    *, by: Person | None, survey: Survey, firms: Sequence[Firm], on: date, addresses: Mapping[int, str] | None = None
) -> Survey:
    """Send the survey's link to whoever speaks for these firms and has not had it yet.

    `addresses`: firm id -> e-mail of a person to mandate, for a firm without one. A firm that nobody speaks for is left out.
    """
    _check_open(survey, on)
    hold_cluster(survey.cluster)
    people = people_of_firms([firm.pk for firm in firms], on=on)
    given = addresses or {}
    asked = set(Addressee.objects.filter(survey=survey).values_list("firm_id", "person_id"))
    sent = 0
    for firm in firms:
        speakers = people.get(firm.pk, [])
        if not speakers and given.get(firm.pk):
            person = person_named(email=given[firm.pk])
            give_mandate(by=by, cluster=survey.cluster, person=person, role=Role.MEMBER, firm=firm, on=on)
            speakers = [person]
        for person in speakers:
            if (firm.pk, person.pk) not in asked:
                addressee = Addressee.objects.create(
                    cluster=survey.cluster, survey=survey, firm=firm, person=person, asked_at=timezone.now()
                )
                letters.ask(addressee)
                sent += 1
    if not sent:
        raise UnableToAsk(
            _("Personne n’est à solliciter parmi ces structures."),
            _("Elles ont déjà reçu le lien, ou personne ne parle pour elles : indiquez une adresse."),
        )
    return survey


@deed("needs.remind_survey")
def remind_survey(*, by: Person | None, survey: Survey, on: date) -> Survey:
    """Write again to the firms that have not answered; once a day each."""
    _check_open(survey, on)
    hold_cluster(survey.cluster)
    silent = queries.silent_addressees(survey, on=on)
    due = [one for one in silent if timezone.localdate(one.reminded_at or one.asked_at) < on]
    if not due:
        raise UnableToAsk(
            _("Toutes les structures ont répondu.")
            if not silent
            else _("Celles qui n’ont pas répondu ont déjà reçu un message aujourd’hui."),
            "" if not silent else _("Relancez demain, ou téléphonez."),
        )
    for addressee in due:
        letters.ask(addressee, again=True)
        addressee.reminded_at = timezone.now()
        addressee.save(update_fields=["reminded_at"])
    return survey


def _check_open(survey: Survey, on: date) -> None:
    if survey.closed_on is not None and survey.closed_on <= on:
        raise UnableToAsk(_("L’enquête « %(survey)s » est close.") % {"survey": survey}, _("Ouvrez-en une autre."))


@deed("needs.answer_survey")
def answer_survey(
    *, by: Person, survey: Survey, firm: Firm, stated: Stated, on: date, file: tuple[str, bytes] | None = None
) -> Need:
    """One need of the firm, said by whoever speaks for it. The same need said twice is one.

    `file`: the name and content of what proves its price alone.
    """
    _check_takes_answers(survey, firm, on)
    _check_speaks(by, firm, on)
    stated.check()
    hold_cluster(survey.cluster)
    stated = _with_file(stated, file, by=by, firm=firm, cluster=survey.cluster)
    known = queries.known_spellings().get(fold(stated.skill))
    standing = Need.objects.filter(survey=survey, firm=firm, skill=known).exclude(state__in=GONE_STATES)
    for need in standing.select_related("reference_price") if known is not None else []:
        price = queries.price_of(need)
        if same_need(need, stated, firm) and (
            _same_price(price, stated) if price is not None else stated.price_cents is None
        ):
            return need
    written = _write_one(survey.cluster, survey, firm, stated, by=by, on=on, email=by.email)
    _note_answer(survey, firm, by)
    return written


def _with_file(
    stated: Stated, file: tuple[str, bytes] | None, *, by: Person | None, firm: Firm, cluster: Cluster
) -> Stated:
    if file is None:
        return stated
    return replace(stated, proof=keep_proof(by=by, firm=firm, cluster=cluster, name=file[0], raw=file[1]))


@deed("needs.correct_need")
def correct_need(*, by: Person, need: Need, stated: Stated, on: date, file: tuple[str, bytes] | None = None) -> Need:
    """The firm says its need otherwise, while the survey is open and nothing has been made of it. `file`: as for an answer."""
    held = _hold_answer(by, need, on)
    stated.check()
    stated = _with_file(stated, file, by=by, firm=held.firm, cluster=held.cluster)
    held.skill = _remember(held.cluster, {fold(stated.skill): stated.skill})[fold(stated.skill)]
    for name, value in stated.columns(held.firm).items():
        setattr(held, name, value)
    held.save()
    _write_price(held, stated, by=by, on=on)
    _note_answer(held.survey, held.firm, by)
    return held


@deed("needs.take_back_need")
def take_back_need(*, by: Person, need: Need, on: date) -> Need:
    """The firm itself no longer asks, while the survey is open."""
    if need.state == NeedState.WITHDRAWN:
        return need
    held = _hold_answer(by, need, on)
    held.state = NeedState.WITHDRAWN
    held.save(update_fields=["state"])
    _note_answer(held.survey, held.firm, by)
    return held


@deed("needs.want_nothing")
def want_nothing(*, by: Person, survey: Survey, firm: Firm, on: date) -> Survey:
    """The firm needs nobody this time: it has answered."""
    _check_takes_answers(survey, firm, on)
    _check_speaks(by, firm, on)
    if Need.objects.filter(survey=survey, firm=firm).exclude(state__in=GONE_STATES).exists():
        raise UnableToAnswerNeed(
            _("%(firm)s a un besoin dans cette enquête.") % {"firm": firm}, _("Retirez-le d’abord.")
        )
    _note_answer(survey, firm, by, wants_nothing=True)
    return survey


def _hold_answer(by: Person, need: Need, on: date) -> Need:
    """The need held, by someone who may still change it."""
    hold_cluster(need.cluster)
    held = _hold_need(need)
    _check_takes_answers(held.survey, held.firm, on)
    _check_speaks(by, held.firm, on)
    if held.state == NeedState.POOLED:
        raise UnableToAnswerNeed(
            _("Ce besoin est déjà mis en commun."),
            _("Répondez à la part qui vous est proposée, ou écrivez à la coordination."),
        )
    if held.state != NeedState.OPEN:
        raise UnableToAnswerNeed(_("Ce besoin n’attend plus."), _("Ajoutez-en un autre."))
    return held


def _check_speaks(by: Person, firm: Firm, on: date) -> None:
    if not speaks_for(by, firm.pk, on=on):
        raise UnableToAnswerNeed(
            _("Vous n’avez pas, aujourd’hui, de mandat pour %(firm)s.") % {"firm": firm},
            _("Demandez-le à la coordination de la grappe."),
        )


def _note_answer(survey: Survey, firm: Firm, by: Person, *, wants_nothing: bool = False) -> None:
    """The firm has answered by that person, who may have come without being asked."""
    now = timezone.now()
    Addressee.objects.update_or_create(
        survey=survey,
        firm=firm,
        person=by,
        defaults={"answered_at": now},
        create_defaults={"cluster_id": survey.cluster_id, "asked_at": now, "answered_at": now},
    )
    Addressee.objects.filter(survey=survey, firm=firm).update(wants_nothing=wants_nothing)


@deed("needs.keep_proof")
def keep_proof(*, by: Person | None, firm: Firm, cluster: Cluster, name: str, raw: bytes) -> Proof:
    """Keep a file that proves a price alone, with its hash; the same file sent twice is one."""
    if len(raw) > PROOF_BYTES_MAX:
        raise UnableToStateNeed(
            _("« %(name)s » pèse plus de %(most)s Mo.") % {"name": name[:120], "most": PROOF_BYTES_MAX // 1_000_000},
            _("Envoyez la page utile, ou une photo moins lourde."),
        )
    kind = content_type_of(raw)
    if not kind:
        raise UnableToStateNeed(
            _("« %(name)s » n’est ni un PDF ni une image.") % {"name": name[:120]},
            _("Envoyez un PDF, une photo JPEG, PNG ou WebP."),
        )
    digest = hashlib.sha256(raw).hexdigest()
    held = Proof.objects.filter(firm=firm)
    if held.count() >= PROOFS_PER_FIRM_MAX and not held.filter(digest=digest).exists():
        raise UnableToStateNeed(
            _("%(firm)s a déjà envoyé %(n)s documents.") % {"firm": firm, "n": PROOFS_PER_FIRM_MAX},
            _("Envoyez les suivants à la coordination."),
        )
    proof, _made = Proof.objects.get_or_create(
        cluster=cluster,
        firm=firm,
        digest=digest,
        defaults={"name": name[:120], "content_type": kind, "raw": raw, "sent_by": by},
    )
    return proof
