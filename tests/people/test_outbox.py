from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.people.post_office import post_office

from grappe.people import outbox
from grappe.people.actions import write_to
from grappe.people.models import Mail
from grappe.people.queries import undelivered
from grappe.people.tasks import send_mail


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


@pytest.fixture
def smtp(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT = "127.0.0.1", False, 5
    return settings


def given_up(world) -> list[Mail]:
    return undelivered([world.marius.pk], since=timezone.now() - timedelta(hours=1))


def test_a_server_out_of_reach_is_tried_again_later(world, smtp):
    with post_office() as port:
        smtp.EMAIL_PORT = port
    written = write_to(world.marius, subject="Votre part", body="Bonjour")
    DBTaskResult.objects.all().delete()
    send_mail.call(written.pk)  # nobody listens there any more
    written.refresh_from_db()
    assert (written.tries, written.given_up_at, written.sent_at) == (1, None, None)
    later = DBTaskResult.objects.get()
    assert timedelta(seconds=100) < later.run_after - timezone.now() <= timedelta(seconds=120)
    with post_office() as port:
        smtp.EMAIL_PORT = port
        assert outbox.send(written.pk) is None
    written.refresh_from_db()
    assert written.sent_at is not None and written.fault == ""
    assert given_up(world) == []


def test_an_address_refused_for_good_is_not_tried_again_and_is_told(world, smtp):
    written = write_to(world.marius, subject="Votre part", body="Bonjour")
    with post_office("550 no such user") as port:
        smtp.EMAIL_PORT = port
        assert outbox.send(written.pk) is None
    assert [one.pk for one in given_up(world)] == [written.pk]
    assert "no such user" in given_up(world)[0].fault
    assert outbox.send(written.pk) is None  # nobody listens: another try would have raised the count
    written.refresh_from_db()
    assert written.tries == 1
    world.marius.email = "marius@nouvelle.example"
    world.marius.save()
    assert given_up(world) == []


def test_a_mailbox_that_is_full_today_may_have_room_tomorrow(world, smtp):
    written = write_to(world.marius, subject="Votre part", body="Bonjour")
    with post_office("452 mailbox full") as port:
        smtp.EMAIL_PORT = port
        assert outbox.send(written.pk) is not None
        Mail.objects.filter(pk=written.pk).update(tries=outbox.TRIES - 1)
        assert outbox.send(written.pk) is None
    assert len(given_up(world)) == 1
