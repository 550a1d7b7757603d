"""What is written to whoever a released calendar concerns, each in its language."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grappe.clusters.models import Cluster, Firm
from grappe.clusters.queries import people_of
from grappe.people.actions import write_to
from grappe.people.models import Person
from grappe.plans import words
from grappe.plans.models import Consent, Release
from grappe.plans.moves import Move, Place


def announce(release: Release, placed: Sequence[Place], moves: Sequence[Move], *, first: bool) -> None:
    """Write to the post's employee, to whoever replaces it, and to those who speak for each firm that has a half-day or loses one.

    A first version goes to every firm in it; a later one to those for whom something moved.
    """
    calendar = release.calendar
    person = calendar.pool.person
    if person is not None:
        _write(person, release, placed, moves, first=first, mine=False)
    for pk, other in _substitutes(placed, moves, but=person, first=first).items():
        theirs = [place for place in placed if place.person_id == pk]
        moved = [move for move in moves if pk in (move.person_id, move.before_id)]
        _write(other, release, theirs, moved, first=first, mine=False)
    concerned = {place.firm_id for place in placed} if first else {move.firm_id for move in moves}
    for firm in Firm.objects.filter(pk__in=concerned):
        own = [place for place in placed if place.firm_id == firm.pk]
        moved = [move for move in moves if move.firm_id == firm.pk]
        for reader in people_of(firm, on=timezone.localdate()):
            _write(reader, release, own, moved, first=first, mine=True)


def _substitutes(
    placed: Sequence[Place], moves: Sequence[Move], *, but: Person | None, first: bool
) -> dict[int, Person]:
    """Those beside the post's person whom the version concerns."""
    ids = {place.person_id for place in placed} if first else {pk for m in moves for pk in (m.person_id, m.before_id)}
    return Person.objects.in_bulk(ids - {0, but.pk if but is not None else 0})


def ask_consent(consent: Consent) -> None:
    """Ask the person whether it agrees to a change sooner than the law's notice."""
    calendar = consent.calendar
    with translation.override(consent.person.language):
        named = {"post": calendar.pool.name, "month": words.month_name(calendar.month)}
        lines = [
            _("Bonjour %(name)s,") % {"name": words.first_name(consent.person)},
            _("Un changement vous est proposé à moins de sept jours :"),
            "\n".join(f"- {change}" for change in consent.changes),
            _("Vous pouvez dire oui ou non : rien ne change sans votre accord."),
            _("Répondez ici : %(url)s")
            % {"url": f"{settings.BASE_URL}/c/{calendar.cluster.slug}/mon-planning/#accord"},
            str(calendar.cluster),
        ]
        write_to(
            consent.person,
            subject=_("%(post)s : êtes-vous d’accord pour ce changement ?") % named,
            body="\n\n".join(lines),
        )


def tell_consent(consent: Consent) -> None:
    """Tell whoever asked what the person answered."""
    reader = consent.asked_by
    if reader is None:
        return
    calendar = consent.calendar
    with translation.override(reader.language):
        named = {"person": consent.person.short_name, "post": calendar.pool.name}
        subject = (
            _("%(person)s est d’accord : %(post)s") if consent.agreed else _("%(person)s n’est pas d’accord : %(post)s")
        ) % named
        lines = ["\n".join(f"- {change}" for change in consent.changes), consent.words, str(calendar.cluster)]
        write_to(reader, subject=subject, body="\n\n".join(line for line in lines if line))


def remind(firm: Firm, *, cluster: Cluster, count: int) -> None:
    """Write to those who speak for the firm that so many half-days wait for a countersignature."""
    for reader in people_of(firm, on=timezone.localdate()):
        with translation.override(reader.language):
            subject = ngettext(
                "%(count)s demi-journée à contresigner", "%(count)s demi-journées à contresigner", count
            ) % {"count": count}
            greeting = _("Bonjour %(name)s,") % {"name": words.first_name(reader)}
            text = _(
                "Des heures notées chez %(firm)s attendent votre contresignature. Sans elle, elles ne peuvent pas être "
                "décomptées."
            ) % {"firm": firm}
            link = _("Tout est sur Grappe : %(url)s") % {"url": f"{settings.BASE_URL}/c/{cluster.slug}/"}
            write_to(reader, subject=subject, body="\n\n".join([greeting, text, link, str(cluster)]))


def _write(
    reader: Person, release: Release, placed: Sequence[Place], moves: Sequence[Move], *, first: bool, mine: bool
) -> None:
    calendar = release.calendar
    with translation.override(reader.language):
        named = {"post": calendar.pool.name, "month": words.month_name(calendar.month), "number": release.number}
        if first:
            subject = _("%(post)s : le calendrier de %(month)s") % named
            count = ngettext("%(count)s demi-journée :", "%(count)s demi-journées :", len(placed)) % {
                "count": len(placed)
            }
            lines = [count, *(_line(place, mine=mine) for place in placed)]
        else:
            subject = _("%(post)s : le calendrier de %(month)s change (version %(number)s)") % named
            lines = [_("Ce qui change :"), *(f"- {move.text}" for move in moves)]
        greeting = _("Bonjour %(name)s,") % {"name": words.first_name(reader)}
        link = _("Tout est sur Grappe : %(url)s") % {"url": f"{settings.BASE_URL}/c/{calendar.cluster.slug}/"}
        parts = [greeting, "\n".join(lines), release.words, link, str(calendar.cluster)]
        write_to(reader, subject=subject, body="\n\n".join(part for part in parts if part))


def _line(place: Place, *, mine: bool) -> str:
    when = words.half_day(*place.half)
    return f"- {when}" if mine else f"- {when} : {place.firm}"
