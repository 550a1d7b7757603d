"""What is written to those who sign, each in its language."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from grappe.clusters.queries import coordinators
from grappe.papers.models import Paper, Signatory, Signature
from grappe.papers.printing import moment
from grappe.people.actions import open_link, write_to
from grappe.people.models import AccessLink, Person

LINK_DAYS = 60
SIGNATURE_PATH = "/signature/{token}/"  # where the pages serve a signature's link


def address_of(link: AccessLink) -> str:
    return f"{settings.BASE_URL}{SIGNATURE_PATH.format(token=link.token)}"


def link_of(signatory: Signatory) -> AccessLink:
    """The person's living link to what it signs, good for sixty days from now."""
    until = timezone.localdate() + timedelta(days=LINK_DAYS)
    return open_link(purpose=AccessLink.Purpose.SIGNATURE, about=signatory, person=signatory.person, expires_on=until)


def ask(signatory: Signatory, *, again: bool = False) -> None:
    paper, person = signatory.paper, signatory.person
    party = paper.party(signatory.party) or {}
    with translation.override(person.language):
        named = {"title": paper.title, "cluster": paper.cluster, "for": party.get("name", "")}
        subject = _("%(title)s : votre signature est attendue") if again else _("%(title)s : à lire et à signer")
        said = _("%(cluster)s vous demande de lire et de signer « %(title)s », pour %(for)s.") % named
        link = _("Lire le texte, puis signer :") + f"\n{address_of(link_of(signatory))}"
        promise = _("Ce lien est personnel. Rien n’est signé tant que vous n’avez pas écrit votre nom.")
        write_to(person, subject=subject % named, body=_letter(person, paper, said, link, promise))


def confirm(signature: Signature, signatory: Signatory | None) -> None:
    """To whoever has just signed: what, when, its hash, and where the signed file is."""
    person, paper = signature.person, signature.paper
    if person is None:
        return
    with translation.override(person.language):
        said = _("Vous avez signé « %(title)s » le %(moment)s.") % {
            "title": paper.title,
            "moment": moment(signature.signed_at),
        }
        mark = _("Empreinte du texte signé (SHA-256) :") + f"\n{signature.sha256}"
        where = ""
        if signatory is not None:
            where = _("Le document signé :") + f"\n{address_of(link_of(signatory))}"
        subject = _("%(title)s : signé") % {"title": paper.title}
        write_to(person, subject=subject, body=_letter(person, paper, said, mark, where))


def tell_complete(paper: Paper) -> None:
    """Every signature is there: the coordination is told."""
    for person in coordinators(on=timezone.localdate()):
        with translation.override(person.language):
            said = _("Toutes les signatures sont là : « %(title)s ».") % {"title": paper.title}
            write_to(
                person,
                subject=_("%(title)s : signé par tous") % {"title": paper.title},
                body=_letter(person, paper, said, f"{settings.BASE_URL}/c/{paper.cluster.slug}/"),
            )


def _letter(person: Person, paper: Paper, *parts: str) -> str:
    greeting = _("Bonjour %(name)s,") % {"name": person.name} if person.name else _("Bonjour,")
    return "\n\n".join([greeting, *(part for part in parts if part), str(paper.cluster)])
