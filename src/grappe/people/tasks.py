from django_tasks import task

from grappe.people import outbox


@task()
def send_mail(mail_id: int) -> None:
    if (again := outbox.send(mail_id)) is not None:
        send_mail.using(run_after=again).enqueue(mail_id)
