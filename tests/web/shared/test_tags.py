from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from grappe.web.shared import calendars
from grappe.web.shared.forms import CentsField, DeedForm


def render(source: str, **context) -> str:
    return (
        engines["django"]
        .from_string("{% load grappe %}" + source)
        .render(context, RequestFactory().get("/?a=1&page=2"))
    )


def test_figures_follow_the_language_of_the_page():
    assert render("{{ n|euros }}", n=78900) == "789,00\u00a0€"
    with translation.override("en"):
        assert render("{{ n|euros }}", n=78900) == "€789.00"
        assert render("{{ d|day }}", d=date(2027, 1, 4)) == "Monday 4 January 2027"


def test_what_is_compared_with_nothing_is_not_compared():
    assert render("{% percent_of 2 3 %}") == "67\u00a0%"
    assert render("{% percent_of 2 n %}", n=0) == ""
    assert "prix inconnu" in render("{% against 789 n gap=True %}", n=None)


def test_paid_against_alone_says_the_gap_and_its_direction():
    assert "393\u00a0€ de moins, soit 33\u00a0%" in render("{% against 78900 118200 gap=True %}")
    dearer = render("{% against 81000 79800 gap=True %}")
    assert "12\u00a0€ de plus" in dearer
    assert "dearer" in dearer


def test_a_grade_says_its_meaning():
    assert 'aria-label="preuve A\u00a0: facture ou devis de moins de 24 mois"' in render('{% grade "a" %}')
    assert render('{% grade "A" "/preuve/" %}').startswith('<a class="grade a" href="/preuve/"')


def test_an_icon_unknown_is_a_fault_of_the_page():
    with pytest.raises(KeyError):
        render('{% icon "licorne" %}')


class Sample(DeedForm):
    price = CentsField(label="Prix", help_text="Hors taxes.")
    days = forms.MultipleChoiceField(
        label="Jours",
        choices=[("1", "lundi")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Au choix.",
    )
    sure = forms.BooleanField(label="Sûr", required=False)
    file = forms.FileField(label="Pièce", required=False)


def test_a_field_ties_its_label_its_help_and_its_errors():
    html = render("{% field form.price %}", form=Sample({"price": "cher"}))
    assert '<label for="id_price">Prix</label>' in html
    assert 'aria-describedby="id_price_helptext id_price_error"' in html
    assert 'id="id_price_helptext"' in html
    assert 'id="id_price_error"' in html
    assert 'aria-invalid="true"' in html
    assert "« cher »" in html.replace("\u00a0", " ")


def test_choices_are_a_group_with_a_name():
    html = render("{% field form.days %}", form=Sample())
    assert html.startswith('<fieldset class="field" aria-describedby="id_days_helptext">')
    assert "<legend>Jours" in html


def test_a_whole_form_shows_every_field_once_and_its_key():
    html = render("{% form_fields form %}", form=Sample())
    assert html.count('name="price"') == html.count('name="file"') == html.count('name="deed_key"') == 1
    assert "data-drop-zone" in render("{% field form.file drop=True %}", form=Sample())


def test_a_sorted_head_turns_over_and_forgets_the_page():
    from django.core.paginator import Paginator

    from grappe.web.shared.listing import Listing

    rows = Listing(Paginator([1], 1).page(1), "nom", False)
    head = render('{% sort_head rows "nom" "Structure" %}', rows=rows)
    assert 'aria-sort="ascending"' in head
    assert 'href="?a=1&amp;tri=-nom"' in head
    assert "aria-sort" not in render('{% sort_head rows "part" "Part" %}', rows=rows)


def test_a_wall_that_can_be_changed_carries_its_form_and_others_do_not():
    slots = {(date(2027, 1, 4), "am"): calendars.Slot("firm", "Écluse", tone=1, key="12")}
    lane = calendars.Lane("Inès", slots, key="3")
    still = render("{% wall grid %}", grid=calendars.layout(date(2027, 1, 1), [lane]))
    assert "<form" not in still
    moving = render("{% wall grid %}", grid=calendars.layout(date(2027, 1, 1), [lane], move_url="/bouger/"))
    assert 'action="/bouger/"' in moving
    assert 'data-slot="12"' in moving
    assert 'data-at="2027-01-04-am"' in moving


def test_what_a_firm_is_called_is_never_markup():
    slots = {(date(2027, 1, 4), "am"): calendars.Slot("firm", "<b>x</b>", tone=1, unmet="<i>y</i>")}
    grid = calendars.layout(date(2027, 1, 1), [calendars.Lane("<u>z</u>", slots)])
    html = render("{% wall grid %}{% month_grid grid %}", grid=grid)
    assert not {"<b>x", "<i>y", "<u>z"} & {html[at : at + 4] for at in range(len(html))}
