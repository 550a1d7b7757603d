"""A deed: keyword-only, atomic, logged, done once; it refuses with words that a user can act on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from grappe.audit.models import DoneKey, Line

R = TypeVar("R")
KEY_LENGTH = 80


class Refused(Exception):
    """Base of every refusal: `message` says what and why, `remedy` what to do, both in the user's language."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class AlreadyDone(Exception):
    """The same request came twice; the first one stands. `url` is where it led, when known."""

    def __init__(self, url: str | None = None) -> None:
        super().__init__("already done")
        self.url = url


def deed(name: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Make a function a deed called `name` (`room.verb`).

    The function takes keyword arguments only, `by` among them (a person, or None for the machine), and returns the object that it
    is about. Around it: one transaction, one audit line (with the plain values among the arguments as facts), and,
    when called with `key`, a claim on that key, so that the same request repeated raises `AlreadyDone` and changes nothing.
    """

    def wrap(function: Callable[..., R]) -> Callable[..., R]:
        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> R:
            if args:
                raise TypeError(f"{name} takes keyword arguments only")
            key = str(kwargs.pop("key", "") or "")[:KEY_LENGTH]
            with transaction.atomic():
                if key:
                    _claim(name, key)
                result = function(**kwargs)
                _write_line(name, result, kwargs)
            return result

        run.deed_name = name  # type: ignore[attr-defined]
        return run

    return wrap


def _claim(name: str, key: str) -> None:
    try:
        with transaction.atomic():
            DoneKey.objects.create(key=key, deed=name)
    except IntegrityError:
        done = DoneKey.objects.filter(key=key).first()
        raise AlreadyDone(done.url if done and done.url else None) from None


def _write_line(name: str, result: Any, kwargs: dict[str, Any]) -> None:
    by = kwargs.get("by")
    about = result if isinstance(result, models.Model) else None
    Line.objects.create(
        actor_id=getattr(by, "pk", None),
        actor=str(by) if by is not None else "Grappe",
        cluster_id=_cluster_id(about, kwargs),
        deed=name,
        about=about._meta.label_lower if about is not None else "",
        about_id=str(about.pk) if about is not None else "",
        facts={word: _plain(value) for word, value in kwargs.items() if word != "by" and _plain(value) is not None},
    )


def _cluster_id(about: models.Model | None, kwargs: dict[str, Any]) -> int | None:
    for candidate in (about, *kwargs.values()):
        if isinstance(candidate, models.Model):
            if candidate._meta.label_lower == "clusters.cluster":
                return int(candidate.pk)
            cluster_id = getattr(candidate, "cluster_id", None)
            if isinstance(cluster_id, int):
                return cluster_id
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value[:200]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, models.Model):
        return f"{value._meta.label_lower}:{value.pk}"
    return None
