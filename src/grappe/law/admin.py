from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from grappe.audit.deeds import Refused
from grappe.law.actions import set_rule
from grappe.law.known import RULES
from grappe.law.models import RuleValue
from grappe.law.rules import checked
from grappe.law.words import shown

WRITTEN = ("value", "article", "source", "mark", "confirmed_on", "words")


class CorrectionForm(forms.ModelForm[RuleValue]):
    """A standing value: its rule and its first day stay as they are."""

    class Meta:
        model = RuleValue
        fields = WRITTEN

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            rule = data.get("key") or self.instance.key
            try:
                checked(rule=rule, value=data["value"], article=data["article"], source=data["source"])
            except Refused as refusal:
                raise forms.ValidationError(f"{refusal.message} {refusal.remedy}") from None
        return data


class NewValueForm(CorrectionForm):
    key = forms.ChoiceField(
        label=_("règle"), choices=lambda: [(rule.key, f"{rule.title} ({rule.unit.label})") for rule in RULES]
    )

    class Meta:
        model = RuleValue
        fields = ("key", "valid_from", *WRITTEN)

    def _get_validation_exclusions(self) -> set[str]:
        """The periods are the deed's matter: it closes the value before, and corrects one that begins that day."""
        return {*super()._get_validation_exclusions(), "key", "valid_from"}  # type: ignore[misc]


@admin.register(RuleValue)
class RuleValueAdmin(ModelAdmin):  # type: ignore[misc]
    """A later value closes the one before it; no value is deleted."""

    list_display = ("title", "value_in_words", "valid_from", "valid_to", "article", "mark", "confirmed_on")
    list_filter = ("mark",)
    search_fields = ("key", "article", "source")
    ordering = ("key", "-valid_from")

    @admin.display(description=_("valeur"))
    def value_in_words(self, row: RuleValue) -> str:
        return shown(row.value, row.unit)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return ("key", "valid_from", "valid_to") if obj else ()

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **kwargs | {"form": CorrectionForm if obj else NewValueForm})

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in WRITTEN}
        done = set_rule(by=request.user, rule=obj.key, valid_from=obj.valid_from, **given)
        obj.pk, obj.valid_to = done.pk, done.valid_to

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False
