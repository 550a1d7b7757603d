from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.urls import reverse

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.shared.pages")]


def page(client, person, url: str) -> str:
    client.force_login(person)
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_desk_shows_its_cluster_its_menu_and_where_one_is(client, world):
    html = page(client, world.colette, "/c/vigne/aujourdhui/")
    assert "4 structures" in html
    assert 'href="/c/vigne/aujourdhui/" aria-current="page"' in html
    assert 'href="/c/vigne/refus/"' in html
    assert "Retombées" not in html  # this small site has no such page


def test_whoever_sits_in_several_clusters_may_go_from_one_to_the_other(client, world):
    html = page(client, world.paul, "/c/vigne/ma-structure/")
    assert 'href="/c/treille/"' in html
    assert "Treille" not in page(client, world.marius, "/c/vigne/ma-structure/")


def test_a_member_has_tabs_and_no_door_to_the_desk(client, world):
    html = page(client, world.marius, "/c/vigne/ma-structure/")
    assert "with-tabs" in html
    assert "Le bureau" not in html


def test_the_frame_costs_the_same_for_few_and_many_firms(client, world, django_assert_num_queries):
    client.force_login(world.colette)
    client.get("/c/vigne/aujourdhui/")
    with django_assert_num_queries(8):  # session, person, seat (2), count of firms, open survey, other clusters (2)
        client.get("/c/vigne/aujourdhui/")


def test_the_menu_counts_the_needs_that_wait(client, world):
    from grappe.needs.models import Need, Skill, Survey

    assert 'class="pill"' not in page(client, world.colette, "/c/vigne/aujourdhui/")
    survey = Survey.objects.create(cluster=world.vigne, title="Janvier", opened_on=world.today)
    skill = Skill.objects.create(cluster=world.vigne, name="communication")
    for firm in world.firms[:3]:
        Need.objects.create(cluster=world.vigne, survey=survey, firm=firm, skill=skill, half_days=6, source=firm.name)
    assert '<span class="pill">3</span>' in page(client, world.colette, "/c/vigne/aujourdhui/")


def test_the_demonstration_says_so(client, settings):
    assert "sont inventés" not in client.get("/compte/login/").content.decode()
    settings.DEMO = True
    assert "sont inventés" in client.get("/compte/login/").content.decode()


def test_the_icons_are_drawings():
    from grappe.web.shared.icons import ICONS

    for name, drawing in ICONS.items():
        assert len(ElementTree.fromstring(f"<svg>{drawing}</svg>")), name


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("desk:regime", "Réglages"),
        ("desk:templates", "Réglages"),
        ("desk:closings", "Comptes"),
        ("desk:wall", "Calendriers"),
        ("desk:solidarity", "Comptes"),
        ("desk:registers", "Structures"),
    ],
)
@pytest.mark.urls("grappe.config.urls")
def test_a_page_lights_one_entry_of_the_menu(client, world, name, label):
    html = page(client, world.colette, reverse(name, kwargs={"slug": "vigne"}))
    menu = html[html.index('class="rail-nav"') : html.index("</nav>", html.index('class="rail-nav"'))]
    assert menu.count('aria-current="page"') == 1
    assert label in menu.split('aria-current="page"')[1].split("</a>")[0]
