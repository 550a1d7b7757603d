"""The cluster's legal body: who directs it, its statutes, and what the labour inspectorate was told."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.audit.deeds import Refused, deed
from grappe.clusters.enums import DocumentKind
from grappe.clusters.models import Cluster, InspectorateNotice, LegalDocument, Officer
from grappe.people.models import Person

DOCUMENT_BYTES_MAX = 8_000_000
DOCUMENTS_MAX = 50  # of a kind: statutes adopted year after year
OFFICER_CARD = ("name", "office", "street", "postcode", "town", "valid_from", "valid_to")


class UnableToNameOfficer(Refused):
    pass


class UnableToKeepDocument(Refused):
    pass


class UnableToNoteNotice(Refused):
    pass


@deed("clusters.name_officer")
def name_officer(*, by: Person | None, cluster: Cluster, card: Mapping[str, Any]) -> Officer:
    """Someone directs the cluster's legal body; `card` holds OFFICER_CARD. The same standing office given twice is one."""
    _check_period(card)
    same = Officer.objects.filter(name=card["name"], office=card["office"], valid_to=None)
    standing: Officer | None = same.select_for_update().first()
    if standing is not None:
        return correct_officer(by=by, officer=standing, card=card)
    return Officer.objects.create(cluster=cluster, **{name: card[name] for name in OFFICER_CARD})


@deed("clusters.correct_officer")
def correct_officer(*, by: Person | None, officer: Officer, card: Mapping[str, Any]) -> Officer:
    """What is known of the officer; with a `valid_to`, the first day on which the office is no longer held."""
    _check_period(card)
    held: Officer = Officer.objects.select_for_update().get(pk=officer.pk)
    for name in OFFICER_CARD:
        setattr(held, name, card[name])
    held.save(update_fields=list(OFFICER_CARD))
    return held


def _check_period(card: Mapping[str, Any]) -> None:
    if card["valid_to"] is not None and card["valid_to"] < card["valid_from"]:
        raise UnableToNameOfficer(_("La fin de la fonction est avant son début."), _("Vérifiez les deux dates."))


@deed("clusters.keep_legal_document")
def keep_legal_document(
    *, by: Person | None, cluster: Cluster, kind: str, name: str, raw: bytes, dated: date
) -> LegalDocument:
    """Keep a PDF of the statutes or of the publication, adopted or published on `dated`; the same file twice is one."""
    shown = name[:120]
    if not raw.startswith(b"%PDF-"):
        raise UnableToKeepDocument(_("« %(name)s » n’est pas un PDF.") % {"name": shown}, _("Envoyez-le en PDF."))
    if len(raw) > DOCUMENT_BYTES_MAX:
        raise UnableToKeepDocument(
            _("« %(name)s » pèse plus de %(most)s Mo.") % {"name": shown, "most": DOCUMENT_BYTES_MAX // 1_000_000},
            _("Enregistrez-le avec des images moins lourdes."),
        )
    if dated > timezone.localdate():
        raise UnableToKeepDocument(_("Un document ne se date pas d’un jour à venir."), _("Vérifiez la date."))
    digest = hashlib.sha256(raw).hexdigest()
    held = LegalDocument.objects.filter(kind=DocumentKind(kind))
    if held.count() >= DOCUMENTS_MAX and not held.filter(digest=digest).exists():
        raise UnableToKeepDocument(
            _("%(n)s documents de cette sorte sont déjà gardés.") % {"n": DOCUMENTS_MAX},
            _("Gardez les suivants hors de Grappe."),
        )
    document, _made = LegalDocument.objects.get_or_create(
        cluster=cluster,
        kind=kind,
        digest=digest,
        defaults={"name": shown, "raw": raw, "dated": dated, "sent_by": by},
    )
    return document


@deed("clusters.note_notice_sent")
def note_notice_sent(
    *, by: Person | None, cluster: Cluster, sent_on: date, facts: Mapping[str, Any]
) -> InspectorateNotice:
    """The notice left on that day and said `facts`; the same said again that day is once."""
    if sent_on > timezone.localdate():
        raise UnableToNoteNotice(
            _("Un envoi ne se note pas d’un jour à venir."), _("Datez-le du jour où la note est partie.")
        )
    last: InspectorateNotice | None = InspectorateNotice.objects.last()
    if last is not None and sent_on < last.sent_on:
        raise UnableToNoteNotice(
            _("Un envoi plus récent est déjà noté."), _("Datez celui-ci du même jour, ou d’un jour plus tard.")
        )
    if last is not None and (last.sent_on, last.facts) == (sent_on, dict(facts)):
        return last
    return InspectorateNotice.objects.create(cluster=cluster, sent_on=sent_on, facts=dict(facts), noted_by=by)
