"""Sends a written mail. Called by the worker; may be called again after a crash, with the same Message-ID.

A server that is out of reach is tried again, at longer and longer intervals, for about two days. An address that it refuses for
good is not: the mail stays, with its fault, for the coordinators to see.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from grappe.people.models import Mail

TRIES = 11  # 2, 4, 8 … minutes apart: the last one 34 hours after the first


def send(mail_id: int) -> datetime | None:
    """Send the mail; when it could not leave, the moment of the next try, or None when there will be none."""
    mail = Mail.objects.get(pk=mail_id)
    if mail.sent_at is not None or mail.given_up_at is not None:
        return None
    host = settings.BASE_URL.split("//")[1].split(":")[0]
    message = EmailMessage(
        mail.subject,
        mail.body,
        settings.DEFAULT_FROM_EMAIL,
        [mail.to],
        headers={"Message-ID": f"<grappe-{mail.pk}@{host}>"},
    )
    now = timezone.now()
    try:
        message.send()
    except OSError as fault:  # what smtplib raises, and the network
        mail.tries, mail.fault = mail.tries + 1, str(fault)[:300]
        if _is_final(fault) or mail.tries >= TRIES:
            mail.given_up_at = now
        mail.save(update_fields=["tries", "fault", "given_up_at"])
        return None if mail.given_up_at else now + timedelta(minutes=2**mail.tries)
    Mail.objects.filter(pk=mail_id).update(sent_at=now, fault="")
    return None


def _is_final(fault: OSError) -> bool:
    """Whether the server refused for good (5xx); an authentication that fails may be mended, so it is tried again."""
    if isinstance(fault, SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in fault.recipients.values())
    return isinstance(fault, SMTPResponseException) and fault.smtp_code in {501, 550, 551, 552, 553, 554}
