from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_scopes import scope

from grappe.audit.deeds import Refused, deed
from grappe.clusters import queries
from grappe.clusters.actions.legal import (
    DOCUMENT_BYTES_MAX,
    OFFICER_CARD,
    UnableToKeepDocument,
    UnableToNameOfficer,
    UnableToNoteNotice,
    correct_officer,
    keep_legal_document,
    name_officer,
    note_notice_sent,
)
from grappe.clusters.columns import Refusal
from grappe.clusters.enums import Role
from grappe.clusters.imports import FIRM_FIELDS, MEMBERSHIP_FIELDS, FirmCheck, FirmLine, check_firms
from grappe.clusters.models import Cluster, Firm, Mandate, Membership, TaxableShare, Upload
from grappe.clusters.sheets import Sheet
from grappe.people.actions import person_named, write_to
from grappe.people.models import Person

__all__ = [
    "DOCUMENT_BYTES_MAX",
    "FIRM_CARD",
    "OFFICER_CARD",
    "UPLOAD_KEPT_DAYS",
    "UnableToDeclare",
    "UnableToGiveMandate",
    "UnableToImport",
    "UnableToKeepDocument",
    "UnableToKeepFirm",
    "UnableToNameOfficer",
    "UnableToNoteNotice",
    "UnableToOpenCluster",
    "choose_columns",
    "correct_firm",
    "correct_officer",
    "declare_taxable_share",
    "describe_cluster",
    "end_mandate",
    "end_membership",
    "finish_upload",
    "give_mandate",
    "hold_cluster",
    "import_firms",
    "keep_legal_document",
    "keep_upload",
    "name_officer",
    "name_speaker",
    "note_notice_sent",
    "open_cluster",
    "refuse_if_loaded",
    "register_firm",
    "welcome_firm",
]


class UnableToOpenCluster(Refused):
    pass


class UnableToGiveMandate(Refused):
    pass


class UnableToImport(Refused):
    pass


@deed("clusters.open_cluster")
def open_cluster(*, by: Person | None, slug: str, name: str, coordinator_email: str, on: date) -> Cluster:
    """A new, empty cluster with its first coordinator."""
    if Cluster.objects.filter(slug=slug).exists():
        raise UnableToOpenCluster(
            _("Une grappe s’appelle déjà « %(slug)s ».") % {"slug": slug}, _("Choisissez un autre nom court.")
        )
    cluster = Cluster(slug=slug, name=name, created_on=on, legal_name=name)
    cluster.full_clean()
    cluster.save()
    coordinator = person_named(email=coordinator_email)
    with scope(cluster=cluster):
        Mandate.objects.create(cluster=cluster, person=coordinator, role=Role.COORDINATOR, valid_from=on)
    return cluster


@deed("clusters.welcome_firm")
def welcome_firm(
    *,
    by: Person | None,
    cluster: Cluster,
    firm: Firm,
    on: date,
    headcount: int | None = None,
    sector: str = "",
    email: str = "",
    establishments: str = "",
) -> Membership:
    """Open a membership from `on`; a firm that is already a member keeps the one it has."""
    standing = Membership.objects.filter(firm=firm, valid_to=None).first()
    if standing is not None:
        return standing
    facts = {"headcount": headcount, "sector": sector, "email": email, "establishments": establishments}
    return Membership.objects.create(cluster=cluster, firm=firm, valid_from=on, **facts)


@deed("clusters.give_mandate")
def give_mandate(
    *, by: Person | None, cluster: Cluster, person: Person, role: str, on: date, firm: Firm | None = None
) -> Mandate:
    """From `on`, the person has that role; for a member, it speaks for `firm`."""
    if firm is not None and not Membership.objects.on(on).filter(firm=firm).exists():
        raise UnableToGiveMandate(
            _("%(firm)s n’est pas membre de la grappe à cette date.") % {"firm": firm},
            _("Enregistrez d’abord son adhésion."),
        )
    hold_cluster(cluster)  # the same mandate given twice at once is one
    standing: Mandate | None = Mandate.objects.on(on).filter(person=person, role=role, firm=firm).first()
    if standing is not None:
        return standing
    return Mandate.objects.create(cluster=cluster, person=person, role=role, firm=firm, valid_from=on)


@deed("clusters.end_mandate")
def end_mandate(*, by: Person | None, mandate: Mandate, on: date) -> Mandate:
    """The mandate ends: `on` is the first day without it."""
    Mandate.objects.filter(pk=mandate.pk).update(valid_to=max(on, mandate.valid_from))
    mandate.refresh_from_db()
    return mandate


UPLOAD_KEPT_DAYS = 7


@deed("clusters.keep_upload")
def keep_upload(
    *,
    by: Person | None,
    cluster: Cluster,
    kind: str,
    name: str,
    raw: bytes,
    places: dict[str, int],
    about_id: int | None = None,
    title: str = "",
) -> Upload:
    """Keep a file that can be read until it is confirmed; those of the cluster that waited a week are dropped."""
    Upload.objects.filter(made_at__lt=timezone.now() - timedelta(days=UPLOAD_KEPT_DAYS)).delete()
    return Upload.objects.create(
        cluster=cluster,
        kind=kind,
        person=by,
        name=name[:200],
        digest=hashlib.sha256(raw).hexdigest(),
        raw=raw,
        places=places,
        about_id=about_id,
        title=title,
    )


