from __future__ import annotations

from datetime import date

from django.db import IntegrityError, models, transaction

from grappe.people.models import AccessLink, Mail, Person
from grappe.people.tasks import send_mail


def write_to(person: Person, *, subject: str, body: str) -> Mail:
    """Write a mail and have the worker send it. Part of a deed: leaves only if the deed stands."""
    mail = Mail.objects.create(person=person, to=person.email, subject=" ".join(subject.split())[:250], body=body)
    send_mail.enqueue(mail.pk)
    return mail


def open_link(
    *, purpose: str, about: models.Model, person: Person | None = None, expires_on: date | None = None
) -> AccessLink:
    """The living link of that purpose to that object for that person, made if there is none."""
    keys = {"purpose": purpose, "about": about._meta.label_lower, "about_id": about.pk, "person": person}
    link = AccessLink.objects.filter(**keys, revoked_at=None).order_by("pk").last()
    if link is None:
        return AccessLink.objects.create(**keys, expires_on=expires_on)
    if expires_on is not None and link.expires_on != expires_on:
        link.expires_on = expires_on
        link.save(update_fields=["expires_on"])
    return link


def person_named(*, email: str, name: str = "") -> Person:
    """The person with this address, made without a password if unknown."""
    person = Person.objects.filter(email__iexact=email).first()
    if person is not None:
        return person
    try:
        with transaction.atomic():
            return Person.objects.create_user(email, None, name=name)
    except IntegrityError:  # named at the same moment by another request
        return Person.objects.get(email__iexact=email)
