"""Two at once, each on a connection of its own: a party signs once, a version has one number."""

from __future__ import annotations

from django_scopes import scope
from tests.charges.test_race import at_once, committed
from tests.papers.factory import paper
from tests.solves.disk import Disk, disk  # noqa: F401

from grappe.papers.actions import UnableToSign, sign_paper
from grappe.papers.models import Paper, Signature


@committed
def test_two_who_sign_for_the_same_firm_at_once(disk: Disk):  # noqa: F811
    world = disk.world
    with scope(cluster=world.vigne):
        made = paper(world)

    def sign(who):
        return lambda: sign_paper(by=who, paper=made, party="firm", name="Une Personne", sha256=made.sha256)

    found = at_once(disk, sign(world.marius), sign(world.paul))
    assert sorted(type(one).__name__ for one in found) == ["Signature", "UnableToSign"], found
    assert any(isinstance(one, UnableToSign) and "déjà signé" in one.message for one in found)
    with scope(cluster=world.vigne):
        assert Signature.objects.count() == 1


@committed
def test_the_same_paper_made_twice_at_once_is_one(disk: Disk):  # noqa: F811
    world = disk.world
    found = at_once(disk, lambda: paper(world), lambda: paper(world))
    assert [type(one) for one in found] == [Paper, Paper], found
    assert found[0] == found[1]


@committed
def test_a_signature_and_a_new_version_at_once_never_sign_what_is_replaced(disk: Disk):  # noqa: F811
    world = disk.world
    with scope(cluster=world.vigne):
        made = paper(world)
    found = at_once(
        disk,
        lambda: sign_paper(by=world.marius, paper=made, party="firm", name="Marius Blanc", sha256=made.sha256),
        lambda: paper(world, jours="9 jours"),
    )
    with scope(cluster=world.vigne):
        later = Paper.objects.get(supersedes=made)
        given = Signature.objects.filter(paper=made).first()
    assert isinstance(found[1], Paper), found
    if isinstance(found[0], UnableToSign):
        assert given is None  # the new text came first
    else:
        assert given is not None
        assert given.signed_at <= later.made_at
