from django_tasks import task

from grappe.solves import runner


@task()
def run_solve(cluster_id: int, solve_id: int) -> None:
    runner.run(cluster_id, solve_id)
