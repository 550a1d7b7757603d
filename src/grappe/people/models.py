from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in, or is written to. An unusable password: comes by links only."""

    email = models.EmailField(_("adresse e-mail"), unique=True)
    name = models.CharField(_("nom"), max_length=120, blank=True)
    language = models.CharField(_("langue"), max_length=5, choices=settings.LANGUAGES, default="fr")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")
        ordering = ["name", "email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def short_name(self) -> str:
        """« Inès B. » for « Inès Besson »."""
        first, _space, last = self.name.partition(" ")
        return f"{first} {last[0]}." if last else first or self.email


def _nonce() -> str:
    return get_random_string(16)


class AccessLink(models.Model):
    """A secret link for someone without an account: an invitation, a calendar feed.

    The token is derived from the row and the site's secret key: it can be shown again, and a copy of the database does not give it.
    """

    class Purpose(models.TextChoices):
        INVITATION = "invitation", _("invitation")
        FEED = "feed", _("agenda")
        SURVEY = "survey", _("enquête")
        SIGNATURE = "signature", _("signature")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="links")
    purpose = models.CharField(max_length=20, choices=Purpose)
    about = models.CharField(max_length=40)
    about_id = models.BigIntegerField()
    nonce = models.CharField(max_length=16, default=_nonce, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["about", "about_id"])]

    def __str__(self) -> str:
        return f"{self.purpose} {self.about} {self.about_id}"

    @property
    def token(self) -> str:
        digest = salted_hmac("people.link", f"{self.pk}:{self.nonce}", algorithm="sha256").hexdigest()
        return f"{self.pk:x}-{digest[:32]}"


class Mail(models.Model):
    """A message written, and when it left; or its fault, and when it was given up."""

    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    body = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
