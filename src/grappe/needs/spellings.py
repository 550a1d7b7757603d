"""Which spellings seem to name one skill: « Comm. web », « communication web », « Communication Web ». Proposed only.

Two spellings are proposed as one when
1. they fold alike (capitals, accents, punctuation), are each other's plural, or are one keystroke apart when long;
2. the table of synonyms says so;
3. one abbreviates the other word by word (« compta », « comm web »), or begins it (« régie » for « régie technique »),
   provided that all that it may stand for is already one family: what could mean two things is left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grappe.clusters.cells import fold
from grappe.needs.synonyms import SYNONYMS

ABBREVIATION_MIN = 4
TYPO_MIN = 8
COMPARED_MAX = 300  # past that, the column is not one of skills, and comparing each with each would be long


@dataclass(frozen=True, slots=True)
class Spelling:
    """A way to write a skill, folded; `written`: as seen, the most usual first; `known_as`: the skill it names."""

    folded: str
    written: tuple[str, ...]
    lines: int
    known_as: str = ""

    @property
    def shown(self) -> str:
        return self.written[0]


@dataclass(frozen=True, slots=True)
class Group:
    """Spellings proposed as one skill called `name`; `known`: the cluster has that skill already."""

    name: str
    spellings: tuple[Spelling, ...]
    known: bool

    @property
    def written(self) -> list[str]:
        return [text for spelling in self.spellings for text in spelling.written]

    @property
    def lines(self) -> int:
        return sum(spelling.lines for spelling in self.spellings)


def collect(texts: Iterable[str], known: Mapping[str, str]) -> list[Spelling]:
    """The different spellings among `texts`, in order of first use. `known`: folded spelling -> name of the skill."""
    counts: dict[str, Counter[str]] = {}
    for text in texts:
        counts.setdefault(fold(text), Counter())[text] += 1
    return [
        Spelling(folded, _usual_first(written), sum(written.values()), known.get(folded, ""))
        for folded, written in counts.items()
    ]


def _usual_first(written: Counter[str]) -> tuple[str, ...]:
    """With its accents before without: « Régie » says more than « regie »; then by use."""
    return tuple(sorted(written, key=lambda text: (-_accents(text), -written[text], text)))


def _accents(text: str) -> int:
    return sum(character > "\x7f" for character in text)


def groups(spellings: Iterable[Spelling], known: Mapping[str, str]) -> list[Group]:
    """The groups that need a word from the coordinator: several ways to write, at least one of them new."""
    fresh = [spelling for spelling in spellings if not spelling.known_as]
    families = _families([spelling.folded for spelling in fresh], known) if len(fresh) <= COMPARED_MAX else {}
    gathered: dict[str, list[Spelling]] = {}
    for spelling in fresh:
        gathered.setdefault(families.get(spelling.folded, spelling.folded), []).append(spelling)
    skills_of: dict[str, set[str]] = {}
    for folded, name in known.items():
        if folded in families:
            skills_of.setdefault(families[folded], set()).add(name)
    found = []
    for family, members in gathered.items():
        names = skills_of.get(family, set())
        # Two skills that the coordinator keeps apart: a new spelling near both is neither's.
        name = names.copy().pop() if len(names) == 1 else ""
        if name or sum(len(member.written) for member in members) > 1:
            found.append(Group(name or _best_name(members), tuple(members), bool(name)))
    return found


def _best_name(members: list[Spelling]) -> str:
    """The most used among those that are not the short form of another; at equal use, the table's own."""
    full = [m for m in members if not any(_is_short_for(m.folded, other.folded) for other in members if other is not m)]
    best = max(
        full or members, key=lambda member: (member.lines, _singular(member.folded) in _HEADS, len(member.folded))
    )
    return best.shown


def _families(fresh: list[str], known: Iterable[str]) -> dict[str, str]:
    """Each spelling with the one that stands for its family."""
    every = sorted({*fresh, *known})
    union = _Union(every)
    for at, one in enumerate(every):
        for other in every[at + 1 :]:
            if _singular(one) == _singular(other) or _synonyms(one, other) or _one_keystroke(one, other):
                union.join(one, other)
    for is_short in (_abbreviates, _begins):
        for short in every:
            longer = [other for other in every if is_short(short, other)]
            if len({union.find(other) for other in longer} - {union.find(short)}) == 1:
                for other in longer:
                    union.join(short, other)
    return {spelling: union.find(spelling) for spelling in every}


class _Union:
    """Disjoint sets; each is named by one of its members."""

    def __init__(self, items: Iterable[str]) -> None:
        self._above = {item: item for item in items}

    def find(self, item: str) -> str:
        while self._above[item] != item:
            item = self._above[item]
        return item

    def join(self, one: str, other: str) -> None:
        self._above[self.find(other)] = self.find(one)


def _singular(folded: str) -> str:
    return " ".join(word[:-1] if len(word) > 3 and word[-1] in "sx" else word for word in folded.split())


_HEADS = frozenset(_singular(fold(words[0])) for words, _reason in SYNONYMS)
_SYNONYM_SETS = tuple(frozenset(_singular(fold(word)) for word in words) for words, _reason in SYNONYMS)


def _synonyms(one: str, other: str) -> bool:
    pair = {_singular(one), _singular(other)}
    return any(pair <= words for words in _SYNONYM_SETS)


def _is_short_for(short: str, full: str) -> bool:
    return _abbreviates(short, full) or _begins(short, full)


def _abbreviates(short: str, full: str) -> bool:
    """ "comm web" for "communication web": as many words, each the same or cut, not all the same."""
    ours, theirs = short.split(), full.split()
    return short != full and len(ours) == len(theirs) and all(map(_cut, ours, theirs))


def _cut(short: str, full: str) -> bool:
    return short == full or (len(short) >= ABBREVIATION_MIN and full.startswith(short))


def _begins(short: str, full: str) -> bool:
    """ "regie" for "regie technique"."""
    ours, theirs = short.split(), full.split()
    return len(ours) < len(theirs) and len(short) >= ABBREVIATION_MIN and all(map(_cut, ours, theirs))


def _one_keystroke(one: str, other: str) -> bool:
    """One letter added, missing, changed, or two swapped, in long spellings."""
    if min(len(one), len(other)) < TYPO_MIN or abs(len(one) - len(other)) > 1:
        return False
    head = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[head:], other[head:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b or a == b[1:]
