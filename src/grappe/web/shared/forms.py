"""Forms in the product's voice, and the fields for what Grappe counts: money, half-days, months."""

from __future__ import annotations

import re
import secrets
import unicodedata
from abc import ABC, abstractmethod
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from grappe.web.shared import formats

CENTS_MOST = 10**11  # a thousand million euros: above, it is a slip
YEARS = range(1900, 2201)  # outside, it is a slip
_SPACES = re.compile(r"[\s'’]+")
_FIGURE = re.compile(r"[+-]?\d*(?:[.,]\d+)*[.,]?", re.ASCII)
_MONTH_NAMES = (
    "janvier janv january jan",
    "fevrier fevr february feb",
    "mars march mar",
    "avril avr april apr",
    "mai may",
    "juin june jun",
    "juillet juil july jul",
    "aout august aug",
    "septembre sept september sep",
    "octobre oct october",
    "novembre nov november",
    "decembre dec december",
)
_MONTHS = {name: rank for rank, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}


def deed_key() -> str:
    """A fresh one-time key: the same form sent twice does its deed once."""
    return secrets.token_urlsafe(18)


def _lang() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def read_figure(text: str) -> Decimal:
    """A number as people write it: "1 234,50", "1234.5", "1.234,50", "1,234.50".

    Raises ValueError on anything else, and on "1.234" or "1,234", which two readers would read differently.
    """
    bare = _SPACES.sub("", unicodedata.normalize("NFKC", text)).replace("\u2212", "-")
    if not bare or not any(character.isdecimal() for character in bare) or not _FIGURE.fullmatch(bare):
        raise ValueError("not a number")
    marks = [character for character in bare if character in ".,"]
    if marks and bare[-1] in ".,":
        raise ValueError("ends with a separator")
    if len(marks) == 1:
        whole, fraction = re.split(r"[.,]", bare)
        if len(fraction) == 3 and whole.strip("+-") not in {"", "0"}:
            raise ValueError("thousands or decimals?")
    elif marks:
        group, last = marks[0], marks[-1]
        grouped, fraction = (bare.rsplit(last, 1)) if last != group else (bare, "")
        if set(marks[:-1]) != {group} or not re.fullmatch(rf"[+-]?\d{{1,3}}(?:\{group}\d{{3}})+", grouped):
            raise ValueError("separators out of place")
        bare = grouped.replace(group, "") + (f".{fraction}" if fraction else "")
    try:
        return Decimal(bare.replace(",", "."))
    except InvalidOperation as error:
        raise ValueError("not a number") from error


