"""From a problem to its answer: split, list, choose, explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grappe.engines.stop import Deadline, Stop
from grappe.engines.values import ceil_div

from . import serving
from .arcflow import is_pure, packed
from .columns import Columns
from .component import BLOCK_CELLS, Component, components, whole_component
from .criteria import Criterion, Held
from .greedy import first_answer
from .master import MOST_PRICED, Master
from .oracle import Features, Kept, Listed, Oracle, Searched
from .problem import Problem, distance_km
from .reasons import Explainer
from .result import NotKept, Post, Result, Round, Unmet
from .search import list_posts, post_with
from .share import Schedule, Share
from .small import best_of_all, is_small
from .solve import Params
from .workers import in_processes

FOREVER = 1e9
SEARCHING = 0.8  # of a limited time; the rest is for explaining, where that is asked
COLUMNS_IN_ALL = 3_000_000  # listed posts held at once, over all components
MOST_LISTED = 2000  # needs of a component that may still be listed
EFFORTS = ((1, 0.6), (3, 0.72), (8, 0.84))  # of the first criterion, each until such a part of the time
CLOSING_SECONDS = 2.0  # for each unit of effort, but at last
DIVES = 3  # in every component, and
UNLIMITED = 20_000  # listed posts above which, with no limit on firms, columns are generated
MORE_DIVES = 10  # where that did not reach the bound
ROUNDS = {
    "serve": ("half_days", "kept", "posts", "metres"),
    "solid": ("posts", "kept", "half_days", "metres"),
    "near": ("metres", "kept", "half_days", "posts"),
}
FEATURES = {
    "half_days": Features(half_days=-1),
    "kept": Features(kept=-1),
    "posts": Features(post=1),
    "metres": Features(metres=1),
}
LARGE = {"half_days", "kept"}  # criteria that the aim makes large; the master makes their opposite small
SERVED_PERCENT = 95  # of what the aim `serve` serves, for the two others


@dataclass
class Choice:
    """One component under way: its master, and the bound of each criterion held so far."""

    part: Component
    master: Master
    bounds: dict[str, int]

    def posts(self) -> list[tuple[int, ...]]:
        """By index in the problem."""
        answer = self.master.answer
        return [tuple(int(self.part.needs[m]) for m in answer.members(c)) for c in range(len(answer))]


@dataclass(frozen=True)
class Solved:
    """What is told of a component once it is done with. `posts` and `in_play` (needs known to be in some viable post):
    by index in the problem; `around`: for the other needs, the half-days a year that they and their neighbours ask;
    `values` and `bounds`: by criterion, in the sense "small is good"."""

    posts: tuple[tuple[int, ...], ...]
    values: dict[str, int]
    bounds: dict[str, int]
    in_play: frozenset[int]
    around: dict[int, int]

    def moved(self, to: Sequence[int]) -> Solved:
        """The same where need i has become need `to[i]`."""
        posts = tuple(tuple(to[i] for i in post) for post in self.posts)
        return Solved(
            posts,
            self.values,
            self.bounds,
            frozenset(to[i] for i in self.in_play),
            {to[i]: year for i, year in self.around.items()},
        )


def answer(problem: Problem, params: Params, stop: Stop, seed: int) -> Result:
    """The result for a parsed problem."""
    watch = Deadline(FOREVER)
    limited = stop.remaining() < float("inf")
    searching = Share(stop, SEARCHING * stop.remaining()) if limited and params.explain else stop
    solved, bound = best(problem, params, searching, seed)
    posts = sorted((post for one in solved for post in one.posts), key=min)
    rounds = _rounds(problem, solved)
    spent = FOREVER - watch.remaining()
    unmet, unexplained = _unmet(problem, params, posts, solved, stop, seed, spent)
    served = sum(problem.needs[i].year for post in posts for i in post)
    finished = unexplained == 0 and all(one.proved for one in rounds)
    return Result(
        aim=problem.aim,
        posts=tuple(describe(problem, post) for post in posts),
        served_half_days=served,
        bound_half_days=max(served, bound),
        asked_half_days=sum(need.year for need in problem.needs),
        rounds=rounds,
        unmet=unmet,
        not_kept=_not_kept(problem, posts, stop),
        stopped=None if finished else "time" if limited or stop.reached() else "effort",
        unexplained=unexplained,
        seconds=FOREVER - watch.remaining(),
        seed=seed,
    )


def best(problem: Problem, params: Params, stop: Stop, seed: int) -> tuple[list[Solved], int]:
    """The best answer for the problem's aim, by component, and a bound on the half-days a year that any answer serves."""
    schedule = Schedule(stop)
    parts = components(problem)
    if params.workers > 1 and problem.aim == "serve" and len(parts) > 1:
        solved = in_processes(problem, [part.needs.tolist() for part in parts], params, stop, seed)
    else:
        choices = serve(problem, parts, params, schedule, seed, alone=problem.aim == "serve")
        bound = -sum(choice.bounds["half_days"] for choice in choices)
        if problem.aim != "serve" and choices:
            choices = [_together(problem, choices, params, schedule, seed, ROUNDS[problem.aim])]
            return [_solved(choice) for choice in choices], bound
        solved = [_solved(choice) for choice in choices]
    return solved, -sum(one.bounds["half_days"] for one in solved)


