"""Runs a solve: the engine in a child process, its progress on the solve's row, its answer to the room that asked.

Idempotent. A solve that is over is left alone, so a task given back after a crash repeats nothing; a solve whose worker
died is begun again. No transaction is held while the child works.
"""

from __future__ import annotations

import logging
import threading
from contextlib import closing

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_scopes import scope

from grappe.clusters.models import Cluster
from grappe.solves import receivers
from grappe.solves.child import Answer, Child, Progress
from grappe.solves.enums import SolveState
from grappe.solves.models import Solve

logger = logging.getLogger(__name__)
leaving = threading.Event()


class Left(Exception):
    """The worker was asked to leave; the solve is for another to begin again."""


def run(cluster_id: int, solve_id: int) -> None:
    """Bring that solve to its end. Raises Left when the worker is asked to leave meanwhile."""
    with scope(cluster=Cluster.objects.get(pk=cluster_id)):
        solve = _begin(solve_id)
        if solve is None:
            return
        try:
            answer = _compute(solve)
        except Left:
            Solve.objects.filter(pk=solve.pk, state=SolveState.RUNNING).update(state=SolveState.QUEUED)
            raise
        if answer is not None:
            _finish(solve.pk, answer)


def _begin(solve_id: int) -> Solve | None:
    with transaction.atomic():
        solve = Solve.objects.select_for_update().get(pk=solve_id)
        if solve.is_over:
            return None
        if solve.stop_asked_at is not None:
            solve.state, solve.finished_at = SolveState.STOPPED, timezone.now()
        else:
            solve.state, solve.started_at = SolveState.RUNNING, timezone.now()
        solve.best = solve.bound = None
        solve.note = ""
        solve.save(update_fields=["state", "started_at", "finished_at", "best", "bound", "note"])
    return None if solve.is_over else solve


def _compute(solve: Solve) -> Answer | None:
    """The engine's answer; None when another worker has brought the solve to its end meanwhile."""
    row = Solve.objects.filter(pk=solve.pk)
    stopping = False
    with closing(Child(solve.engine, solve.problem, seconds=solve.seconds, seed=solve.seed)) as child:
        for progress in child.watch():
            if progress is not None:
                _note(row, progress)
            now = row.only("state", "stop_asked_at").get()
            if now.is_over:
                return None
            if leaving.is_set():
                raise Left
            if now.stop_asked_at is not None and not stopping:
                stopping = True
                child.stop()
        return child.answer()


def _note(row: QuerySet[Solve], progress: Progress) -> None:
    row.filter(state=SolveState.RUNNING).update(best=progress.best, bound=progress.bound, note=progress.note[:120])


def _finish(solve_id: int, answer: Answer) -> None:
    """Mark the end and tell the room, in one transaction; a room that fails to receive fails the solve, in words."""
    try:
        with transaction.atomic():
            solve = Solve.objects.select_for_update().get(pk=solve_id)
            if solve.is_over:
                return
            solve.finished_at = timezone.now()
            if answer.result is not None:
                solve.state, solve.result = SolveState.DONE, answer.result
            elif solve.stop_asked_at is not None:
                solve.state, solve.fault = SolveState.STOPPED, answer.fault
            else:
                solve.state, solve.fault = SolveState.FAILED, answer.fault
            solve.save(update_fields=["state", "result", "fault", "finished_at"])
            if solve.state == SolveState.DONE:
                receivers.receive(solve)
    except Exception as fault:
        logger.exception("solve %s could not be received", solve_id)
        Solve.objects.filter(pk=solve_id).exclude(state=SolveState.DONE).update(
            state=SolveState.FAILED, finished_at=timezone.now(), fault=f"not received: {fault}"[:4000]
        )
