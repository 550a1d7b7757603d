from __future__ import annotations

from django.db import models
from django.db.models import Q

from grappe.clusters.scopes import Scoped
from grappe.people.models import Person
from grappe.solves.enums import SolveState


class Solve(Scoped):
    """One question put to an engine. `problem` and `result` are the engine's JSON forms."""

    engine = models.CharField(max_length=20)
    purpose = models.CharField(max_length=40)
    about_id = models.BigIntegerField()
    problem = models.JSONField()
    seconds = models.PositiveIntegerField()
    seed = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True)
    asked_at = models.DateTimeField(auto_now_add=True)

    state = models.CharField(max_length=10, choices=SolveState, default=SolveState.QUEUED)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)
    best = models.BigIntegerField(null=True)
    bound = models.BigIntegerField(null=True)
    note = models.CharField(max_length=120, blank=True)
    result = models.JSONField(null=True)
    fault = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["purpose", "about_id"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=SolveState.DONE) | Q(result__isnull=False), name="solve_done_answers"
            )
        ]

    def __str__(self) -> str:
        return f"{self.engine} {self.purpose} {self.about_id} {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state in {SolveState.DONE, SolveState.STOPPED, SolveState.FAILED}

    @property
    def to_gain(self) -> int | None:
        """How much of the best cost so far could still be saved, in percent rounded up; None while there is none."""
        if self.best is None or self.bound is None or self.bound > self.best:
            return None
        return -(100 * (self.bound - self.best) // max(1, abs(self.best)))


class WorkerBeat(models.Model):
    """A worker's sign of life; a task whose worker is silent is given to another."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker_id
