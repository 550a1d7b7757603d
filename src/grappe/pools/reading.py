"""What the pooling engine answered, as the pages show it: posts with shares, unmet needs with reasons in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from grappe.clusters.cells import fold
from grappe.engines.values import ceil_div
from grappe.needs.models import Need, ReferencePrice
from grappe.pools import pricing, words
from grappe.pools.models import Pool
from grappe.pools.posing import monthly

Alone = Mapping[tuple[int, int], ReferencePrice]


@dataclass(frozen=True, slots=True)
class Row:
    """A firm's part of a proposed post. Amounts in cents a month; None: not known."""

    need: Need
    half_days: int
    share_cents: int | None
    alone: ReferencePrice | None

    @property
    def alone_cents(self) -> int | None:
        return self.alone.price_cents * self.half_days if self.alone is not None else None

    @property
    def dearer(self) -> bool:
        """It would pay more together than alone."""
        return self.share_cents is not None and self.alone_cents is not None and self.share_cents > self.alone_cents


@dataclass(frozen=True, slots=True)
class Post:
    """A proposed post. `rank` from 0; `half_days` of a full month; `price_cents` of a half-day."""

    rank: int
    rows: tuple[Row, ...]
    skills: tuple[str, ...]
    half_days: int
    year_half_days: int
    capacity: int
    fill: float
    km: float
    price_cents: int | None
    fingerprint: str
    pool: Pool | None = None

    @property
    def name(self) -> str:
        return words.post_of(words.listed(self.skills))

    @property
    def metres(self) -> int:
        return round(self.km * 1000)

    @property
    def day_cents(self) -> int | None:
        return None if self.price_cents is None else 2 * self.price_cents

    @property
    def paid_half_days(self) -> int:
        """The half-days of a year that the price is reckoned on."""
        return 12 * self.half_days


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need left out: the reason, the smallest change that would serve it, and the rule that it changes, if it is one."""

    need: Need
    half_days: int
    reason: str
    remedy: str
    rule: dict[str, Any] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The changed rule, for the address of the rules' form."""
        return urlencode({name: "" if value is None else value for name, value in self.rule.items()})


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer under one aim."""

    posts: tuple[Post, ...]
    unmet: tuple[Unmet, ...]
    served_half_days: int
    bound_half_days: int
    asked_half_days: int
    proved: bool
    stopped: bool
    firms: int
    firms_asked: int
    not_kept: int = 0
    """How many of the posts to keep could not be."""

    @property
    def km(self) -> float:
        return sum(post.km for post in self.posts)

    @property
    def metres(self) -> int:
        return round(self.km * 1000)

    @property
    def monthly_half_days(self) -> int:
        return round(self.served_half_days / 12)

    @property
    def fill(self) -> float:
        return sum(post.fill for post in self.posts) / len(self.posts) if self.posts else 0.0


def fingerprint(need_ids: Sequence[str]) -> str:
    """Names a proposed post by its needs, whatever the aim that proposed it."""
    return sha256(",".join(sorted(need_ids)).encode()).hexdigest()[:40]


def read(
    result: Mapping[str, Any],
    problem: Mapping[str, Any],
    needs: Mapping[str, Need],
    *,
    year: int,
    post_cents_per_year: int,
    alone: Alone,
    pools: Mapping[str, Pool],
) -> Reply:
    """The reply of a solve's JSON `result` to its JSON `problem`; `needs` by id, `pools` already opened by fingerprint."""
    capacity = int(problem["rules"]["capacity"])
    posts = tuple(
        _post(rank, post, needs, capacity, year, post_cents_per_year, alone, pools)
        for rank, post in enumerate(result["posts"])
    )
    sum_of = {one["skill"]: 0 for one in problem["needs"]}
    for one in problem["needs"]:
        sum_of[one["skill"]] += 1
    served_skills = {row.need.skill_id for post in posts for row in post.rows}
    unmet = [
        _unmet(one, needs[one["need"]], year, problem, alone_in=sum_of)
        for one in result["unmet"]
        if one["need"] in needs
    ]
    unmet.sort(
        key=lambda one: (
            one.need.skill_id not in served_skills,
            not one.remedy,
            str(one.need.skill),
            str(one.need.firm),
        )
    )
    firms_asked = {need.firm_id for key, need in needs.items() if need.skill_id in served_skills}
    return Reply(
        posts=posts,
        unmet=tuple(unmet),
        served_half_days=int(result["served_half_days"]),
        bound_half_days=int(result["bound_half_days"]),
        asked_half_days=int(result.get("asked_half_days", 0)),
        proved=result["status"] == "optimal",
        stopped=bool(result.get("stopped")),
        firms=len({row.need.firm_id for post in posts for row in post.rows}),
        firms_asked=len(firms_asked),
        not_kept=len(result.get("not_kept", ())),
    )


