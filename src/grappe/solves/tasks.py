from datetime import date

from django_tasks import task

from grappe.solves import daily, runner


@task()
def run_solve(cluster_id: int, solve_id: int) -> None:
    runner.run(cluster_id, solve_id)


@task()
def run_day(day: str) -> None:
    daily.run(date.fromisoformat(day))