class _ReadField(forms.Field):
    """A field that knows whether it changed by what it reads, not by how it was written."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.clean(data))
        except ValidationError:
            return True


class _FigureField(_ReadField, ABC):
    """What money and half-days share: a text box for figures, set to the right, with its unit beside it."""

    unit: str | Promise = ""

    def __init__(self, *, least: int | None = 0, most: int | None = None, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "figure"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        self.least, self.most = least, most
        super().__init__(**kwargs)

    @abstractmethod
    def _written(self, value: int) -> str:
        """The figure as the box shows it."""

    def prepare_value(self, value: Any) -> Any:
        return self._written(value) if isinstance(value, int) else value

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.least is not None and value < self.least:
            raise ValidationError(_("Au moins %(figure)s.") % {"figure": self._written(self.least)}, code="least")
        if self.most is not None and value > self.most:
            raise ValidationError(_("Au plus %(figure)s.") % {"figure": self._written(self.most)}, code="most")


class CentsField(_FigureField):
    """An amount in euros, given as whole cents. Refuses a third decimal rather than rounding it."""

    unit = "€"

    def __init__(self, *, least: int | None = 0, most: int | None = CENTS_MOST, **kwargs: Any) -> None:
        super().__init__(least=least, most=most, **kwargs)

    def to_python(self, value: Any) -> int | None:
        text = re.sub(r"(?i)€|euros?|eur|ht|ttc", "", str(value or ""))
        if not text.strip():
            if str(value or "").strip():
                raise ValidationError(_("Écrivez un montant, par exemple 1 234,50."), code="invalid")
            return None
        try:
            amount = read_figure(text) * 100
        except ValueError as error:
            raise ValidationError(
                _("« %(text)s » n’est pas un montant. Écrivez par exemple 1 234,50."),
                code="invalid",
                params={"text": value},
            ) from error
        if amount != int(amount):
            raise ValidationError(_("Au centime près : deux chiffres après la virgule."), code="precision")
        return int(amount)

    def _written(self, value: int) -> str:
        text = formats.euros(value, "fr", places=2 if value % 100 else 0).removesuffix("€").strip()
        return text if _lang() == "fr" else text.replace(",", ".")


class HalfDaysField(_FigureField):
    """A quantity written in days, given as whole half-days: "3,5" is 7."""

    unit = _("jours")

    def to_python(self, value: Any) -> int | None:
        text = re.sub(r"(?i)jours?|days?|[jd]\b", "", str(value or "").replace("½", ",5"))
        if not text.strip():
            if str(value or "").strip():
                raise ValidationError(_("Écrivez un nombre de jours, par exemple 3,5."), code="invalid")
            return None
        try:
            half_days = read_figure(text) * 2
        except ValueError as error:
            raise ValidationError(
                _("« %(text)s » n’est pas un nombre de jours. Écrivez par exemple 3,5."),
                code="invalid",
                params={"text": value},
            ) from error
        if half_days != int(half_days):
            raise ValidationError(
                _("À la demi-journée près : 3 ou 3,5, pas %(text)s."), code="precision", params={"text": value}
            )
        return int(half_days)

    def _written(self, value: int) -> str:
        text = f"{value // 2}" + (",5" if value % 2 else "")
        return text if _lang() == "fr" else text.replace(",", ".")


class MonthInput(forms.DateInput):
    input_type = "month"

    def format_value(self, value: Any) -> str | None:
        return f"{value:%Y-%m}" if isinstance(value, date) else value


class MonthField(_ReadField):
    """A month, given as its first day. Reads "2027-01", and what a browser without a month picker lets one write."""

    widget = MonthInput

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value.replace(day=1)
        text = unicodedata.normalize("NFKD", str(value or "")).encode("ascii", "ignore").decode().strip().lower()
        if not text:
            return None
        if found := re.fullmatch(r"(\d{4})-(\d{1,2})(?:-\d{1,2})?", text):
            year, month = int(found[1]), int(found[2])
        elif found := re.fullmatch(r"(\d{1,2})\s*[/.-]\s*(\d{4})", text):
            year, month = int(found[2]), int(found[1])
        elif found := re.fullmatch(r"([a-z]+)\.?\s+(\d{4})", text):
            year, month = int(found[2]), _MONTHS.get(found[1], 0)
        else:
            year, month = 0, 0
        if not (year in YEARS and 1 <= month <= 12):
            raise ValidationError(
                _("« %(text)s » n’est pas un mois. Écrivez par exemple 2027-01."),
                code="invalid",
                params={"text": value},
            )
        return date(year, month, 1)


class DayInput(forms.DateInput):
    """The browser's own date picker; the value travels as 2027-01-04."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y"], **kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and value.year not in YEARS:
            raise ValidationError(self.error_messages["invalid"], code="invalid")


class KeyField(forms.CharField):
    """The one-time key of a form: hidden, never a change by itself."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, max_length=64, initial=deed_key)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class _Voice:
    """How every form speaks: no colon after a label, what is missing said plainly."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _("Il manque cette réponse.")


class Form(_Voice, forms.Form):
    """A form without a deed: a filter, a choice."""


class DeedForm(_Voice, forms.Form):
    """A form whose deed must happen once: it carries a one-time key, to be given to the deed as `key`."""

    deed_key = KeyField()

    @property
    def key(self) -> str:
        """The key that came back with the form."""
        return str(self.cleaned_data.get("deed_key", ""))


class ModelDeedForm(_Voice, forms.ModelForm):  # type: ignore[type-arg]
    """The same, over a record."""

    deed_key = KeyField()

    @property
    def key(self) -> str:
        return str(self.cleaned_data.get("deed_key", ""))
