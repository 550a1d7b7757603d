from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grappe.clusters.cells import fold
from grappe.needs.spellings import COMPARED_MAX, collect, groups
from grappe.needs.synonyms import SYNONYMS


def _groups(texts, known=None):
    known = known or {}
    return {group.name: set(group.written) for group in groups(collect(texts, known), known)}


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["comptabilité", "compta"], "comptabilité"),
        (["Comm. web", "Comm. web", "communication web"], "communication web"),
        (["communication web", "community management", "Comm. web"], "communication web"),
        (["regie", "regie", "Régie", "régie technique"], "régie technique"),
        (["administratif", "administration", "Admin.", "administratif"], "administratif"),
        (["relations presse", "relation presse", "relations presse"], "relations presse"),
        (["comptabilité", "comptabiltié", "comptabilité"], "comptabilité"),
        (["Presse", "presse", "presse"], "presse"),
        (["Attaché de presse", "presse", "presse"], "presse"),
    ],
)
def test_spellings_of_one_skill_are_proposed_as_one(texts, name):
    assert _groups(texts) == {name: set(texts)}


@pytest.mark.parametrize(
    "texts",
    [
        ["webmaster", "communication web"],
        ["presse", "production", "diffusion", "webmaster"],
        ["web", "webmaster"],
        ["régie", "régie son", "régie lumière"],  # the short form could mean either
        ["prod", "production", "producteur"],
        ["son", "bon"],
    ],
)
def test_what_is_or_may_be_something_else_is_left_alone(texts):
    assert _groups(texts) == {}


def test_accents_are_kept_when_some_write_them():
    assert _groups(["regie", "regie", "Régie"]) == {"Régie": {"regie", "Régie"}}


def test_a_spelling_confirmed_is_proposed_no_more():
    known = {"comm web": "communication web", "communication web": "communication web"}
    assert _groups(["Comm. web", "communication web"], known) == {}


def test_a_new_spelling_is_proposed_with_the_skill_that_the_cluster_has():
    known = {"communication web": "Communication web"}
    (group,) = groups(collect(["Comm. web"], known), known)
    assert (group.name, group.known, group.written) == ("Communication web", True, ["Comm. web"])


def test_a_new_spelling_near_two_skills_kept_apart_is_neither():
    known = {"administratif": "Administratif", "administration": "Administration"}
    assert _groups(["Admin."], known) == {}


def test_a_column_of_hundreds_of_skills_is_not_compared():
    many = [f"metier{n:04}" for n in range(COMPARED_MAX + 1)]
    assert _groups([*many, "compta", "comptabilité"]) == {}


@given(st.lists(st.text(min_size=1, max_size=30).filter(fold), max_size=12))
def test_each_spelling_is_in_one_group_at_most(texts):
    found = groups(collect(texts, {}), {})
    folded = [spelling.folded for group in found for spelling in group.spellings]
    assert len(folded) == len(set(folded))
    assert all(group.name in group.written for group in found)


def test_each_synonym_says_why():
    assert all(reason and len(words) > 1 for words, reason in SYNONYMS)