def _solved(choice: Choice) -> Solved:
    values = {name: choice.master.value(Criterion(name, FEATURES[name])) for name in choice.bounds}
    part = choice.part
    met = np.unique(choice.master.met().member)
    others = np.setdiff1d(np.arange(part.size), met)
    year = part.year.astype(np.float32)
    around: dict[int, int] = {}
    for some in np.array_split(others, 1 + len(others) * part.size // BLOCK_CELLS):
        total = part.compatible[some].astype(np.float32) @ year + year[some]
        around |= dict(zip(part.needs[some].tolist(), total.astype(np.int64).tolist(), strict=True))
    return Solved(tuple(choice.posts()), values, choice.bounds, frozenset(part.needs[met].tolist()), around)


def serve(
    problem: Problem, parts: list[Component], params: Params, schedule: Schedule, seed: int, *, alone: bool
) -> list[Choice]:
    """Each component's answer for the aim `serve`; only its first criterion where it is not `alone` what is asked."""
    choices: list[Choice] = []
    asked = sum(need.year for need in problem.needs)

    def tell() -> None:
        best_ = asked - sum(int(choice.master.answer.served.sum()) for choice in choices)
        whole = len(choices) == len(parts)
        bound = asked + sum(choice.master.bound for choice in choices) if whole and not choices[0].master.held else None
        schedule.stop.progress(best=best_, bound=bound, note="half_days")

    for number, part in enumerate(parts):
        choice = _begin(problem, part, params, schedule.share(0.2, len(parts) - number), seed)
        choices.append(choice)
        choice.master.told = tell
        tell()
    open_ = [choice for choice in choices if not choice.master.proved]
    _list(open_, params, schedule, 0.25)
    for number, choice in enumerate(open_):
        serving.begin(choice.master, schedule.share(0.5, len(open_) - number))
    for effort, end in EFFORTS:
        _serve_more(choices, schedule, effort, end)
    for choice in choices:
        choice.master.hold(schedule.share(0.86, 1))
        choice.bounds["half_days"] = choice.master.bound
    for choice in choices:
        choice.master.told = None
    if alone:
        _list(choices, params, schedule, 0.88)
        for name, searched, closed in (("kept", 0.89, 0.9), ("posts", 0.92, 0.93), ("metres", 0.94, 0.95)):
            if name != "kept" or problem.keep:
                _round(choices, name, schedule, searched, closed)
    return choices


def _begin(problem: Problem, part: Component, params: Params, stop: Share, seed: int) -> Choice:
    """A component with a first answer: over all subsets where the needs are few, by arc-flow where loads alone matter."""
    place = {need.id: i for i, need in enumerate(problem.needs)}
    kept = Kept(part, [[place[need] for need in post] for post in problem.keep])
    step = int(np.gcd.reduce(part.year))
    rng = np.random.default_rng([seed, part.size])
    oracle: Oracle = Searched(part, kept)
    everyone, known, start = int(part.year.sum()), {}, None
    if part.size <= params.few and (listed := list_posts(part, params.max_columns, stop)) is not None:
        oracle = Listed(listed, kept)
        everyone = int(part.year[np.unique(listed.member)].sum())
        if is_small(listed):
            few = best_of_all(listed, kept.count(listed))
            start = [listed.members(int(c)) for c in few]
            everyone = int(listed.served[few].sum())
            keeps = int(kept.count(listed.take(few)).sum())
            known = {"kept": -keeps, "posts": len(few), "metres": int(listed.metres[few].sum())}
    elif is_pure(part):
        flow = packed(part, stop)
        start, everyone, known = flow.posts, flow.served_bound, {"posts": flow.posts_bound}
    master = Master(part, oracle, kept, Columns.of(part, start or first_answer(part, stop)), stop, rng, known=known)
    master.begin(Criterion("half_days", FEATURES["half_days"], step), -everyone)
    return Choice(part, master, {})


def _list(choices: list[Choice], params: Params, schedule: Schedule, end: float) -> None:
    """All viable posts of each component, where there is room and time for them."""
    left = COLUMNS_IN_ALL - sum(
        len(choice.master.oracle.columns) for choice in choices if isinstance(choice.master.oracle, Listed)
    )
    for number, choice in enumerate(choices):
        master, part = choice.master, choice.part
        if isinstance(master.oracle, Listed) or part.size > MOST_LISTED:
            continue
        limit = min(params.max_columns, left)
        if part.max_firms is None or part.size > MOST_PRICED:
            limit = min(limit, UNLIMITED)
        listed = list_posts(part, limit, schedule.share(end, len(choices) - number))
        if listed is not None:
            left -= len(listed)
            master.has_all(listed)


def _serve_more(choices: list[Choice], schedule: Schedule, effort: float, end: float) -> None:
    """More effort for every component whose best is not proved, and more time for those where more may be gained."""
    gaps = {id(one): one.master.value(one.master.criterion) - one.master.bound for one in choices}
    open_ = sorted((one for one in choices if gaps[id(one)] > 0), key=lambda one: -gaps[id(one)])
    least = sum(gaps.values()) / max(1, len(open_))
    for number, choice in enumerate(open_):
        rest = sum(gaps[id(one)] + least for one in open_[number:])
        share = schedule.share(end, rest / (gaps[id(choice)] + least))
        serving.improve(choice.master, Share(share, 0.7 * share.remaining()), effort)
        last = effort == EFFORTS[-1][0]
        choice.master.close(share if last else Share(share, CLOSING_SECONDS * effort))


def _round(choices: list[Choice], name: str, schedule: Schedule, searched: float, closed: float) -> None:
    """A criterion after the first, in every component."""
    for number, choice in enumerate(choices):
        share = schedule.share(searched, len(choices) - number)
        master = choice.master
        step = int(np.gcd.reduce(choice.part.year)) if name == "half_days" else 1
        master.begin(Criterion(name, FEATURES[name], step), _trivial(choice, name))
        master.bound_it(share)
        master.search(share, dives=DIVES)
    open_ = [choice for choice in choices if not choice.master.proved]
    for number, choice in enumerate(open_ if name != "metres" else []):
        choice.master.search(schedule.share(searched, len(open_) - number), dives=MORE_DIVES)
    open_ = [choice for choice in open_ if not choice.master.proved]
    for number, choice in enumerate(open_):
        choice.master.close(schedule.share(closed, len(open_) - number))
    for choice in choices:
        choice.master.hold(schedule.share(closed + 0.02, 1))
        choice.bounds[name] = choice.master.bound


def _trivial(choice: Choice, name: str) -> int:
    """What no answer is below, before any search."""
    master = choice.master
    if name == "half_days":
        return -int(choice.part.year.sum())  # for the aims that do not begin with it
    if name == "kept":
        return master.known.get("kept", -len(master.kept.posts))
    if name == "posts":
        must = -min((held.most for held in master.held if held.criterion.name == "half_days"), default=0)
        return max(master.known.get("posts", 0), ceil_div(must, 12 * choice.part.capacity))
    return master.known.get("metres", 0)


def for_aim(problem: Problem, choices: list[Choice], params: Params, schedule: Schedule, seed: int) -> Choice:
    """The answer for the aims solid and near, from the components' answers that serve most, but for the last criterion."""
    return _together(problem, choices, params, schedule, seed, ROUNDS[problem.aim][:-1])


def _together(
    problem: Problem, choices: list[Choice], params: Params, schedule: Schedule, seed: int, rounds: Sequence[str]
) -> Choice:
    """The aims solid and near: one choice over all components, since what must be served binds them together."""
    served = sum(-choice.master.held[0].most for choice in choices)
    whole = whole_component(problem, sorted(int(i) for choice in choices for i in choice.part.needs))
    at = {int(need): k for k, need in enumerate(whole.needs)}
    place = {need.id: i for i, need in enumerate(problem.needs)}
    kept = Kept(whole, [[place[need] for need in post] for post in problem.keep])
    start = Columns.of(whole, [[at[i] for i in post] for choice in choices for post in choice.posts()])
    parts = []
    for choice in choices:  # the columns at hand of each component, told in the places of the whole
        oracle = choice.master.oracle
        columns = oracle.columns if isinstance(oracle, Listed) and oracle.whole else None
        parts.append(
            None if columns is None else columns.moved(np.array([at[int(i)] for i in choice.part.needs]), whole.size)
        )
    all_listed = all(part is not None for part in parts)
    oracle_: Oracle = (
        Listed(Columns.join([part for part in parts if part is not None]), kept)
        if all_listed
        else Searched(whole, kept)
    )
    rng = np.random.default_rng([seed, whole.size])
    master = Master(whole, oracle_, kept, start, schedule.stop, rng)
    must = Criterion("half_days", FEATURES["half_days"], int(np.gcd.reduce(whole.year)))
    master.held.append(Held(must, -ceil_div(served * SERVED_PERCENT, 100)))
    choice = Choice(whole, master, {})
    ends = {0: (0.7, 0.8), 1: (0.81, 0.82), 2: (0.84, 0.86), 3: (0.88, 0.9)}
    for number, name in enumerate(rounds):
        if name != "kept" or problem.keep:
            _round([choice], name, schedule, *ends[number])
            schedule.stop.progress(best=master.held[1].most, bound=next(iter(choice.bounds.values())), note=name)
    return choice


def _rounds(problem: Problem, solved: list[Solved]) -> tuple[Round, ...]:
    rounds = []
    for name in ROUNDS[problem.aim]:
        if name == "kept" and not problem.keep:
            continue
        value, bound = (
            sum(which[name] for which in both) for both in ([s.values for s in solved], [s.bounds for s in solved])
        )
        rounds.append(Round(name, -value, -bound) if name in LARGE else Round(name, value, bound))
    return tuple(rounds)


def _unmet(
    problem: Problem,
    params: Params,
    posts: list[tuple[int, ...]],
    solved: list[Solved],
    stop: Stop,
    seed: int,
    spent: float,
) -> tuple[tuple[Unmet, ...], int]:
    """Every unmet need with its reason, and how many there was no time to find a relaxation for."""
    served = {i for post in posts for i in post}
    left_out = [i for i in range(len(problem.needs)) if i not in served]
    in_play = frozenset[int]().union(*(one.in_play for one in solved))
    around = {i: year for one in solved for i, year in one.around.items()}
    explainer = Explainer(problem, params, stop, seed, usual_seconds=spent)
    reasons = {i: explainer.reason(i, in_play, around) for i in left_out}
    relaxations = {
        i: explainer.relaxation(i, reasons[i], len(left_out) - number)
        for number, i in enumerate(left_out if params.explain else ())
    }
    unmet = tuple(Unmet(problem.needs[i].id, reasons[i], relaxations.get(i)) for i in left_out)
    return unmet, explainer.unexplained if params.explain else 0


def _not_kept(problem: Problem, posts: Sequence[tuple[int, ...]], stop: Stop) -> tuple[NotKept, ...]:
    place = {need.id: i for i, need in enumerate(problem.needs)}
    sets = [set(post) for post in posts]
    missing = [post for post in problem.keep if not any({place[n] for n in post} <= one for one in sets)]
    found = []
    for post in missing:
        indexes = {place[need] for need in post}
        viable = False
        for part in components(problem, _around(problem, indexes)):
            inside = [k for k, need in enumerate(part.needs) if int(need) in indexes]
            viable |= len(inside) == len(indexes) and post_with(part, inside, Share(stop, 2.0)) is not None
        found.append(NotKept(post, "costs" if viable else "not_viable"))
    return tuple(found)


def _around(problem: Problem, indexes: set[int]) -> list[int]:
    """The needs that may share a post with one of these."""
    skills = {problem.needs[i].skill for i in indexes}
    families = problem.rules.skill_families({need.skill for need in problem.needs})
    related = set().union(*(family for family in families if family & skills))
    return [i for i, need in enumerate(problem.needs) if need.skill in related]


def describe(problem: Problem, post: tuple[int, ...]) -> Post:
    """A post as the result tells it; `post`: indexes of needs."""
    needs = [problem.needs[i] for i in sorted(post)]
    months = tuple(sum(need.half_days[m] for need in needs) for m in range(12))
    cost = problem.post_cents_per_year
    km = max((distance_km(a, b) for a in needs for b in needs), default=0.0)
    return Post(
        needs=tuple(need.id for need in needs),
        firms=tuple(dict.fromkeys(need.firm for need in needs)),
        skills=tuple(sorted({need.skill for need in needs})),
        half_days_per_month=months,
        fill=round(sum(months) / (12 * problem.rules.capacity), 4),
        km=round(km, 3),
        price_cents=None if cost is None else ceil_div(cost, sum(months)),
    )
