"""Posts arranged by hand: what they come to, which rules they break, what moving one firm changes for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grappe.clusters.cells import fold
from grappe.needs.enums import NeedState
from grappe.needs.models import Need
from grappe.pools import posing, queries, reading, words
from grappe.pools.enums import BY_HAND
from grappe.pools.models import Arrangement, Proposal
from grappe.pools.reading import Post, Reply, Row

OUT, FRESH = "hors", "nouveau"  # where a need may go beside a post's number: out of every post, to a post of its own
Ids = list[str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a post breaks, in words. `hard`: no post can be opened like this."""

    words: str
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Arranged:
    """The proposal's posts as they stand by hand. `out`: the needs in no post."""

    arrangement: Arrangement
    reply: Reply
    broken: tuple[tuple[Broken, ...], ...]
    kept: tuple[bool, ...]
    out: tuple[Row, ...]

    @property
    def rows(self) -> list[tuple[Post, tuple[Broken, ...], bool]]:
        return list(zip(self.reply.posts, self.broken, self.kept, strict=True))

    @property
    def keeps(self) -> int:
        return sum(self.kept)

    def post_of(self, need_id: int) -> Post | None:
        return next((post for post in self.reply.posts if any(row.need.pk == need_id for row in post.rows)), None)


class _Desk:
    """What a proposal's posts are read with, fetched once."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        self.year = int(proposal.rules.get("year", proposal.made_at.year))
        self.rules = {**posing.RULES, **proposal.rules}
        self.needs = {str(need.pk): need for need in queries.needs_of_proposal(proposal)}
        pairs = ((need.firm_id, need.skill_id) for need in self.needs.values())
        self.alone = queries.alone_prices(pairs, on=timezone.localdate())
        self.pools = {pool.proposal_post: pool for pool in proposal.pools.all()}
        self.loads = {key: posing.loads(need, self.year) for key, need in self.needs.items()}

    def reply(self, posts: Sequence[Ids]) -> Reply:
        """The posts, as an engine's answer would be read; needs withdrawn or refused since are left out."""
        known = [[key for key in post if key in self.needs] for post in posts]
        capacity = int(self.rules["capacity"])
        told: list[dict[str, Any]] = []
        for post in known:
            months = [sum(self.loads[key][month] for key in post) for month in range(12)]
            places = [where for key in post if (where := posing.place(self.needs[key])) is not None]
            km = max((posing.distance_km(a, b) for a in places for b in places), default=0.0)
            told.append({"needs": post, "half_days_per_month": months, "fill": sum(months) / (12 * capacity), "km": km})
        served = sum(sum(post["half_days_per_month"]) for post in told)
        asked = sum(map(sum, self.loads.values()))
        result = {
            "posts": told, "unmet": [], "served_half_days": served, "bound_half_days": asked, "asked_half_days": asked,
            "status": BY_HAND,
        }  # fmt: skip
        problem = {"rules": self.rules, "needs": [{"skill": str(need.skill_id)} for need in self.needs.values()]}
        return reading.read(
            result,
            problem,
            self.needs,
            year=self.year,
            post_cents_per_year=self.proposal.post_cents_per_year,
            alone=self.alone,
            pools=self.pools,
        )

    def out(self, posts: Sequence[Ids]) -> tuple[Row, ...]:
        """The open needs in no post, by skill and firm."""
        placed = {key for post in posts for key in post}
        left = [need for key, need in self.needs.items() if key not in placed and need.state == NeedState.OPEN]
        left = [need for need in left if any(self.loads[str(need.pk)])]
        left.sort(key=lambda need: (fold(str(need.skill)), fold(need.firm.name), need.pk))
        return tuple(
            Row(need, posing.monthly(need, self.year), None, self.alone.get((need.firm_id, need.skill_id)))
            for need in left
        )

    def broken(self, post: Post) -> tuple[Broken, ...]:
        return tuple(_broken(post, self.rules, self.loads))


def _broken(post: Post, rules: Mapping[str, Any], loads: Mapping[str, list[int]]) -> list[Broken]:
    found = []
    capacity, least, most = int(rules["capacity"]), float(rules["min_fill"]), rules["max_firms"]
    peak = max((sum(loads[str(row.need.pk)][month] for row in post.rows) for month in range(12)), default=0)
    peak = max(peak, post.half_days)
    if peak > capacity:
        said = {"asked": words.days(peak), "most": words.days(capacity)}
        found.append(Broken(_("%(asked)s dans un mois, pour %(most)s au plus.") % said, hard=True))
    if post.fill < least - 1e-9:
        said = {"fill": words.percent(round(post.fill, 2)), "least": words.percent(least)}
        found.append(Broken(_("Rempli à %(fill)s, pour %(least)s au moins.") % said))
    firms = [row.need.firm for row in post.rows]
    twice = sorted({firm.name for firm in firms if sum(other == firm for other in firms) > 1}, key=fold)
    if twice:
        found.append(Broken(_("%(firms)s y serait deux fois.") % {"firms": words.listed(twice)}, hard=True))
    count = len(set(firms))
    if count < int(rules["min_firms"]):
        found.append(Broken(_("%(n)s structure, pour %(least)s au moins.") % {"n": count, "least": rules["min_firms"]}))
    if most is not None and count > int(most):
        found.append(Broken(_("%(n)s structures, pour %(most)s au plus.") % {"n": count, "most": most}))
    if post.km > float(rules["max_km"]) + 1e-9:
        said = {"km": words.km(post.km), "most": words.km(float(rules["max_km"]))}
        found.append(Broken(_("%(km)s entre deux lieux, pour %(most)s au plus.") % said))
    if not _may_mix({row.need.skill_id for row in post.rows}, rules["mixed_skills"]):
        found.append(Broken(_("Plusieurs métiers, que les règles ne réunissent pas.")))
    for row in post.rows:
        most_cents = row.need.max_price_cents
        if most_cents is not None and post.price_cents is not None and post.price_cents > most_cents:
            said = {
                "firm": row.need.firm.name,
                "day": words.euros(2 * post.price_cents),
                "most": words.euros(2 * most_cents),
            }
            found.append(Broken(_("%(firm)s : %(day)s la journée, pour %(most)s au plus.") % said))
    return found


