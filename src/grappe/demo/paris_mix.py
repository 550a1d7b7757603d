"""Paris Mix: 46 firms, two shared employees for eleven of them, six months behind, a survey that waits to be pooled.

The figures are those that the cluster's president gave in 2012; firms and people are invented.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import holidays
from django_scopes import scope

from grappe.charges.actions import draw_up, issue, record_payment
from grappe.charges.models import Invoice
from grappe.clusters.actions import describe_cluster, give_mandate, name_officer
from grappe.clusters.enums import LegalForm, Role
from grappe.clusters.models import Cluster, Firm
from grappe.demo import invent
from grappe.demo.clock import at
from grappe.demo.paris_mix_data import FIRMS, NEEDS
from grappe.demo.scenes import cluster, firm, months_back, named, next_month, welcome
from grappe.needs.actions import answer_survey, ask_firms, open_survey, state_need, state_reference_price, want_nothing
from grappe.needs.models import Skill, Survey
from grappe.needs.stated import Stated
from grappe.papers.actions import sign_paper
from grappe.papers.models import Signatory
from grappe.people.actions import person_named
from grappe.people.models import Person
from grappe.plans.actions import (
    ask_leave,
    ask_mission_signatures,
    note_skill,
    open_calendar,
    place,
    record_absence,
    record_hours,
    release,
    sign_hours,
    state_wish,
    write_mission_letter,
)
from grappe.plans.models import Slot
from grappe.pools.actions import accept, ask_contracts, invite, make_contracts, open_post_by_hand, set_cost, start
from grappe.pools.models import Part, Pool
from grappe.pools.queries import price_card

MONTHS_BEHIND = 6
WEEK = [(day, part) for day in range(5) for part in ("am", "pm")]


@dataclass(frozen=True)
class PostPlan:
    """A running post of the demo: who shares it, and on which weekdays (Monday 0) each firm likes it."""

    name: str
    skill: str
    employee: tuple[str, str]
    gross_cents: int
    parts: list[tuple[str, int, list[int]]]
    facts: dict[str, str]  # what the papers say of the work
    alone: dict[str, tuple[int, int, str, str]]  # p0 cents a half-day, q0 half-days a month, grade, document


POSTS = [
    PostPlan(
        "Communication web", "Communication web", ("ines", "Inès Besson"), 3_050_000,
        [
            ("Kiosque Spectacles", 8, [0]), ("Belvédère Records", 6, [1]), ("Ombrelle Label", 6, [2]), ("Sarabande Éditions", 6, [3]),
            ("Volute Label", 4, [4]), ("Ricochet Studio", 4, [3, 4]),
        ],
        {
            "qualification": "Chargée de communication, échelon 4", "agreement": "Éditions phonographiques (IDCC 2121)",
            "tasks": "site, lettre d’information, réseaux sociaux et billetterie en ligne", "safety": "travail sur écran, poste réglable",
        },
        {
            "Kiosque Spectacles": (19_500, 4, "A", "facture"), "Belvédère Records": (18_000, 2, "A", "devis"),
            "Ombrelle Label": (17_500, 3, "B", "tarif public"), "Sarabande Éditions": (21_000, 4, "A", "facture"),
            "Volute Label": (16_500, 0, "C", "déclaration"), "Ricochet Studio": (18_500, 2, "D", "estimation"),
        },
    ),
    PostPlan(
        "Technique numérique", "Technique numérique", ("theo", "Théo Marchal"), 3_240_000,
        [
            ("Quinconce Spectacles", 8, [1]), ("Écluse Musiques", 8, [2, 3]), ("Cadence Label", 6, [0]), ("Utopie Management", 6, [4]),
            ("Zinc Records", 6, [0, 3]),
        ],
        {
            "qualification": "Technicien numérique, échelon 5", "agreement": "Éditions phonographiques (IDCC 2121)",
            "tasks": "captation, sauvegardes, réseau et postes de travail",
            "safety": "port de charges, travail en hauteur ; bouchons d’oreille et chaussures fournis",
        },
        {
            "Quinconce Spectacles": (21_500, 6, "A", "facture"), "Écluse Musiques": (20_000, 4, "A", "devis"),
            "Cadence Label": (19_000, 2, "B", "tarif public"), "Utopie Management": (18_000, 2, "C", "déclaration"),
        },
    ),
]  # fmt: skip


LEGAL_BODY = {
    "legal_form": LegalForm.ASSOCIATION,
    "publication": "Journal officiel du 31 janvier 2009, annonce 1234",
    "agreement": "Éditions phonographiques (IDCC 2121)",
}


def build(today: date) -> Cluster:
    """The whole cluster, in the order in which it happened."""
    colette = named("colette", "Colette Roy")
    grappe = cluster(
        "paris-mix", "Paris Mix", tagline="Musique, innovation, diversité", coordinator=colette, on=date(2009, 1, 1), prefix="PM",
        siren=invent.siren(900), street="20 rue de la Goutte d’Or", postcode="75018", town="Paris",
        vat_number="FR00000009001", iban="FR7630006000011234567890189",
    )  # fmt: skip
    describe_cluster(by=colette, cluster=grappe, facts={"simulator_open": True, **LEGAL_BODY})
    firms = _members(grappe, colette)
    with scope(cluster=grappe):
        _board_and_funder(grappe, colette, today)
        _officers(grappe, colette)
        first = months_back(today, MONTHS_BEHIND)
        posts = [_open_post(plan, grappe, colette, firms, first) for plan in POSTS]
        _papers(posts[0], colette, months_back(first, 1) + timedelta(days=4), signed=True)
        _papers(posts[1], colette, today - timedelta(days=4), signed=False)
        _live(posts, grappe, colette, first, today)
        _letter(posts[0], grappe, colette, today)
        _days_off(posts, grappe, colette, today)
        _survey(grappe, colette, firms, today)
    return grappe


def _members(grappe: Cluster, colette: Person) -> dict[str, Firm]:
    """The 46 firms, each with someone who speaks for it: Marius for Kiosque Spectacles, Paola for Ombrelle Label."""
    speakers = {"Kiosque Spectacles": named("marius", "Marius Blanc"), "Ombrelle Label": named("paola", "Paola Ricci")}
    people = invent.people(seed=46)
    firms: dict[str, Firm] = {}
    for name, siren, postcode, town, headcount, latitude, longitude, since in FIRMS:
        member = firm(name, siren, postcode, town, latitude, longitude)
        full_name, email = next(people)
        person = speakers.get(name) or person_named(email=email, name=full_name)
        welcome(grappe, member, person, by=colette, on=date(since, 1, 1), headcount=headcount)
        firms[name] = member
    return firms


def _board_and_funder(grappe: Cluster, colette: Person, today: date) -> None:
    since = months_back(today, 24)
    for key, name, role in [("bruno", "Bruno Lacroix", Role.BOARD), ("fanny", "Fanny Vidal", Role.FUNDER)]:
        give_mandate(by=colette, cluster=grappe, person=named(key, name), role=role, on=since)


def _officers(grappe: Cluster, colette: Person) -> None:
    """Two who direct the association: one's home is still to be written."""
    home = {"street": "8 rue Caulaincourt", "postcode": "75018", "town": "Paris"}
    for name, office, where in (("Bruno Lacroix", "président", home), ("Anaïs Perrin", "trésorière", {})):
        card = {"street": "", "postcode": "", "town": "", **where, "valid_from": date(2023, 3, 14), "valid_to": None}
        name_officer(by=colette, cluster=grappe, card={"name": name, "office": office, **card})