@deed("clusters.choose_columns")
def choose_columns(*, by: Person | None, upload: Upload, places: dict[str, int]) -> Upload:
    """Say by hand which column holds what."""
    refuse_if_loaded(upload)
    upload.places = places
    upload.save(update_fields=["places"])
    return upload


def refuse_if_loaded(upload: Upload) -> None:
    if upload.done_at is not None:
        raise UnableToImport(_("Ce fichier a déjà été chargé."), _("Pour le charger à nouveau, envoyez-le à nouveau."))


def finish_upload(upload: Upload, *, written: int, skipped: int, refused: list[Refusal]) -> None:
    """The file is loaded: only its refused lines are kept, for a week. Part of the deed that loads it."""
    upload.done_at = timezone.now()
    upload.raw = b""
    upload.outcome = {"written": written, "skipped": skipped, "refused": [asdict(refusal) for refusal in refused]}
    upload.save(update_fields=["done_at", "raw", "outcome"])


def hold_cluster(cluster: Cluster) -> None:
    """One import at a time in a cluster, until the transaction ends: what has been checked is what is written."""
    Cluster.objects.select_for_update(no_key=True).get(pk=cluster.pk)


@deed("clusters.import_firms")
def import_firms(
    *,
    by: Person | None,
    cluster: Cluster,
    sheet: Sheet,
    places: dict[str, int],
    on: date,
    name: str = "",
    upload: Upload | None = None,
) -> FirmCheck:
    """Write the good lines of a list of firms, checked again against what stands; undated memberships begin `on`."""
    hold_cluster(cluster)
    if upload is not None:
        upload.refresh_from_db(fields=["done_at"])
        refuse_if_loaded(upload)
    check = check_firms(sheet, places, cluster=cluster)
    _write_firms(check.ready)
    _write_memberships(cluster, check.ready, on=on)
    if upload is not None:
        finish_upload(upload, written=len(check.ready), skipped=len(check.skipped), refused=check.refused)
    return check


def _write_firms(lines: list[FirmLine]) -> None:
    fresh = [line for line in lines if line.firm is None]
    for line, firm in zip(fresh, Firm.objects.bulk_create([Firm(**line.values) for line in fresh]), strict=True):
        line.firm = firm
    changed = []
    for line in lines:
        if line.firm_fields and line.firm is not None:
            for key in line.firm_fields:
                setattr(line.firm, key, line.values[key])
            changed.append(line.firm)
    Firm.objects.bulk_update(changed, list(FIRM_FIELDS), batch_size=200)


def _write_memberships(cluster: Cluster, lines: list[FirmLine], *, on: date) -> None:
    Membership.objects.bulk_create(
        [
            Membership(
                cluster=cluster,
                firm=line.firm,
                valid_from=line.since or on,
                headcount=line.headcount,
                sector=line.sector,
                email=line.email,
            )
            for line in lines
            if line.membership is None
        ]
    )
    changed = []
    for line in lines:
        if line.membership is not None and line.membership_fields:
            for key in line.membership_fields:
                setattr(line.membership, key, line.of_membership[key])
            changed.append(line.membership)
    Membership.objects.bulk_update(changed, list(MEMBERSHIP_FIELDS), batch_size=200)


@deed("clusters.name_speaker")
def name_speaker(
    *, by: Person | None, cluster: Cluster, firm: Firm, email: str, name: str = "", on: date, url: str = ""
) -> Mandate:
    """From `on`, the person at that address speaks for the firm; it is told so by mail, with `url`, where to go."""
    person = person_named(email=email, name=name)
    standing: Mandate | None = Mandate.objects.on(on).filter(person=person, role=Role.MEMBER, firm=firm).first()
    if standing is not None:
        return standing
    mandate = give_mandate(by=by, cluster=cluster, person=person, role=Role.MEMBER, firm=firm, on=on)
    with override(person.language):
        write_to(
            person,
            subject=_("Vous représentez %(firm)s dans %(cluster)s") % {"firm": firm, "cluster": cluster},
            body=_(
                "Bonjour,\n\n%(by)s vous a désigné pour représenter %(firm)s dans la grappe %(cluster)s : "
                "dire ses besoins, accepter ses parts, signer ses heures.\n\nPour entrer : %(url)s\n\n"
                "À la première visite, demandez un mot de passe par « Mot de passe oublié ».\n"
            )
            % {"by": by or "Grappe", "firm": firm, "cluster": cluster, "url": url},
        )
    return mandate


FIRM_CARD = ("name", "siren", "vat_number", "street", "postcode", "town", "latitude", "longitude")


class UnableToKeepFirm(Refused):
    pass


