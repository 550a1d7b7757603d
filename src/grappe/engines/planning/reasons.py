"""Why each penalty is paid: the change that would avoid it is tried, and what stands in its way is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..stop import Stop
from .case import FREE, Case, Roster, Row, Worker
from .penalties import Line, Tally
from .result import Penalty, Reason
from .rules import Rule, broken_rules
from .texts import duty_name, line_text, rule_text, when

# Exchanges tried for one line, and slots read for all lines: the answer must not wait for its explanations.
TRIES_PER_LINE = 24
SLOTS_IN_ALL = 300_000


class Explainer:
    """`number` of lines to explain; past `stop`, reasons come from what can be seen without trying."""

    def __init__(self, case: Case, roster: Roster, stop: Stop, number: int) -> None:
        self.case = case
        self.roster = roster
        self.tally = Tally(case, roster)
        self.stop = stop
        tries = SLOTS_IN_ALL // case.slots
        self.tries = max(1, min(TRIES_PER_LINE, tries // max(1, number)))
        self.tries_left = max(tries, number)

    def penalty(self, line: Line) -> Penalty:
        case = self.case
        reason = self._reason(line)
        text = f"{line_text(case, line)}: {reason.text}"
        return Penalty(
            kind=line.kind,
            person=None if line.person is None else case.workers[line.person].person.id,
            duty=None if line.duty is None else case.problem.duties[line.duty].id,
            day=case.day_of(line.slot),
            date=case.date(case.day_of(line.slot)),
            part=case.part_of(line.slot),
            amount=line.amount,
            fields=self._fields(line),
            reason=reason,
            text=text,
        )

    def _fields(self, line: Line) -> dict[str, int | str | None]:
        names = {
            "block": ("length", "wished"),
            "weekday": ("given", "regular"),
            "under": ("there", "need"),
            "over": ("there", "need"),
        }.get(line.kind)
        if names is not None:
            return {names[0]: line.number, names[1]: line.limit}
        if line.kind in ("travel", "moved"):
            other = None if line.other is None else self.case.problem.duties[line.other].id
            return {"from" if line.kind == "travel" else "before": other}
        return {}

    def _reason(self, line: Line) -> Reason:
        if line.person is None:
            return self._under(line) if line.kind == "under" else self._over(line)
        worker = self.case.workers[line.person]
        if line.kind == "wanted" and line.duty is not None:
            return self._why_not(worker, line.slot, line.duty)
        if line.kind == "moved":
            return self._why_not(worker, line.slot, FREE if line.other is None else line.other)
        return self._why_not(worker, line.slot, FREE)

    def _why_not(self, worker: Worker, slot: int, duty: int) -> Reason:
        """Why the person does not do `duty` (or nothing) in this slot."""
        case = self.case
        closed = self._closed(worker, slot, duty)
        if closed is not None:
            return closed
        row = self.roster[worker.index]
        held = [fixed for at, fixed in worker.fixed if at == slot]
        if held and duty not in held:
            day = case.day_of(slot)
            rule = Rule("fixed", worker.person.id, duty_name(case, held[0]), day, day, case.part_of(slot))
            return self._by_rule(rule)
        best: int | None = None
        first_rule: Rule | None = None
        for trial in self._trials(worker, row, slot, duty):
            if self.tries_left <= 0 or self.stop.reached():
                break
            self.tries_left -= 1
            broken = next(broken_rules(case, worker, trial), None)
            if broken is not None:
                first_rule = first_rule or broken
                continue
            extra = self.tally.extra(worker.index, trial)
            best = extra if best is None else min(best, extra)
            if best <= 0:
                break
        if best is not None and best > 0:
            return Reason("costlier", f"the cheapest exchange found would cost {best} more in all", {"extra": best})
        if best is not None:
            return Reason("equal", "another wish or rule was served at the same cost", {"extra": best})
        if first_rule is not None:
            return self._by_rule(first_rule)
        if duty != FREE and row[slot] != FREE:
            other = duty_name(case, row[slot])
            return Reason("elsewhere", f"{worker.person.id} does {other} then", {"other": other})
        return Reason("costlier", "any other roster costs at least as much", {"extra": None})

    def _closed(self, worker: Worker, slot: int, duty: int) -> Reason | None:
        if duty == FREE:
            return None
        case, day = self.case, self.case.day_of(slot)
        name, part = duty_name(case, duty), case.part_of(slot)
        if duty not in worker.deals:
            return self._by_rule(Rule("not_engaged", worker.person.id, name, day, day, part))
        if slot in worker.blocked:
            return self._by_rule(Rule("unavailable", worker.person.id, None, day, day, part))
        if slot in worker.deals[duty].refused:
            return self._by_rule(Rule("refused", worker.person.id, name, day, day, part))
        return None

    def _by_rule(self, rule: Rule) -> Reason:
        case = self.case
        fields: dict[str, int | str | None] = {"duty": rule.duty, "limit": rule.limit, "other": rule.other}
        if rule.first is not None and rule.last is not None:
            fields["first"] = case.date(rule.first).isoformat()
            fields["last"] = case.date(rule.last).isoformat()
        return Reason(
            rule.kind, rule_text(case, rule), {key: value for key, value in fields.items() if value is not None}
        )

    def _trials(self, worker: Worker, row: Row, slot: int, duty: int) -> Iterator[Row]:
        """The change alone, then with one slot given back or taken elsewhere, nearest in time first."""
        case, taken = self.case, row[slot]
        alone = list(row)
        alone[slot] = duty
        yield alone
        tried = 0
        for other in _nearest(slot, case.slots):
            if tried >= self.tries:
                return
            # What goes to the other slot so that counts stay the same: the duty displaced, or nothing.
            if row[other] != duty or row[other] == taken:
                continue
            if taken != FREE and not worker.may(other, taken):
                continue
            tried += 1
            trial = list(alone)
            trial[other] = taken
            yield trial

    def _under(self, line: Line) -> Reason:
        """What holds back each person who could come, counted by kind."""
        held: Counter[str] = Counter()
        duty = line.duty if line.duty is not None else FREE
        for person in self.case.dealers.get(duty, ()):
            if self.roster[person][line.slot] == duty:
                continue
            if self.tries_left <= 0 or self.stop.reached():
                return Reason("people", "who is held back by what was not looked into, for want of time", {})
            held[self._why_not(self.case.workers[person], line.slot, duty).kind] += 1
        if not held:
            return Reason("people", "nobody else is engaged for it", {})
        words = ", ".join(
            f"{number} {_IN_WORDS.get(kind, kind.replace('_', ' '))}" for kind, number in held.most_common()
        )
        return Reason("people", f"of the others engaged for it, {words}", dict(held))

    def _over(self, line: Line) -> Reason:
        duty = line.duty if line.duty is not None else FREE
        for worker in (self.case.workers[person] for person in self.case.dealers.get(duty, ())):
            if self.roster[worker.index][line.slot] == duty:
                reason = self._why_not(worker, line.slot, FREE)
                return Reason(
                    "needed",
                    f"{worker.person.id} stays because {reason.text}",
                    {"person": worker.person.id, "because": reason.kind},
                )
        return Reason("needed", f"it has people on {when(self.case, line.slot)}", {})


def _nearest(slot: int, slots: int) -> Iterator[int]:
    """The other slots, nearest in time first, the earlier of two before the later."""
    for distance in range(1, slots):
        if slot >= distance:
            yield slot - distance
        if slot + distance < slots:
            yield slot + distance


_IN_WORDS = {
    "unavailable": "unavailable",
    "refused": "refused",
    "costlier": "dearer there than elsewhere",
    "equal": "as useful elsewhere",
    "elsewhere": "on another duty",
}