def _open_post(plan: PostPlan, grappe: Cluster, colette: Person, firms: dict[str, Firm], first: date) -> Pool:
    """Two months before it starts: the cost reckoned, the firms invited, each accepts the price it sees."""
    asked = months_back(first, 2)
    with at(asked):
        skill, _new = Skill.objects.get_or_create(cluster=grappe, name=plan.skill)
        for name, (price, half_days, grade, document) in plan.alone.items():
            state_reference_price(
                by=colette, cluster=grappe, firm=firms[name], skill=skill, price_cents=price, half_days=half_days, grade=grade,
                document=document, document_date=asked - timedelta(days=20) if grade in "AB" else None, on=asked,
            )  # fmt: skip
        pool = open_post_by_hand(
            by=colette, cluster=grappe, name=plan.name, skill=skill, starts_on=first,
            parts=[(firms[name], half_days, weekdays) for name, half_days, weekdays in plan.parts],
        )  # fmt: skip
        set_cost(by=colette, pool=pool, lines=_cost_lines(plan.gross_cents), facts=plan.facts)
    with at(asked + timedelta(days=4)):
        invite(by=colette, pool=pool)
    with at(asked + timedelta(days=12)):
        for part in Part.objects.filter(pool=pool).select_related("firm", "pool"):
            speaker = part.firm.mandates.get().person
            accept(by=speaker, part=part, price_cents=price_card(part).price_cents)
    with at(asked + timedelta(days=30)):
        return start(by=colette, pool=pool, person=named(*plan.employee), on=first)