def _post(
    rank: int,
    post: Mapping[str, Any],
    needs: Mapping[str, Need],
    capacity: int,
    year: int,
    cost: int,
    alone: Alone,
    pools: Mapping[str, Pool],
) -> Post:
    members = sorted((needs[key] for key in post["needs"] if key in needs), key=lambda need: fold(need.firm.name))
    parts = {need.pk: monthly(need, year) for need in members}
    shares = pricing.month_shares(cost, parts, month=1) if cost else {}
    rows = tuple(
        Row(need, parts[need.pk], shares.get(need.pk), alone.get((need.firm_id, need.skill_id))) for need in members
    )
    key = fingerprint(post["needs"])
    load = sum(parts.values())
    return Post(
        rank=rank,
        rows=rows,
        skills=tuple(sorted({str(need.skill) for need in members})),
        half_days=load,
        year_half_days=sum(post["half_days_per_month"]),
        capacity=capacity,
        fill=float(post["fill"]),
        km=float(post["km"]),
        price_cents=ceil_div(cost, 12 * load) if cost and load else None,
        fingerprint=key,
        pool=pools.get(key),
    )


def _unmet(
    one: Mapping[str, Any], need: Need, year: int, problem: Mapping[str, Any], *, alone_in: Mapping[str, int]
) -> Unmet:
    rules = problem["rules"]
    remedy, rule = _remedy(one.get("relaxation"), need, year, rules)
    return Unmet(need, monthly(need, year), _reason(one["reason"], need, rules, alone_in), remedy, rule)


def _reason(reason: str, need: Need, rules: Mapping[str, Any], alone_in: Mapping[str, int]) -> str:
    if reason == "too_large":
        return _("Le besoin dépasse à lui seul un poste entier (%(days)s par mois).") % {
            "days": words.days(int(rules["capacity"]))
        }
    if reason == "no_partner":
        if alone_in.get(str(need.skill_id), 0) < 2:
            return _("Aucune autre structure ne demande cette compétence.")
        return _("Aucune autre structure qui la demande n’est à moins de %(km)s.") % {
            "km": words.km(float(rules["max_km"]))
        }
    if reason == "price":
        return _("Le prix de la journée partagée dépasse le maximum indiqué.")
    if reason == "fill":
        return _("Ces besoins réunis ne remplissent pas un poste à %(fill)s.") % {
            "fill": words.percent(float(rules["min_fill"]))
        }
    return _("Les postes sont pleins : le servir en priverait d’autres.")


def _remedy(
    change: Mapping[str, Any] | None, need: Need, year: int, rules: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The smallest change in words, and the rule to change if it is one of the proposal's rules."""
    if not change:
        return "", {}
    kind, to = change["change"], change.get("to")
    if kind == "max_km" and to is not None:
        reach = math.ceil(float(to))
        said = {"to": words.km(reach), "now": words.km(float(rules["max_km"]))}
        return _("Un rayon de %(to)s au lieu de %(now)s.") % said, {"max_km": int(reach)}
    if kind == "max_price_cents" and to is not None:
        return _("Un prix maximum de %(to)s la journée.") % {"to": words.euros(2 * int(to))}, {}
    if kind == "half_days" and to is not None:
        load = to if isinstance(to, int) else max(to)
        said = {"to": words.days_short(load), "now": words.days_short(monthly(need, year))}
        return _("Il suffirait de %(to)s au lieu de %(now)s.") % said, {}
    if kind == "more_half_days":
        more = {"days": words.days(int(change["half_days"])), "skill": str(need.skill)}
        return _("Il suffirait que les structures proches demandent %(days)s de plus par mois de %(skill)s.") % more, {}
    if kind == "min_fill" and to is not None:
        said = {"to": words.percent(float(to)), "now": words.percent(float(rules["min_fill"]))}
        return _("Un remplissage minimum de %(to)s au lieu de %(now)s.") % said, {
            "min_fill": math.floor(100 * float(to))
        }
    if kind == "max_firms":
        if to is None:
            return _("Pas de limite au nombre de structures."), {"max_firms": None}
        return _("%(to)s structures au plus, au lieu de %(now)s.") % {"to": to, "now": rules["max_firms"]}, {
            "max_firms": to
        }
    if kind == "min_firms" and to is not None:
        return _("%(to)s structures au moins, au lieu de %(now)s.") % {"to": to, "now": rules["min_firms"]}, {
            "min_firms": to
        }
    if kind == "capacity" and to is not None:
        said = {"to": words.days(int(to)), "now": words.days(int(rules["capacity"]))}
        return _("Un poste de %(to)s par mois au lieu de %(now)s.") % said, {"capacity": int(to)}
    return "", {}