def _may_mix(skills: set[int], mixed: Sequence[Sequence[str]]) -> bool:
    return len(skills) < 2 or any({str(skill) for skill in skills} <= set(group) for group in mixed)


def posts_of(arrangement: Arrangement) -> list[Ids]:
    return [[str(key) for key in post["needs"]] for post in arrangement.posts]


def arranged(proposal: Proposal) -> Arranged | None:
    """The proposal's arrangement by hand, if there is one."""
    arrangement = queries.arrangement_of(proposal)
    if arrangement is None:
        return None
    desk, posts = _Desk(proposal), posts_of(arrangement)
    reply = desk.reply(posts)
    return Arranged(
        arrangement,
        reply,
        tuple(desk.broken(post) for post in reply.posts),
        tuple(bool(post.get("kept")) for post in arrangement.posts),
        desk.out(posts),
    )


def reply_under(proposal: Proposal, aim: str) -> Reply | None:
    """The proposal's answer under an aim, or the one arranged by hand."""
    if aim == BY_HAND:
        found = arranged(proposal)
        return found.reply if found is not None else None
    answers = [answer for answer in queries.answers_of(proposal) if answer.aim == aim]
    return queries.replies(proposal, answers).get(aim)


def moved(posts: Sequence[Ids], need: str, to: str) -> list[Ids]:
    """The posts once the need has gone `to`: a post's number from 0, OUT or FRESH. A post may be left empty.

    Raises ValueError for a place that is not there.
    """
    if to not in {OUT, FRESH} and not (to.isdecimal() and int(to) < len(posts)):
        raise ValueError("no such post")
    after = [[key for key in post if key != need] for post in posts]
    if to == FRESH:
        after.append([need])
    elif to != OUT:
        after[int(to)].append(need)
    return after


@dataclass(frozen=True, slots=True)
class Change:
    """What a move makes of one post. `rank`: its number from 0 before, or after for a new one; None: it is not there."""

    rank: int
    before: Post | None
    after: Post | None
    broken: tuple[Broken, ...]
    mended: tuple[Broken, ...]
    rows: tuple[tuple[str, int | None, int | None], ...]
    """Each firm with its share of a month before and after, in cents; None where it is not there or no cost is known."""


@dataclass(frozen=True, slots=True)
class Move:
    """One need moved, not yet done: the posts that it leaves and joins."""

    need: Need
    to: str
    changes: tuple[Change, ...]

    @property
    def impossible(self) -> bool:
        return any(rule.hard for change in self.changes for rule in change.broken)


def preview(proposal: Proposal, arrangement: Arrangement, need_id: int, to: str) -> Move | None:
    """What moving the need would cost; None for a need or a place that is not there, or where it is already."""
    desk, posts = _Desk(proposal), posts_of(arrangement)
    key = str(need_id)
    need = desk.needs.get(key)
    if need is None:
        return None
    try:
        after = moved(posts, key, to)
    except ValueError:
        return None
    if sorted(sorted(post) for post in after if post) == sorted(sorted(post) for post in posts if post):
        return None
    were, are = desk.reply(posts).posts, desk.reply(after).posts
    changes = []
    for rank in range(max(len(were), len(are))):
        before = were[rank] if rank < len(were) else None
        then = are[rank] if are[rank].rows else None
        if before is not None and then is not None and before.fingerprint == then.fingerprint:
            continue
        changes.append(_change(rank, before, then, desk))
    return Move(need, to, tuple(changes))


def _change(rank: int, before: Post | None, after: Post | None, desk: _Desk) -> Change:
    was = {rule.words for rule in desk.broken(before)} if before is not None else set()
    now = desk.broken(after) if after is not None else ()
    shares_before = {row.need.firm.name: row.share_cents for row in before.rows} if before is not None else {}
    shares_after = {row.need.firm.name: row.share_cents for row in after.rows} if after is not None else {}
    names = sorted({*shares_before, *shares_after}, key=fold)
    mended = was - {rule.words for rule in now} if after is not None else set()
    return Change(
        rank,
        before,
        after,
        now,
        tuple(Broken(text) for text in sorted(mended)),
        tuple((name, shares_before.get(name), shares_after.get(name)) for name in names),
    )
