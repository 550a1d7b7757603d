"""What is written to members and to the coordination about a pool, each in its language."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from grappe.clusters.queries import coordinators
from grappe.people.actions import open_link, write_to
from grappe.people.models import AccessLink, Person
from grappe.pools import words
from grappe.pools.models import Bonus, Commitment, Part, Pool
from grappe.pools.queries import price_card, speakers

LINK_DAYS = 60
INVITATION_PATH = "/invitation/{token}/"  # where the pages serve an invitation's link


def address_of(link: AccessLink) -> str:
    return f"{settings.BASE_URL}{INVITATION_PATH.format(token=link.token)}"


def link_to(part: Part, person: Person) -> AccessLink:
    """The person's living link to the part, good for sixty days from now."""
    until = timezone.localdate() + timedelta(days=LINK_DAYS)
    return open_link(purpose=AccessLink.Purpose.INVITATION, about=part, person=person, expires_on=until)


def invite(part: Part, *, again: bool = False) -> int:
    """Write to everyone who speaks for the firm; how many."""
    people = speakers([part.firm_id], on=timezone.localdate()).get(part.firm_id, [])
    card = price_card(part)
    for person in people:
        with translation.override(person.language):
            named = {"post": part.pool.name, "firm": part.firm, "cluster": part.cluster}
            subject = (
                _("%(post)s : votre part vous attend") if again else _("%(post)s : votre part, avant tout engagement")
            )
            lines = [
                _("%(cluster)s vous propose une part pour %(firm)s : %(days)s par mois.")
                % {**named, "days": words.days(part.half_days)},
                _("Votre part : %(share)s par mois HT, soit %(price)s la journée.")
                % {"share": words.euros(card.pay_cents), "price": words.euros(card.day_cents)},
            ]
            if card.alone_month_cents is not None:
                lines.append(_("Seule, vous paieriez %(alone)s.") % {"alone": words.euros(card.alone_month_cents)})
            write_to(
                person,
                subject=subject % named,
                body=_letter(part, person, "\n".join(lines), _("Voir ma part et répondre :")),
            )
    return len(people)


def tell_new_price(part: Part, standing: Commitment) -> None:
    """The price has risen above what the firm accepted: it is asked again."""
    card = price_card(part)
    for person in speakers([part.firm_id], on=timezone.localdate()).get(part.firm_id, []):
        with translation.override(person.language):
            said = _(
                "Le prix a changé : votre part passerait de %(old)s à %(new)s par mois HT. Votre accord précédent ne vous "
                "engage pas à ce prix : rien ne vous sera facturé au-delà de ce que vous avez accepté."
            ) % {"old": words.euros(standing.month_cents), "new": words.euros(card.pay_cents)}
            subject = _("%(post)s : le prix a changé") % {"post": part.pool.name}
            write_to(
                person, subject=subject, body=_letter(part, person, said, _("Accepter ou décliner le nouveau prix :"))
            )


def tell_change(part: Part) -> int:
    """Another quantity is asked of a firm that is committed: its part as it would be; how many were written to."""
    card = price_card(part)
    people = speakers([part.firm_id], on=timezone.localdate()).get(part.firm_id, [])
    for person in people:
        with translation.override(person.language):
            said = _(
                "%(cluster)s vous propose %(days)s par mois pour %(firm)s à partir du %(day)s : %(share)s par mois HT, soit "
                "%(price)s la journée. Sans votre accord, votre part reste ce qu’elle est."
            ) % {
                "cluster": part.cluster,
                "firm": part.firm,
                "days": words.days(card.half_days),
                "day": words.day(card.since),
                "share": words.euros(card.pay_cents),
                "price": words.euros(card.day_cents),
            }
            subject = _("%(post)s : une autre part à accepter") % {"post": part.pool.name}
            write_to(person, subject=subject, body=_letter(part, person, said, _("Voir cette part et répondre :")))
    return len(people)


def tell_bonus(part: Part, bonus: Bonus) -> None:
    """The coordination has written a differential bonus that the firm has to agree to."""
    for person in speakers([part.firm_id], on=timezone.localdate()).get(part.firm_id, []):
        with translation.override(person.language):
            said = _(
                "La personne mise à votre disposition doit gagner ce que gagnerait chez vous un salarié de même qualification. La "
                "coordination a noté une prime différentielle de %(bonus)s, à partir du %(day)s : %(reason)s. Vous la portez "
                "seule. Rien ne vous est facturé sans votre accord."
            ) % {"bonus": words.bonus(bonus), "day": words.day(bonus.valid_from), "reason": bonus.reason}
            subject = _("%(post)s : une prime différentielle à accepter") % {"post": part.pool.name}
            write_to(person, subject=subject, body=_letter(part, person, said, _("La lire et répondre :")))


def tell_leaving(part: Part) -> None:
    """To the firm that leaves: until when it is in, and what stays due."""
    assert part.leaves_on is not None
    for person in speakers([part.firm_id], on=timezone.localdate()).get(part.firm_id, []):
        with translation.override(person.language):
            named = {"post": part.pool.name, "firm": part.firm, "day": words.day(part.leaves_on)}
            said = _(
                "%(firm)s quitte le poste « %(post)s » : elle n’en est plus à partir du %(day)s. Jusque-là, son engagement "
                "tient, au prix accepté ; les heures déjà faites restent à contresigner."
            )
            subject = _("%(post)s : votre départ est noté")
            write_to(person, subject=subject % named, body=_letter(part, person, said % named, _("Votre part :")))


def tell_coordinators(pool: Pool, *, subject: str, text: str) -> None:
    """Write to those who coordinate the cluster; the words are the caller's."""
    for person in coordinators(on=timezone.localdate()):
        address = f"{settings.BASE_URL}/c/{pool.cluster.slug}/"
        write_to(person, subject=subject, body="\n\n".join([text, address, str(pool.cluster)]))


def _letter(part: Part, person: Person, text: str, invitation: str) -> str:
    greeting = _("Bonjour %(name)s,") % {"name": person.name} if person.name else _("Bonjour,")
    link = f"{invitation}\n{address_of(link_to(part, person))}"
    promise = _("Ce lien est personnel. Sans réponse de votre part, rien ne vous engage.")
    return "\n\n".join([greeting, text, link, promise, str(part.cluster)])
