"""The first criterion, the half-days served: which questions are asked of a component, and in which order.

Quick ones first in every component; what is then still open is gone into again, with more effort each time.
"""

from __future__ import annotations

from grappe.engines.stop import Stop

from .columns import Columns
from .compact import Wanted
from .component import Component
from .criteria import NOTHING, Branch, round_up
from .master import MOST_WHOLE, Master
from .oracle import Listed, reduced_cost
from .polish import polish
from .share import Share

SHORT = 10_000  # pairs of needs times months
IDLE = 25  # rounds of the neighbourhood search without progress
DESCENTS = 30  # questions whether a bound can be reached
QUICK = 0.25  # effort of the first question
FIRST_DIVES = 3
DIVES = 4  # in a later round
MOST_PROBED = 4000  # columns of a probe
PROBE_SECONDS = 1.5


def begin(master: Master, stop: Stop) -> None:
    """The bound, and the answers that are soon found."""
    master.stop = stop
    if not isinstance(master.oracle, Listed):
        _everyone(master, stop)
    master.bound_it(stop)
    if master.proved or master.relaxed is None:
        return
    if isinstance(master.oracle, Listed):
        if _is_short(master.component):
            _everyone(master, stop)
        else:  # such a model takes seconds to write down, and a dive less than one
            master.dives(FIRST_DIVES)
    if not master.proved:
        master.branch()
        master.dives(FIRST_DIVES)
        _probe(master, stop, PROBE_SECONDS)


def improve(master: Master, stop: Stop, effort: float) -> None:
    """Better answers and better bounds, with `effort`."""
    master.stop = stop
    if not _is_short(master.component):
        master.stop = Share(stop, 0.35 * stop.remaining())
        master.dives(DIVES)
    _polish(master, Share(stop, 0.35 * stop.remaining()), effort)
    if master.component.size <= MOST_WHOLE:
        soon = Share(stop, 0.4 * stop.remaining())
        for branch in master.open():
            _descend(master, branch, effort, soon)
        master.sum_up()
    _probe(master, Share(stop, 0.6 * stop.remaining()), PROBE_SECONDS * effort)
    master.stop = stop
    master.dives(DIVES)
    if master.component.size <= MOST_WHOLE:
        for branch in master.open():
            _pack_whole(master, branch, effort)
        master.sum_up()


def _is_short(component: Component) -> bool:
    """Whether the model without a list is soon written down."""
    pairs = int(component.compatible.sum()) // 2
    return pairs * int(component.load.shape[1]) <= SHORT


def _everyone(master: Master, stop: Stop) -> None:
    """Where the bound is still all that is asked: can all of it be served?"""
    if master.component.size <= MOST_WHOLE and not master.proved and master.bound == master.trivial:
        _descend(master, master.branches[0], QUICK, stop, most=1)
        master.sum_up()


def _polish(master: Master, stop: Stop, effort: float) -> None:
    if master.proved or stop.reached():
        return
    rounds = max(IDLE, int(effort * IDLE))
    posts = polish(master.component, master.posts(), master.rng, stop, rounds=rounds, target=-master.bound)
    master.better(Columns.of(master.component, posts))


def _probe(master: Master, stop: Stop, seconds: float) -> None:
    """In each branch, an integer choice among the columns that an answer at the bound may hold, or little below it.

    An answer that costs at most `room` more than the relaxation holds no column of a larger reduced cost. The columns
    without any are few, and answers at the bound are often among them.
    """
    for branch in master.open():
        relaxed = branch.relaxed
        if relaxed is None or not relaxed.certain or not isinstance(master.oracle, Listed) or stop.reached():
            continue
        cost = reduced_cost(master.oracle.columns, relaxed.scale, master.kept)
        room = branch.bound - relaxed.value
        most = master.value(master.criterion) - master.criterion.step - relaxed.value
        while room < most and int((cost <= room + master.criterion.step + NOTHING).sum()) <= MOST_PROBED:
            room += master.criterion.step
        fit = master.oracle.columns.take(cost <= room + NOTHING)
        if not len(fit) or len(fit) > 2 * MOST_PROBED:
            continue
        master.stop = stop
        with master.inside(branch):
            best = master.choose(fit, seconds=seconds)
        beyond = round_up(relaxed.value + room + 2 * NOTHING, master.criterion.step)
        branch.bound = max(branch.bound, min(best, beyond))
    master.sum_up()


def _descend(master: Master, branch: Branch, effort: float, stop: Stop, *, most: int = DESCENTS) -> None:
    """Ask whether the branch's bound can be reached; where not, the bound comes down by a step, and so on."""
    for _ in range(most):
        if stop.reached() or branch.bound >= master.value(master.criterion):
            return
        wanted = Wanted(most=-branch.bound, low=branch.low, high=branch.high, above=-branch.bound)
        packing = master.pack(wanted, [], effort, stop)
        if packing is None or not packing.proved:
            return
        if packing.posts is None:
            branch.bound = -master.component.next_sum(-branch.bound)
        else:
            master.better(Columns.of(master.component, packing.posts))


def _pack_whole(master: Master, branch: Branch, effort: float) -> None:
    """The branch without columns."""
    value, posts = master.value(master.criterion), master.posts()
    inside = branch.holds(len(posts))
    above = -value if inside else -value + master.criterion.step
    wanted = Wanted(most=-branch.bound, low=branch.low, high=branch.high, above=above)
    packing = master.pack(wanted, posts if inside else [], effort, master.stop)
    if packing is None:
        return
    if packing.posts is not None:
        master.better(Columns.of(master.component, packing.posts))
    if packing.proved:
        branch.bound = max(branch.bound, master.value(master.criterion))
