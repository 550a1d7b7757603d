"""A real worker process, killed with -9: no job is lost, no deed is repeated, no child is left behind."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from tests.solves.disk import Disk
from tests.solves.problems import endless, small
from tests.solves.receiving import SUBJECT

from grappe.people.models import Mail
from grappe.solves import worker
from grappe.solves.actions import request_solve, stop_solve
from grappe.solves.enums import SolveState
from grappe.solves.models import Solve, WorkerBeat

SILENCE = 1.5
WORK = (
    f"import tests.solves.receiving\nfrom grappe.solves import worker\nworker.run(batch={{batch}}, silence={SILENCE})"
)


def the_solve() -> DBTaskResult:
    """The one solve in the queue, beside the day's work."""
    return DBTaskResult.objects.get(task_path="grappe.solves.tasks.run_solve")


def start(disk: Disk, *, batch: bool = False) -> subprocess.Popen[bytes]:
    return disk.python(WORK.format(batch=batch))


def ask(disk: Disk, problem: dict, *, purpose: str = "test.mail", seconds: int = 4) -> Solve:
    return request_solve(
        by=None,
        cluster=disk.world.vigne,
        engine="pooling",
        purpose=purpose,
        about_id=1,
        problem=problem,
        seconds=seconds,
    )


def until(seen: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.05)


def state(solve: Solve) -> str:
    return Solve.objects.get(pk=solve.pk).state


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def answers() -> int:
    return Mail.objects.filter(subject=SUBJECT).count()


def end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_a_worker_killed_in_a_solve_loses_no_job_and_leaves_no_child(disk: Disk) -> None:
    solve = ask(disk, endless())
    first = start(disk)
    until(lambda: state(solve) == SolveState.RUNNING and children(first.pid))
    child = children(first.pid)[0]
    first.send_signal(signal.SIGKILL)
    first.wait()
    until(lambda: not Path(f"/proc/{child}").exists())
    assert the_solve().status == TaskResultStatus.RUNNING
    assert (state(solve), answers()) == (SolveState.RUNNING, 0)

    second = start(disk)
    until(lambda: state(solve) == SolveState.DONE)
    until(lambda: the_solve().status == TaskResultStatus.SUCCESSFUL)
    end(second)
    assert answers() == 1
    assert Solve.objects.get().result["posts"]
    assert len(the_solve().worker_ids) == 2
    assert [beat.worker_id for beat in WorkerBeat.objects.all()] == the_solve().worker_ids[:1]


def test_a_worker_killed_while_the_room_receives_repeats_no_deed(disk: Disk) -> None:
    solve = ask(disk, small(), purpose="test.die")
    first = start(disk)
    assert first.wait(20) == -signal.SIGKILL
    assert (state(solve), answers()) == (SolveState.RUNNING, 0)

    second = start(disk)
    until(lambda: state(solve) == SolveState.DONE)
    end(second)
    assert answers() == 1


def test_a_task_begun_again_after_its_solve_is_over_changes_nothing(disk: Disk) -> None:
    solve = ask(disk, small())
    assert start(disk, batch=True).wait(20) == 0
    assert (state(solve), answers()) == (SolveState.DONE, 1)
    before = Solve.objects.get()

    DBTaskResult.objects.update(status=TaskResultStatus.READY)
    assert start(disk, batch=True).wait(20) == 0
    assert answers() == 1
    assert Solve.objects.get().finished_at == before.finished_at


def test_a_worker_told_to_leave_gives_its_task_back_at_once(disk: Disk) -> None:
    solve = ask(disk, endless(), seconds=30)
    first = start(disk)
    until(lambda: state(solve) == SolveState.RUNNING and children(first.pid))
    end(first)
    assert state(solve) == SolveState.QUEUED
    assert the_solve().status == TaskResultStatus.READY
    assert answers() == 0
    assert not WorkerBeat.objects.exists()


def test_a_solve_is_stopped_with_its_best_answer_and_tells_how_far_it_is(disk: Disk) -> None:
    solve = ask(disk, endless(), seconds=50)
    process = start(disk)
    until(lambda: Solve.objects.get().note)
    stop_solve(by=None, solve=solve)
    until(lambda: Solve.objects.get().is_over)
    end(process)
    done = Solve.objects.get()
    assert done.state == SolveState.DONE
    assert done.result["stopped"]
    assert done.result["seconds"] < 30
    assert answers() == 1


@pytest.mark.django_db
def test_only_the_tasks_of_silent_workers_are_given_back(world) -> None:
    now = timezone.now()
    long_ago = now - timedelta(seconds=60)
    tasks = {}
    for name, began, seen in [("dead", long_ago, long_ago), ("alive", long_ago, now), ("new", now, None)]:
        solve = request_solve(
            by=None, cluster=world.vigne, engine="pooling", purpose="test", about_id=1, problem=small()
        )
        task = DBTaskResult.objects.get(args_kwargs={"args": [world.vigne.pk, solve.pk], "kwargs": {}})
        DBTaskResult.objects.filter(pk=task.pk).update(
            status=TaskResultStatus.RUNNING, started_at=began, worker_ids=[name]
        )
        if seen:
            WorkerBeat.objects.create(worker_id=name, seen_at=seen)
        tasks[name] = task.pk
    assert worker.give_back_silent() == 1
    assert DBTaskResult.objects.get(pk=tasks["dead"]).status == TaskResultStatus.READY
    assert DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).count() == 2
