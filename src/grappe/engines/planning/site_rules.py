"""Where a person goes within a day: how many sites, how many changes of site, and the minutes these take."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import TYPE_CHECKING

from .terms import Term, is_zero, negation

if TYPE_CHECKING:
    from .person_rules import PersonRules


class SiteRules:
    def __init__(self, person: PersonRules) -> None:
        self.person = person
        self.model = person.model
        self.case = person.case

    def build(self) -> dict[int, list[tuple[int, Term]]]:
        """Per day, the changes of site with their minutes, where minutes matter."""
        case, travel, person = self.case, self.case.problem.travel, self.person
        changes: dict[int, list[tuple[int, Term]]] = {}
        sites = sorted({site for duty in person.duties if (site := case.sites[duty]) is not None})
        if len(sites) < 2 or case.parts < 2:
            return changes
        most, limits = travel.max_sites_per_day, person.worker.limits
        binding = most is not None and most < min(len(sites), case.parts)
        timed = bool(travel.minutes) and limits.count_minutes
        for day in range(case.days):
            if not (person.is_free[day] or timed):
                continue
            self.model.look_at_the_clock()
            at_site = [
                {
                    site: self.model.some_of(
                        [person.at(slot, duty) for duty in person.duties if case.sites[duty] == site], ""
                    )
                    for site in sites
                }
                for slot in case.slots_of(day)
            ]
            if binding and most is not None:
                rule = person.rule("max_sites_per_day", first=day, last=day, limit=most)
                visited = [self.model.some_of([part[site] for part in at_site], "") for site in sites]
                self.model.add(sum(visited) <= most, rule)
            if (timed or travel.weight) and most != 1:
                changes[day] = self._changes_of_site(sites, at_site, timed)
        return changes

    def _changes_of_site(self, sites: list[str], at_site: list[dict[str, Term]], timed: bool) -> list[tuple[int, Term]]:
        """`here` follows the person's last site; each change of it within the day is counted, with its minutes."""
        model, weight = self.model, self.case.problem.travel.weight
        here = at_site[0]
        changes: list[tuple[int, Term]] = []
        for position, now in enumerate(at_site[1:], start=1):
            if timed:
                changes.extend(self._timed_changes(sites, here, now))
            else:
                model.pay(weight, self._change(sites, here, now))
            if position + 1 < len(at_site):
                here = self._carry(sites, here, now)
        return changes

    def _change(self, sites: list[str], here: dict[str, Term], now: dict[str, Term]) -> Term:
        """At least 1 when the person leaves one site for any other."""
        model = self.model
        change = model.cp.new_bool_var("")
        pairs = [(here[left], [now[site] for site in sites if site != left]) for left in sites]
        for left, reached in pairs:
            model.add(change >= left + sum(reached) - 1)
        model.derived.append(
            (change, lambda read: any(read(left) + sum(map(read, reached)) > 1 for left, reached in pairs))
        )
        return change

    def _timed_changes(
        self, sites: list[str], here: dict[str, Term], now: dict[str, Term]
    ) -> Iterator[tuple[int, Term]]:
        """A literal for each pair of sites, true exactly when it is travelled, with its minutes."""
        model = self.model
        for left, reached in permutations(sites, 2):
            if is_zero(here[left]) or is_zero(now[reached]):
                continue
            change = self._both(here[left], now[reached])
            model.pay(self.case.problem.travel.weight, change)
            yield self.case.travel_minutes(left, reached), change

    def _both(self, one: Term, other: Term) -> Term:
        """A literal equal to the conjunction."""
        model = self.model
        both = model.cp.new_bool_var("")
        model.either([both, negation(one), negation(other)])
        model.either([negation(both), one])
        model.either([negation(both), other])
        model.derived.append((both, lambda read: read(one) and read(other)))
        return both

    def _carry(self, sites: list[str], here: dict[str, Term], now: dict[str, Term]) -> dict[str, Term]:
        """The last site after this part: where the person is now, or else where they were."""
        after: dict[str, Term] = {}
        for site in sites:
            if is_zero(here[site]) and is_zero(now[site]):
                after[site] = 0
                continue
            after[site] = self._still(here[site], now[site], [now[other] for other in sites if other != site])
        return after

    def _still(self, here: Term, now: Term, elsewhere: list[Term]) -> Term:
        """A literal: at the site now, or there before and not elsewhere now."""
        model = self.model
        still = model.cp.new_bool_var("")
        model.either([negation(now), still])
        model.either([negation(here), still, *elsewhere])
        model.either([negation(still), now, here])
        for other in elsewhere:
            model.either([negation(still), negation(other)])
        model.derived.append((still, lambda read: read(now) or (read(here) and not any(map(read, elsewhere)))))
        return still
