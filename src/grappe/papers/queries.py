from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django_scopes import scopes_disabled

from grappe.clusters.models import Cluster, Mandate
from grappe.papers import markup
from grappe.papers.kinds import Kind, all_kinds, kind_of
from grappe.papers.models import Paper, Signatory, Signature, Template
from grappe.people.models import AccessLink, Person

# ---------------------------------------------------------------- templates


def standing_template(cluster: Cluster | None, kind: str) -> Template | None:
    """The version in use: the cluster's own if it has one, else the house's."""
    rows = Template.objects.filter(kind=kind)
    own = rows.filter(cluster=cluster).order_by("-version").first() if cluster is not None else None
    return own or rows.filter(cluster=None).order_by("-version").first()


def body_in_use(cluster: Cluster | None, kind: Kind) -> str:
    """The text in use: that of `standing_template`, or the one to begin with; an untouched house text follows the program."""
    standing = standing_template(cluster, kind.key)
    if standing is None or (standing.cluster_id is None and standing.made_by_id is None):
        return kind.body
    return standing.body


def versions_of(cluster: Cluster | None, kind: str) -> list[Template]:
    """The cluster's versions of a template (None: the house's), latest first."""
    return list(Template.objects.filter(cluster=cluster, kind=kind).select_related("made_by").order_by("-version"))


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of paper and how far the cluster, or the house, made it its own (0: the text to begin with)."""

    kind: Kind
    version: int


def kinds_of(cluster: Cluster | None) -> list[KindRow]:
    """Every kind of paper, with the version of its template that the cluster (None: the house's operator) wrote. One query."""
    rows = (
        Template.objects.filter(cluster=cluster, made_by__isnull=False)
        .order_by()
        .values_list("kind")
        .annotate(Max("version"))
    )
    own = dict(rows)
    return [KindRow(kind, own.get(kind.key, 0)) for kind in all_kinds()]


def clusters_with_their_own() -> dict[str, int]:
    """kind -> how many clusters print from a text of their own, which a change of the house's does not reach. One query."""
    rows = Template.objects.filter(cluster__isnull=False).order_by().values_list("kind")
    return dict(rows.annotate(Count("cluster", distinct=True)))


def shown(body: str, kind: Kind) -> list[dict[str, Any]]:
    """A template as it would be printed, with its fields' examples. Raises `markup.Broken`."""
    return markup.laid_out(markup.read(body, kind), kind.examples())


# ---------------------------------------------------------------- papers


def papers() -> QuerySet[Paper]:
    """The cluster's papers without their bytes, latest first."""
    found: QuerySet[Paper] = Paper.objects.defer("pdf").select_related("made_by", "superseded_by")
    return found.order_by("-pk")


def paper_numbered(pk: int) -> Paper | None:
    return papers().select_related("cluster", "template").filter(pk=pk).first()


def text_of(paper: Paper) -> list[dict[str, Any]]:
    """The paper's blocks as they were printed, for the screen (see `markup.laid_out`)."""
    return markup.laid_out(markup.read(paper.template.body, kind_of(paper.kind)), paper.facts)


def file_of(paper: Paper) -> tuple[bytes, str]:
    """The paper's PDF with the signatures given so far, and its hash."""
    last = Signature.objects.filter(paper=paper).order_by("pk").last()
    if last is not None:
        return bytes(last.pdf), last.pdf_sha256
    return bytes(Paper.objects.values_list("pdf", flat=True).get(pk=paper.pk)), paper.sha256


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One of those who sign: the signature if it is given, else who was asked."""

    party: dict[str, Any]
    signature: Signature | None
    asked: tuple[Signatory, ...]

    @property
    def waits(self) -> bool:
        return self.signature is None


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """A paper and how far its signatures are; `replaced` by a later one, it is signed no more."""

    paper: Paper
    rows: tuple[PartyRow, ...]
    replaced: bool

    @property
    def signed(self) -> bool:
        return all(not row.waits for row in self.rows)

    @property
    def signed_count(self) -> int:
        return sum(not row.waits for row in self.rows)

    @property
    def asked(self) -> bool:
        return any(row.asked or row.signature for row in self.rows)

    @property
    def missing(self) -> list[PartyRow]:
        return [row for row in self.rows if row.waits]


def sheets(found: Iterable[Paper]) -> list[PaperSheet]:
    """The papers with their signatures, in the same order; three queries, however many."""
    listed = list(found)
    ids = [paper.pk for paper in listed]
    signatures: dict[tuple[int, str], Signature] = {
        (row.paper_id, row.party): row
        for row in Signature.objects.defer("pdf").filter(paper__in=ids).select_related("person")
    }
    asked: dict[tuple[int, str], list[Signatory]] = {}
    for row in Signatory.objects.filter(paper__in=ids).select_related("person"):
        asked.setdefault((row.paper_id, row.party), []).append(row)
    replaced = set(Paper.objects.filter(supersedes__in=ids).values_list("supersedes_id", flat=True))
    return [
        PaperSheet(
            paper,
            tuple(
                PartyRow(
                    party, signatures.get((paper.pk, party["key"])), tuple(asked.get((paper.pk, party["key"]), ()))
                )
                for party in paper.parties
            ),
            paper.pk in replaced,
        )
        for paper in listed
    ]


def sheet(paper: Paper) -> PaperSheet:
    return sheets([paper])[0]


def papers_about(about: str, ids: Iterable[int], *, kinds: Sequence[str] = ()) -> QuerySet[Paper]:
    """The papers about those rows (`about`: a model's label), the latest version of each first."""
    found = papers().filter(about=about, about_id__in=list(ids))
    return found.filter(kind__in=kinds) if kinds else found


def latest_about(about: str, ids: Iterable[int], *, kinds: Sequence[str] = ()) -> dict[tuple[str, int], Paper]:
    """(kind, id) -> the paper that stands, nothing having replaced it."""
    standing = papers_about(about, ids, kinds=kinds).filter(superseded_by=None)
    return {(paper.kind, paper.about_id): paper for paper in standing}


def who_may_sign(paper: Paper, party: dict[str, Any], *, on: date) -> list[Person]:
    """Those whose role lets them sign for the party on that day."""
    if not party["role"]:
        return [
            row.person for row in Signatory.objects.filter(paper=paper, party=party["key"]).select_related("person")
        ]
    mandates = Mandate.objects.on(on).filter(role=party["role"], firm_id=party["firm"])
    return [mandate.person for mandate in mandates.select_related("person").order_by("pk")]


def signatory_behind(link: AccessLink) -> Signatory | None:
    """Who a signature's link is for, whatever the cluster, with the paper that waits."""
    if link.about != "papers.signatory":
        return None
    with scopes_disabled():
        rows = Signatory.objects.select_related("cluster", "person", "paper", "paper__template", "paper__cluster")
        found: Signatory | None = rows.defer("paper__pdf").filter(pk=link.about_id).first()
        return found


def signatures_waiting() -> QuerySet[Signatory]:
    """Who was asked to sign a paper that stands and has not, the longest waiting first; one row for each party."""
    given = Signature.objects.filter(paper=OuterRef("paper"), party=OuterRef("party"))
    sooner = Signatory.objects.filter(paper=OuterRef("paper"), party=OuterRef("party"), pk__lt=OuterRef("pk"))
    rows = Signatory.objects.filter(~Exists(given), ~Exists(sooner), paper__superseded_by=None, paper__withdrawal=None)
    return rows.select_related("paper", "person").defer("paper__pdf").order_by("asked_at", "pk")
