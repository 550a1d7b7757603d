from django_tasks import task

from grappe.people import outbox


@task()
def send_mail(mail_id: int) -> None:
    outbox.send(mail_id)
