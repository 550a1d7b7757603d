"""The house's templates: written by who runs the site, followed by clusters that have none of their own."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from tests.pools.factory import running

from grappe.papers.actions import keep_template
from grappe.papers.kinds import kind_of
from grappe.papers.models import Paper, Template
from grappe.papers.queries import body_in_use
from grappe.pools.actions import make_contracts
from grappe.pools.models import Pool

HERE = "/operateur/modeles/"
CONVENTION = f"{HERE}convention/"


@pytest.fixture
def operator(client, world):
    """Élise runs the site, and has no seat in Vigne."""
    world.elise.is_staff = world.elise.is_superuser = True
    world.elise.save()
    client.force_login(world.elise)
    return client


def write(client, text, seen=0):
    return client.post(CONVENTION, {"body": text, "seen": seen})


def test_the_house_s_text_is_followed_but_by_who_wrote_its_own(operator, world):
    kind = kind_of("convention")
    own = kind.body + "\nNotre phrase.\n"
    keep_template(by=world.colette, cluster=world.vigne, kind="convention", body=own)
    assert write(operator, kind.body + "\nPhrase de la maison.\n").status_code == 302
    assert "Phrase de la maison." in body_in_use(world.treille, kind)
    assert body_in_use(world.vigne, kind).endswith("Notre phrase.\n")
    page = operator.get(HERE).content.decode()
    assert "votre texte, version 1" in page and "1 grappe garde le sien" in page
    assert "Phrase de la maison." in operator.get(CONVENTION).content.decode()


def test_a_version_is_never_edited_and_papers_stay_as_they_were(operator, world):
    pool = running(world)
    Pool.objects.filter(pk=pool.pk).update(qualification="chargée de communication")
    make_contracts(by=world.colette, pool=Pool.objects.get(pk=pool.pk))
    before = {paper.pk: (paper.sha256, paper.template_id) for paper in Paper.objects.filter(kind="convention")}
    first = Template.objects.get(cluster=None, kind="convention")
    assert write(operator, first.body + "\nUne clause de plus.\n", seen=first.version).status_code == 302
    assert Template.objects.filter(cluster=None, kind="convention").count() == 2
    assert Template.objects.get(pk=first.pk).body == first.body
    assert {paper.pk: (paper.sha256, paper.template_id) for paper in Paper.objects.filter(pk__in=before)} == before
    make_contracts(by=world.colette, pool=Pool.objects.get(pk=pool.pk))  # made anew, from the new text
    assert {
        paper.template.version for paper in Paper.objects.filter(kind="convention").order_by("-pk")[: len(before)]
    } == {2}


def test_a_stale_page_or_a_broken_text_is_refused_and_nothing_is_kept(operator, world):
    body = kind_of("convention").body
    assert write(operator, body + "\nUn.\n").status_code == 302
    stale = write(operator, body + "\nDeux.\n")
    assert stale.status_code == 409 and "Quelqu’un d’autre a changé ce modèle" in stale.content.decode()
    assert write(operator, "{{ inconnu }}", seen=1).status_code == 400
    assert Template.objects.filter(cluster=None, kind="convention").count() == 1
    assert operator.get(f"{HERE}inconnu/").status_code == 404


def test_staff_without_the_permission_meet_nothing(client, world):
    world.colette.is_staff = True
    world.colette.save()
    client.force_login(world.colette)
    assert client.get(HERE).status_code == 404
    assert "Modèles communs" not in client.get("/c/vigne/modeles/").content.decode()
    world.colette.user_permissions.add(Permission.objects.get(codename="add_template"))
    assert client.get(HERE).status_code == 200
    assert "Modèles communs" in client.get("/c/vigne/modeles/").content.decode()
