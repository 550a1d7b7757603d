from __future__ import annotations

from django.db import models


class Line(models.Model):
    """One deed done. Plain numbers, no foreign keys: a line outlives what it speaks of."""

    at = models.DateTimeField(auto_now_add=True)
    actor_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=200)
    cluster_id = models.BigIntegerField(null=True, db_index=True)
    deed = models.CharField(max_length=80)
    about = models.CharField(max_length=80, blank=True)
    about_id = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["about", "about_id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.deed} {self.about} {self.about_id}"


class DoneKey(models.Model):
    """The one-time key of a form or a request whose deed is done."""

    key = models.CharField(max_length=80, primary_key=True)
    deed = models.CharField(max_length=80)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.deed} {self.key}"
