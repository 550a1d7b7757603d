from __future__ import annotations

import pytest
from tests.charges.factory import months_ago, post, sign

from grappe.charges.actions import draw_up, issue
from grappe.plans.models import Calendar, Hours, Release, ReleasedSlot
from grappe.pools.enums import PartState
from grappe.pools.models import Part


@pytest.fixture
def member(client, world):
    client.force_login(world.marius)
    return client


def home(client):
    answer = client.get("/c/vigne/ma-structure/")
    assert answer.status_code == 200
    return answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def test_nothing_waits(member):
    page = home(member)
    assert "Rien ne vous attend." in page
    assert "Personne n’est prévu chez vous" in page


def test_what_needs_the_member_late_first(member, world):
    pool = post(world, since=3)
    month = months_ago(world.today, 3)
    sign(pool, world.disquaire, month, 6)
    issue(by=None, statement=draw_up(by=None, pool=pool, month=month), on=months_ago(world.today, 2))
    Hours.objects.create(
        cluster=world.vigne, pool=pool, person=world.ines, firm=world.disquaire, day=world.today, part="am"
    )
    other = post(world, since=0, name="Comptabilité")
    Part.objects.filter(pool=other, firm=world.disquaire).update(state=PartState.INVITED)
    page = home(member)
    assert "864,00 €" in page
    assert "1 demi-journée à contresigner" in page
    assert "On vous propose une part : Comptabilité" in page
    assert page.index("à régler : 864,00 €") < page.index("à contresigner")


def test_the_next_days_and_the_figures(member, world):
    pool = post(world, since=1)
    this = world.today.replace(day=1)
    sign(pool, world.disquaire, this, 2)
    calendar = Calendar.objects.create(cluster=world.vigne, pool=pool, month=this)
    release = Release.objects.create(cluster=world.vigne, calendar=calendar, number=1)
    for firm, part in ((world.disquaire, "am"), (world.disquaire, "pm")):
        ReleasedSlot.objects.create(
            cluster=world.vigne, release=release, person=world.ines, firm=firm, day=world.today, part=part
        )
    page = home(member)
    assert "Inès Besson" in page
    assert "journée" in page
    assert "240,00 €" in page
    assert "154,00 €" in page  # 2 x (197 - 120), q0 4 cut to 2


def test_another_firms_business_is_nowhere(member, world):
    pool = post(world, since=2)
    month = months_ago(world.today, 2)
    sign(pool, world.scene, month, 6)
    issue(by=None, statement=draw_up(by=None, pool=pool, month=month), on=months_ago(world.today, 1))
    assert "Rien ne vous attend." in home(member)


def test_who_speaks_for_several_firms_goes_from_one_to_the_other(member, world):
    from grappe.clusters.actions import give_mandate

    give_mandate(by=None, cluster=world.vigne, person=world.marius, role="member", on=world.today, firm=world.scene)
    assert "Scène" in home(member)
    assert member.get(f"/c/vigne/ma-structure/?structure={world.scene.pk}").status_code == 200
    assert member.get(f"/c/vigne/ma-structure/?structure={world.studio.pk}").status_code == 404