def _papers(pool: Pool, colette: Person, on: date, *, signed: bool) -> None:
    """The post's contract, annex, conventions and equal-pay sheets: made, asked for, signed by all, or by the first ones only."""
    with at(on, 10):
        make_contracts(by=colette, pool=pool)
        ask_contracts(by=colette, pool=pool)
    waiting = Signatory.objects.filter(paper__signatures=None).select_related("paper", "person")
    _sign(list(waiting) if signed else list(waiting)[:5], on)


def _sign(asked: list[Signatory], on: date) -> None:
    """Each signs within three days of being asked."""
    for rank, one in enumerate(asked):
        with at(on + timedelta(days=1 + rank % 3), 15):
            sign_paper(by=one.person, paper=one.paper, party=one.party, name=one.person.name, sha256=one.paper.sha256)


def _letter(pool: Pool, grappe: Cluster, colette: Person, today: date) -> None:
    """A fifth of the person's time on a European project, from the first of the month, signed by both."""
    on, first = months_back(today, 1) + timedelta(days=9), today.replace(day=1)
    with at(on, 11):
        letter = write_mission_letter(
            by=colette, cluster=grappe, person=pool.person, project="Scènes en réseau", funder="FEDER 2021-2027, Île-de-France",
            tasks="la communication du réseau", share_bp=2_000,
            first_day=first, last_day=first.replace(year=first.year + 1) - timedelta(days=1),
        )  # fmt: skip
        ask_mission_signatures(by=colette, letter=letter)
    _sign(list(Signatory.objects.filter(paper__about=letter._meta.label_lower, paper__about_id=letter.pk)), on)


def _cost_lines(gross_cents: int) -> list[dict[str, object]]:
    return [
        {"label": "Salaire brut", "basis": "cents", "cents": gross_cents, "part": "gross"},
        {"label": "Cotisations patronales", "basis": "rate_gross", "rate_bp": 3_100, "part": "charges"},
        {"label": "13e mois et titres-restaurant", "basis": "cents", "cents": 280_000, "part": "benefits"},
        {"label": "Frais de gestion", "basis": "rate_loaded", "rate_bp": 500, "part": "management"},
        {"label": "Fonds de garantie", "basis": "cents", "cents": 120_000, "part": "guarantee"},
    ]


def _live(posts: list[Pool], grappe: Cluster, colette: Person, first: date, today: date) -> None:
    """Month after month: calendar released, hours recorded and signed, statement issued, invoices paid."""
    month = first
    while month <= today:
        for pool in posts:
            _plan_month(pool, colette, month)
        for pool in posts:
            _work_month(pool, month, today)
        following = next_month(month)
        if following <= today:
            for pool in posts:
                _bill_month(pool, colette, month, following)
            _pay(colette, following, today)
        month = following


