"""A small world that tests share: two clusters, five firms, a person for each role, built by the ordinary deeds.

Colette coordinates Vigne; Marius speaks for Disquaire; Inès is the shared employee; Bruno sits on the board; Fanny is a
funder; Ancien's mandate for Disquaire ended yesterday; Élise coordinates Treille and is a stranger to Vigne; Paul speaks for
Disquaire in both clusters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django_scopes import scope

from grappe.clusters.actions import end_mandate, give_mandate, open_cluster, welcome_firm
from grappe.clusters.enums import Role
from grappe.clusters.models import Cluster, Firm
from grappe.people.models import Person

PASSWORD = "un mot de passe assez long"


@dataclass(frozen=True)
class World:
    today: date
    vigne: Cluster
    treille: Cluster
    disquaire: Firm
    scene: Firm
    studio: Firm
    edition: Firm
    ailleurs: Firm
    colette: Person
    marius: Person
    ines: Person
    bruno: Person
    fanny: Person
    ancien: Person
    elise: Person
    paul: Person

    @property
    def firms(self) -> list[Firm]:
        """The members of Vigne."""
        return [self.disquaire, self.scene, self.studio, self.edition]


def person(email: str, name: str) -> Person:
    return Person.objects.create_user(email, PASSWORD, name=name)


def firm(name: str, siren: str, latitude: float, longitude: float) -> Firm:
    return Firm.objects.create(
        name=name,
        siren=siren,
        latitude=latitude,
        longitude=longitude,
        street="1 rue des Vignes",
        postcode="75018",
        town="Paris",
    )


def make_world() -> World:
    today = timezone.localdate()
    long_ago = today - timedelta(days=800)
    colette = person("colette@vigne.example", "Colette Roy")
    elise = person("elise@treille.example", "Élise Petit")
    vigne = open_cluster(by=None, slug="vigne", name="Vigne", coordinator_email=colette.email, on=long_ago)
    treille = open_cluster(by=None, slug="treille", name="Treille", coordinator_email=elise.email, on=long_ago)
    Cluster.objects.filter(pk=vigne.pk).update(
        legal_name="Association Vigne",
        siren="000000018",
        street="2 rue des Vignes",
        postcode="75018",
        town="Paris",
        invoice_prefix="VI",
    )
    vigne.refresh_from_db()
    built = World(
        today=today,
        vigne=vigne,
        treille=treille,
        disquaire=firm("Disquaire", "000000026", 48.88, 2.35),
        scene=firm("Scène", "000000034", 48.87, 2.36),
        studio=firm("Studio", "000000042", 48.89, 2.34),
        edition=firm("Édition", "000000059", 48.86, 2.37),
        ailleurs=firm("Ailleurs", "000000067", 45.78, 3.08),
        colette=colette,
        elise=elise,
        marius=person("marius@disquaire.example", "Marius Blanc"),
        ines=person("ines@vigne.example", "Inès Besson"),
        bruno=person("bruno@vigne.example", "Bruno Noir"),
        fanny=person("fanny@ville.example", "Fanny Vert"),
        ancien=person("ancien@disquaire.example", "Ancien Gris"),
        paul=person("paul@disquaire.example", "Paul Brun"),
    )
    with scope(cluster=vigne):
        for member in built.firms:
            welcome_firm(by=colette, cluster=vigne, firm=member, on=long_ago, headcount=2)
        for who, role, whose in [
            (built.marius, Role.MEMBER, built.disquaire),
            (built.paul, Role.MEMBER, built.disquaire),
            (built.ines, Role.EMPLOYEE, None),
            (built.bruno, Role.BOARD, None),
            (built.fanny, Role.FUNDER, None),
        ]:
            give_mandate(by=colette, cluster=vigne, person=who, role=role, firm=whose, on=long_ago)
        past = give_mandate(
            by=colette, cluster=vigne, person=built.ancien, role=Role.MEMBER, firm=built.disquaire, on=long_ago
        )
        end_mandate(by=colette, mandate=past, on=today)
    with scope(cluster=treille):
        for member in (built.ailleurs, built.disquaire):
            welcome_firm(by=elise, cluster=treille, firm=member, on=long_ago)
        give_mandate(by=elise, cluster=treille, person=built.paul, role=Role.MEMBER, firm=built.disquaire, on=long_ago)
    return built
