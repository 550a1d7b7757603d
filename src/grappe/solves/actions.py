from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from grappe.audit.deeds import deed
from grappe.clusters.models import Cluster
from grappe.people.models import Person
from grappe.solves.enums import SolveState
from grappe.solves.models import Solve
from grappe.solves.tasks import run_solve


@deed("solves.request_solve")
def request_solve(
    *,
    by: Person | None,
    cluster: Cluster,
    engine: str,
    purpose: str,
    about_id: int,
    problem: dict[str, Any],
    seconds: int | None = None,
    seed: int = 0,
) -> Solve:
    """Ask `engine` the JSON `problem` for the room that registered `purpose`; begun once this deed stands."""
    solve = Solve.objects.create(
        cluster=cluster,
        engine=engine,
        purpose=purpose,
        about_id=about_id,
        problem=problem,
        seconds=min(seconds or settings.SOLVE_SECONDS, settings.SOLVE_SECONDS),
        seed=seed,
        asked_by=by,
    )
    run_solve.enqueue(cluster.pk, solve.pk)
    return solve


@deed("solves.stop_solve")
def stop_solve(*, by: Person | None, solve: Solve) -> Solve:
    """Ask a solve to stop and keep its best answer; one that is over stays as it is. A queued solve never begins."""
    solve = Solve.objects.select_for_update().get(pk=solve.pk)
    if solve.is_over or solve.stop_asked_at is not None:
        return solve
    solve.stop_asked_at = timezone.now()
    if solve.state == SolveState.QUEUED:
        solve.state, solve.finished_at = SolveState.STOPPED, solve.stop_asked_at
    solve.save(update_fields=["stop_asked_at", "state", "finished_at"])
    return solve
