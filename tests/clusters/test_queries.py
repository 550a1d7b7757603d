from __future__ import annotations

from grappe.clusters.queries import clusters_of, firms, members_elsewhere, seat_of


def test_a_seat_holds_the_roles_of_that_day(world):
    seat = seat_of(world.marius, slug="vigne", on=world.today)
    assert seat is not None
    assert seat.roles == {"member"}
    assert seat.firm_ids == {world.disquaire.pk}


def test_a_mandate_that_ended_yesterday_gives_no_seat(world):
    assert seat_of(world.ancien, slug="vigne", on=world.today) is None


def test_a_stranger_has_no_seat_and_an_unknown_cluster_neither(world):
    assert seat_of(world.elise, slug="vigne", on=world.today) is None
    assert seat_of(world.colette, slug="nulle-part", on=world.today) is None


def test_one_person_in_two_clusters(world):
    assert [cluster.slug for cluster in clusters_of(world.paul, on=world.today)] == ["treille", "vigne"]


def test_firms_are_those_of_the_scope(world):
    assert set(firms(on=world.today)) == set(world.firms)


def test_a_directory_is_in_the_order_of_letters_whatever_the_accents(world):
    assert [firm.name for firm in firms(on=world.today)] == ["Disquaire", "Édition", "Scène", "Studio"]


def test_which_firms_another_cluster_also_counts(world):
    ids = [firm.pk for firm in world.firms]
    assert members_elsewhere(ids, cluster=world.vigne) == {world.disquaire.pk}