@deed("clusters.register_firm")
def register_firm(
    *,
    by: Person | None,
    cluster: Cluster,
    card: dict[str, Any],
    on: date,
    headcount: int | None = None,
    sector: str = "",
    email: str = "",
    establishments: str = "",
) -> Firm:
    """A firm and its membership from `on`. A firm known by its SIREN is taken as it is; `card` holds FIRM_CARD."""
    hold_cluster(cluster)
    siren = card.get("siren") or None
    firm = Firm.objects.filter(siren=siren).first() if siren else None
    if firm is None:
        firm = Firm.objects.create(**card | {"siren": siren})
    facts = {"headcount": headcount, "sector": sector, "email": email, "establishments": establishments}
    welcome_firm(by=by, cluster=cluster, firm=firm, on=on, **facts)
    return firm


@deed("clusters.correct_firm")
def correct_firm(
    *,
    by: Person | None,
    cluster: Cluster,
    firm: Firm,
    card: dict[str, Any],
    since: date,
    headcount: int | None = None,
    sector: str = "",
    email: str = "",
    establishments: str = "",
) -> Firm:
    """The firm's card and its standing membership, corrected; another cluster's firm is completed, never replaced."""
    membership = Membership.objects.filter(firm=firm, valid_to=None).first()
    if membership is None:
        raise UnableToKeepFirm(
            _("%(firm)s n’est plus membre de la grappe.") % {"firm": firm}, _("Enregistrez d’abord son retour.")
        )
    card = card | {"siren": card.get("siren") or None}
    if card["siren"] and Firm.objects.exclude(pk=firm.pk).filter(siren=card["siren"]).exists():
        raise UnableToKeepFirm(_("Ce SIREN est celui d’une autre structure."), _("Vérifiez-le sur un extrait récent."))
    guarded = bool(queries.members_elsewhere([firm.pk], cluster=cluster))
    for name in FIRM_CARD:
        before, after = getattr(firm, name), card[name]
        if guarded and before not in (None, "") and before != after:
            raise UnableToKeepFirm(
                _("%(firm)s est aussi membre d’une autre grappe, qui se sert de la même fiche.") % {"firm": firm},
                _("Complétez ce qui manque ; pour corriger le reste, accordez-vous avec elle ou avec l’exploitant."),
            )
        setattr(firm, name, after)
    firm.save()
    membership.valid_from, membership.headcount, membership.sector, membership.email = since, headcount, sector, email
    membership.establishments = establishments
    membership.save(update_fields=["valid_from", "headcount", "sector", "email", "establishments"])
    return firm


@deed("clusters.end_membership")
def end_membership(*, by: Person | None, firm: Firm, on: date) -> Membership:
    """The firm leaves: `on` is the first day without it. Its people no longer speak for it."""
    membership: Membership | None = Membership.objects.filter(firm=firm, valid_to=None).first()
    if membership is None:
        raise UnableToKeepFirm(_("%(firm)s n’est plus membre de la grappe.") % {"firm": firm}, "")
    membership.valid_to = max(on, membership.valid_from)
    membership.save(update_fields=["valid_to"])
    for mandate in Mandate.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), firm=firm):
        end_mandate(by=by, mandate=mandate, on=on)
    return membership


@deed("clusters.describe_cluster")
def describe_cluster(*, by: Person | None, cluster: Cluster, facts: Mapping[str, Any]) -> Cluster:
    """Write the cluster's own facts (names of its fields). Invoices already issued keep what they printed."""
    held = Cluster.objects.select_for_update().get(pk=cluster.pk)
    for name, value in facts.items():
        setattr(held, name, value)
    held.full_clean()
    held.save(update_fields=list(facts))
    return held


class UnableToDeclare(Refused):
    pass


@deed("clusters.declare_taxable_share")
def declare_taxable_share(
    *, by: Person | None, cluster: Cluster, firm: Firm, share_bp: int, valid_from: date
) -> TaxableShare:
    """From that day on, the member's share of takings subject to VAT is `share_bp` (2000: 20 %). The same told again is once."""
    if not 0 <= share_bp <= 10_000:
        raise UnableToDeclare(
            _("Une part va de 0 à 100 pour cent."), _("Divisez les recettes soumises à la TVA par toutes les recettes.")
        )
    if valid_from > timezone.localdate():
        raise UnableToDeclare(_("Une déclaration ne se date pas d’un jour à venir."), _("Datez-la d’aujourd’hui."))
    if not Membership.objects.on(valid_from).filter(firm=firm).exists():
        raise UnableToDeclare(
            _("%(firm)s n’était pas membre de la grappe ce jour-là.") % {"firm": firm}, _("Vérifiez la date.")
        )
    standing = queries.taxable_shares(on=valid_from).get(firm.pk)
    if standing is not None and (standing.share_bp, standing.valid_from) == (share_bp, valid_from):
        return standing
    return TaxableShare.objects.create(
        cluster=cluster, firm=firm, share_bp=share_bp, valid_from=valid_from, declared_by=by
    )
