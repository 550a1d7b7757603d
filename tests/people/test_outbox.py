from __future__ import annotations

import pytest
from django.core import mail
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from grappe.people import outbox
from grappe.people.actions import write_to
from grappe.people.models import Mail


def test_a_mail_is_sent_once_however_often_the_worker_tries(world):
    written = write_to(world.marius, subject="Votre part", body="Bonjour Marius")
    outbox.send(written.pk)
    outbox.send(written.pk)
    assert [message.subject for message in mail.outbox] == ["Votre part"]
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<grappe-{written.pk}@127.0.0.1>"


def test_a_deed_that_fails_writes_no_mail(world):
    waiting = DBTaskResult.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        write_to(world.marius, subject="Jamais", body="")
        raise RuntimeError
    assert not Mail.objects.filter(subject="Jamais").exists()
    assert DBTaskResult.objects.count() == waiting


def test_a_subject_keeps_to_one_line(world):
    assert write_to(world.marius, subject="Un\nBcc: x@y.example", body="").subject == "Un Bcc: x@y.example"
