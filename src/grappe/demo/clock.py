"""Deeds of the past: inside `at`, what is recorded carries that moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from django.utils import timezone


@contextmanager
def at(day: date, hour: int = 9, minute: int = 0) -> Iterator[datetime]:
    """The demo's builder only: the site itself never turns the clock."""
    real = timezone.now
    moment = datetime.combine(day, time(hour, minute), tzinfo=timezone.get_default_timezone())
    timezone.now = lambda: moment
    try:
        yield moment
    finally:
        timezone.now = real
