"""Corrected hours that would slip to another firm; links that would survive their renewal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.plans.factory import running_post

from grappe.people.models import AccessLink
from grappe.plans import actions, queries


@pytest.fixture
def corrected(world):
    """A half-day countersigned by Disquaire, then corrected: it waits for a new signature."""
    day = world.today - timedelta(days=7)
    pool = running_post(world, [(world.disquaire, 10), (world.scene, 10)], starts_on=world.today - timedelta(days=60))
    hours = actions.record_hours(by=world.ines, pool=pool, firm=world.disquaire, day=day, part="am")
    actions.sign_hours(by=world.marius, hours=hours, on=world.today)
    return actions.correct_hours(by=world.colette, hours=hours, minutes=120, words="partie à midi")


def test_corrected_hours_stay_with_their_firm(world, corrected):
    """Else the first firm's revisions, and what it paid, would be read by the second."""
    with pytest.raises(actions.UnableToRecord):
        actions.record_hours(
            by=world.ines, pool=corrected.pool, firm=world.scene, day=corrected.day, part="am", minutes=120
        )
    assert {row.firm for row in queries.revisions(corrected)} == {world.disquaire}


def test_corrected_hours_may_still_be_told_better(world, corrected):
    told = actions.record_hours(
        by=world.ines, pool=corrected.pool, firm=world.disquaire, day=corrected.day, part="am", minutes=150
    )
    assert (told.pk, told.minutes) == (corrected.pk, 150)


def test_a_renewed_link_leaves_no_old_one_alive(world):
    """Two requests at once may have made two links, of which the page shows one."""
    common = {"purpose": AccessLink.Purpose.FEED, "about": "people.person", "about_id": world.ines.pk}
    for _twice in range(2):
        AccessLink.objects.create(person=world.ines, **common)
    fresh = actions.renew_feed(by=world.ines, about=world.ines)
    assert list(queries.feed_links(person=world.ines, about=world.ines)) == [fresh]