def _plan_month(pool: Pool, colette: Person, month: date) -> None:
    """Ten days ahead: the regular week laid out, one absence and a refused day in it, then released."""
    with at(month - timedelta(days=10)):
        calendar_ = open_calendar(by=colette, pool=pool, month=month)
        if month.month in {8, 12} or pool.pk % 2 == 0:
            first_day = _workdays(month)[5]
            record_absence(
                by=colette,
                cluster=pool.cluster,
                person=pool.person,
                kind="leave",
                first_day=first_day,
                last_day=first_day,
            )
        absent = {day for absence in pool.person.absences.all() for day in _days(absence.first_day, absence.last_day)}
        if pool.pk % 2:
            state_wish(
                by=colette, pool=pool, firm=pool.parts.first().firm, day=_workdays(month)[-1], part="", kind="refused"
            )
        refused = {(wish.firm_id, wish.day) for wish in pool.wishes.all()}
        for member, day, part in _regular_week(pool, month, absent, refused):
            place(by=colette, calendar=calendar_, firm=member, day=day, part=part)
        release(by=colette, calendar=calendar_)


def _regular_week(
    pool: Pool, month: date, absent: set[date], refused: set[tuple[int, date]]
) -> Iterator[tuple[Firm, date, str]]:
    """Each firm's half-days on its own weekdays first, then wherever there is room."""
    free = [(day, part) for day in _workdays(month) if day not in absent for part in ("am", "pm")]
    parts = list(pool.parts.select_related("firm").order_by("pk"))
    left = {part.firm_id: part.half_days for part in parts}
    taken: dict[tuple[date, str], Firm] = {}
    for wished_only in (True, False):
        for part in parts:
            for slot in free:
                if not left[part.firm_id]:
                    break
                if (
                    slot in taken
                    or (part.firm_id, slot[0]) in refused
                    or (wished_only and slot[0].weekday() not in part.weekdays)
                ):
                    continue
                taken[slot] = part.firm
                left[part.firm_id] -= 1
    yield from ((member, day, part) for (day, part), member in sorted(taken.items(), key=lambda item: item[0]))


def _work_month(pool: Pool, month: date, today: date) -> None:
    """Hours recorded for each half-day gone by; signed, save the last week's, which wait."""
    slots = Slot.objects.filter(
        calendar__pool=pool, day__gte=month, day__lt=min(next_month(month), today)
    ).select_related("firm")
    signers = {part.firm_id: part.firm.mandates.first().person for part in pool.parts.select_related("firm")}
    by_day: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        by_day[slot.day].append(slot)
    for day, held in sorted(by_day.items()):
        done = []
        with at(day, 18):
            for slot in held:
                done.append(record_hours(by=pool.person, pool=pool, firm=slot.firm, day=day, part=slot.part))
        if day < today - timedelta(days=8):
            signed_on = min(day + timedelta(days=1), next_month(month) - timedelta(days=1))
            with at(signed_on, 20):
                for hours in done:
                    sign_hours(by=signers[hours.firm_id], hours=hours, on=signed_on)


def _bill_month(pool: Pool, colette: Person, month: date, following: date) -> None:
    with at(following, 10):
        statement = draw_up(by=colette, pool=pool, month=month)
    if statement.charged_cents == 0 and not statement.lines.exists():
        return
    with at(following, 11):
        issue(by=colette, statement=statement, on=following)


def _pay(colette: Person, issued_on: date, today: date) -> None:
    """Everybody pays within the month; one invoice of the month before is late, and of the newest two wait and one is half paid."""
    invoices = list(Invoice.objects.filter(issued_on=issued_on).order_by("number"))
    newest = next_month(issued_on) > today
    late_month = not newest and next_month(next_month(issued_on)) > today
    for rank, invoice in enumerate(invoices):
        paid_on = issued_on + timedelta(days=8 + rank % 12)
        if (newest and rank in {2, 7}) or (late_month and rank == 5):
            continue
        if paid_on >= today:
            continue
        cents = invoice.total_cents // 2 if newest and rank == 4 else invoice.total_cents
        with at(paid_on, 14):
            record_payment(by=colette, invoice=invoice, day=paid_on, cents=cents)


