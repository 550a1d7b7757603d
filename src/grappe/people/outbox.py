"""Sends a written mail. Called by the worker; may be called again after a crash, with the same Message-ID."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from grappe.people.models import Mail


def send(mail_id: int) -> None:
    mail = Mail.objects.get(pk=mail_id)
    if mail.sent_at is not None:
        return
    host = settings.BASE_URL.split("//")[1].split(":")[0]
    message = EmailMessage(
        mail.subject,
        mail.body,
        settings.DEFAULT_FROM_EMAIL,
        [mail.to],
        headers={"Message-ID": f"<grappe-{mail.pk}@{host}>"},
    )
    try:
        message.send()
    except OSError as fault:
        Mail.objects.filter(pk=mail_id).update(fault=str(fault)[:300])
        raise
    Mail.objects.filter(pk=mail_id).update(sent_at=timezone.now(), fault="")
