"""The worker: takes tasks from the table, says that it is alive, and gives back the tasks of a worker that is silent.

A worker killed with -9 leaves its task RUNNING for ever. Every worker therefore beats, and any worker gives the tasks
of one that has been silent for `silence` seconds back to the queue. What a task does must bear being begun again.
"""

from __future__ import annotations

import logging
import threading
from datetime import date, timedelta
from types import FrameType
from uuid import uuid4

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from grappe.solves import daily
from grappe.solves.models import WorkerBeat
from grappe.solves.runner import Left, leaving
from grappe.solves.tasks import run_day

logger = logging.getLogger(__name__)
SILENCE_SECONDS = 15.0
INTERVAL_SECONDS = 0.2  # between two looks at an empty table: a coordinator waits for what is asked on a page
FORGET_AFTER = timedelta(days=1)
CUT_SHORT = frozenset(f"{kind.__module__}.{kind.__qualname__}" for kind in (Left, SystemExit, KeyboardInterrupt))


class Worker(db_worker.Worker):
    """The table's own worker, which leaves without losing the task at hand."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        leaving.set()
        super().shutdown(signum, frame)

    def run_task(self, db_task_result: DBTaskResult[..., object]) -> None:
        super().run_task(db_task_result)
        if db_task_result.exception_class_path in CUT_SHORT:
            _give_back(db_task_result, TaskResultStatus.FAILED)


def run(*, batch: bool = False, silence: float = SILENCE_SECONDS) -> None:
    """Work until told to leave (SIGTERM, SIGINT); `batch`: until the queue is empty. A second signal leaves at once."""
    leaving.clear()
    worker = Worker(
        queue_names=["*"],
        interval=INTERVAL_SECONDS,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=uuid4().hex,
        excluded_queue_names=[],
    )
    worker.configure_signals()
    done = threading.Event()
    beat(worker.worker_id)
    give_back_silent(silence)
    heart = threading.Thread(target=_heart, args=(worker.worker_id, silence, done), name="heart", daemon=True)
    heart.start()
    try:
        worker.run()
    finally:
        done.set()
        heart.join(silence)
        WorkerBeat.objects.filter(worker_id=worker.worker_id).delete()
        worker.reset_signals()


def beat(worker_id: str) -> None:
    WorkerBeat.objects.update_or_create(worker_id=worker_id, defaults={"seen_at": timezone.now()})


def give_back_silent(silence: float = SILENCE_SECONDS) -> int:
    """Give back the running tasks whose last worker has not been seen for `silence` seconds; how many."""
    since = timezone.now() - timedelta(seconds=silence)
    alive = set(WorkerBeat.objects.filter(seen_at__gt=since).values_list("worker_id", flat=True))
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lte=since)
    given = 0
    for task in running.only("worker_ids", "started_at", "status"):
        if not task.worker_ids or task.worker_ids[-1] not in alive:
            given += _give_back(task, TaskResultStatus.RUNNING)
    return given


def ask_for_the_day(asked: date | None) -> date | None:
    """Put the day's work in the queue when its morning has come; the last day that this worker asked for."""
    day = daily.due_day(last=asked)
    if day is None:
        return asked
    run_day.enqueue(day.isoformat())
    return day


def _give_back(task: DBTaskResult[..., object], status: str) -> int:
    """To the queue, unless another took the task in the meantime (its start would have moved)."""
    same = DBTaskResult.objects.filter(pk=task.pk, status=status, started_at=task.started_at)
    given = same.update(
        status=TaskResultStatus.READY, started_at=None, finished_at=None, exception_class_path="", traceback=""
    )
    if given:
        logger.warning("task %s is given back", task.pk)
    return given


def _heart(worker_id: str, silence: float, done: threading.Event) -> None:
    """Beats five times per silence, with its own database connection; a locked or lost database is tried again."""
    asked: date | None = None
    try:
        while not done.wait(silence / 5):
            close_old_connections()
            try:
                beat(worker_id)
                give_back_silent(silence)
                asked = ask_for_the_day(asked)
                WorkerBeat.objects.filter(seen_at__lt=timezone.now() - FORGET_AFTER).delete()
            except DatabaseError:
                logger.exception("the worker could not say that it is alive")
                connection.close()
    finally:
        connection.close()