def _survey(grappe: Cluster, colette: Person, firms: dict[str, Firm], today: date) -> None:
    """« Which days of whom would you share? » asked last month; 55 answers wait to be pooled."""
    january = date(today.year + 1, 1, 1)
    asked, answered = months_back(today, 1), today - timedelta(days=9)
    with at(asked):
        survey = open_survey(
            by=colette, cluster=grappe, title=f"Quels jours de qui partageriez-vous en {january.year} ?", on=asked,
            question="Si la grappe pouvait embaucher une personne, pour quels jours et quel travail ?",
            answer_by=today + timedelta(days=12),
        )  # fmt: skip
        ask_firms(by=colette, survey=survey, firms=list(firms.values()), on=asked)
    _answers_by_link(survey, firms, answered, january)
    with at(answered):
        for name, skill, half_days, most, alone, alone_half_days, grade, document in NEEDS:
            state_need(
                by=colette, cluster=grappe, survey=survey, firm=firms[name], skill=skill, half_days=half_days, on=answered,
                first_month=january, last_month=date(january.year, 12, 1), max_price_cents=most, price_cents=alone,
                alone_half_days=alone_half_days or 0, grade=grade, document=document,
            )  # fmt: skip


def _answers_by_link(survey: Survey, firms: dict[str, Firm], answered: date, january: date) -> None:
    """What five firms said on their phones: a season, work at a distance, a proof, and one that needs nobody."""

    def speaker(name: str) -> Person:
        return firms[name].mandates.get().person

    said = [
        ("Kiosque Films", Stated(skill="Régie technique", season=(0, 0, 0, 2, 4, 10, 12, 12, 6, 2, 0, 0), detail="plein air")),
        ("Sarabande Label", Stated(skill="Communication web", half_days=2, detail="site et boutique")),
        ("Ardoise Éditions", Stated(skill="Communication web", half_days=3, remote=True, detail="infolettre", max_price_cents=14_000)),
        (
            "Ricochet Musiques",
            Stated(
                skill="Production", half_days=8, one_off=True, first_month=january.replace(month=3),
                last_month=january.replace(month=5), detail="tournée de printemps",
            ),
        ),
        (
            "Écluse Spectacles",
            Stated(
                skill="Communication web", half_days=4, weekdays=(1, 3), price_cents=19_000, alone_half_days=2, grade="A",
                document="facture Atelier 2026-114", document_date=answered - timedelta(days=40),
            ),
        ),
    ]  # fmt: skip
    with at(answered, 12):
        for name, stated in said:
            file = ("facture.pdf", b"%PDF-1.4\n% facture de l'Atelier, inventee\n") if stated.grade == "A" else None
            answer_survey(by=speaker(name), survey=survey, firm=firms[name], stated=stated, file=file, on=answered)
        want_nothing(by=speaker("Goutte Records"), survey=survey, firm=firms["Goutte Records"], on=answered)


def _days_off(posts: list[Pool], grappe: Cluster, colette: Person, today: date) -> None:
    """Inès asks for a week off, which waits; Théo trains for two days; each could replace the other."""
    ines, theo = (pool.person for pool in posts)
    assert ines is not None and theo is not None
    for person, pool in ((theo, posts[0]), (ines, posts[1])):
        assert pool.skill is not None
        note_skill(by=colette, person=person, skill=pool.skill)
    coming = next_month(next_month(today.replace(day=1)))
    first, week = _workdays(next_month(today.replace(day=1))), _workdays(coming)
    with at(today - timedelta(days=1), 18):
        monday = next(day for day in week if day.weekday() == 0)
        ask_leave(
            by=ines,
            cluster=grappe,
            first_day=monday,
            last_day=monday + timedelta(days=4),
            words="Une semaine en famille",
        )
    with at(today - timedelta(days=6)):
        record_absence(
            by=colette, cluster=grappe, person=theo, kind="training", first_day=first[-4], last_day=first[-3], words="Son immersif"
        )  # fmt: skip


def _workdays(month: date) -> list[date]:
    """Monday to Friday without public holidays."""
    closed = holidays.country_holidays("FR", years=month.year)
    length = calendar.monthrange(month.year, month.month)[1]
    days = [month.replace(day=number) for number in range(1, length + 1)]
    return [day for day in days if day.weekday() < 5 and day not in closed]


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
