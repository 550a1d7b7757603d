from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from grappe.clusters.models import Cluster
from grappe.clusters.scopes import Scoped
from grappe.people.models import Person


class Template(models.Model):
    """A version of the text of a kind of paper: of a cluster, or of the house (no cluster). A change is a new version."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    body = models.TextField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["cluster", "kind", "version"], name="one_version_of_a_template"),
            models.UniqueConstraint(
                fields=["kind", "version"], condition=Q(cluster=None), name="one_version_of_a_house_template"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class Paper(Scoped):
    """What was printed about something, and the bytes themselves. Replaced by a later one, never changed.

    `parties`: who signs, in order, each `{"key", "words", "name", "role", "firm"}`: whoever has that role in the cluster on
    the day (for that firm, when it is a member's) may sign for it; an empty role is whoever was asked.
    """

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    about = models.CharField(max_length=40)
    about_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    parties = models.JSONField(default=list)
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "kind", "about", "about_id", "version"], name="one_version_of_a_paper"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def party(self, key: str) -> dict[str, Any] | None:
        return next((party for party in self.parties if party["key"] == key), None)


class Signatory(Scoped):
    """Someone asked to sign a paper for one of its parties."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="signatories")
    party = models.CharField(max_length=20)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["paper", "party", "person"], name="asked_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.party} {self.paper}"


class Withdrawal(Scoped):
    """A paper that was not signed by all and is to be signed no more."""

    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="withdrawal")
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.paper}"


class Signature(Scoped):
    """A paper signed for one of its parties: by whom, when, and the hash of what was under their eyes.

    `link` is the number of the secret link that was used, none when the person was signed in. `pdf` is the paper with the signatures
    given so far: the last one's is the paper signed by all.
    """

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    email = models.EmailField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    link = models.BigIntegerField(null=True)
    how = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=timezone.now)
    pdf = models.BinaryField()
    pdf_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["paper", "party"], name="signed_once_for_a_party")]

    def __str__(self) -> str:
        return f"{self.name} {self.paper}"
