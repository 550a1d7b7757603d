"""Drawings in SVG, for pages and printed reports alike: no style attribute, widths in per cent of the drawing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from grappe.web.shared.formats import kilometres


def _share(value: float | int | None, total: float | int | None) -> str:
    """`value` in per cent of `total`, kept within 0 and 100, as an SVG length."""
    if not value or not total or total <= 0:
        return "0%"
    return f"{max(0.0, min(100.0, 100 * float(value) / float(total))):.2f}%"


def bar(
    value: float | int | None, total: float | int, *, label: str = "", tone: str = "", goal: float | int | None = None
) -> SafeString:
    """A filled bar; `tone`: "", "saved", "alone", "warn" or "late"; `goal` draws a mark; no `label`: decorative."""
    said = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    mark = SafeString("")
    if goal is not None:
        at = _share(goal, total)
        mark = format_html('<line class="goal" x1="{}" x2="{}" y1="-2" y2="12"/>', at, at)
    return format_html(
        '<svg class="bar {}" width="100%" height="10"{}><rect class="track" width="100%" height="100%" rx="5"/>'
        '<rect class="value" width="{}" height="100%" rx="5"/>{}</svg>',
        tone,
        said,
        _share(value, total),
        mark,
    )


def stack(values: Sequence[int], *, label: str) -> SafeString:
    """The parts of a whole in one bar, each in its colour (1 to 12, in order); amounts below 0 are left out."""
    total, at, drawn = sum(max(0, value) for value in values), 0, []
    for rank, value in enumerate(values):
        if value > 0:
            drawn.append((rank % 12 + 1, _share(at, total), _share(value, total)))
            at += value
    return format_html(
        '<svg class="bar stack" width="100%" height="18" role="img" aria-label="{}">{}</svg>',
        label,
        format_html_join("", '<rect class="f{}" x="{}" width="{}" height="100%"/>', drawn),
    )


def spread(low: int, central: int, high: int, *, most: int | None = None, label: str = "") -> SafeString:
    """A figure with its range: a soft line from `low` to `high`, a point at `central`, on an axis from 0 to `most`."""
    top = most or round(high * 1.15) or 1
    said = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    return format_html(
        '<svg class="spread" width="100%" height="14"{}><line class="axis" x1="0" x2="100%" y1="7" y2="7"/>'
        '<line class="between" x1="{}" x2="{}" y1="7" y2="7"/><circle class="central" cx="{}" cy="7" r="6"/></svg>',
        said,
        _share(low, top),
        _share(high, top),
        _share(central, top),
    )


@dataclass(frozen=True, slots=True)
class Column:
    """One step of a column drawing: a short label, a value, and a second value behind it (paid against alone)."""

    label: str
    value: int
    second: int | None = None


def columns(steps: Sequence[Column], *, label: str) -> SafeString:
    """Columns side by side (months of a year), the second value pale behind the first. `label` says it in words."""
    width, height, floor = 640, 180, 156
    most = max([1, *(max(step.value, step.second or 0) for step in steps)])
    pitch = width / max(1, len(steps))
    drawn = []
    for rank, step in enumerate(steps):
        left, wide = rank * pitch + pitch * 0.2, pitch * 0.6
        for css, amount, inset in (
            ("second", step.second, 0.0),
            ("value", step.value, wide * 0.18 if step.second else 0),
        ):
            tall = (floor - 10) * (amount or 0) / most
            if tall > 0:
                drawn.append(
                    (css, f"{left + inset:.1f}", f"{floor - tall:.1f}", f"{wide - 2 * inset:.1f}", f"{tall:.1f}")
                )
    bars = format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="3"/>', drawn)
    names = format_html_join(
        "",
        '<text x="{}" y="174" text-anchor="middle">{}</text>',
        ((f"{(rank + 0.5) * pitch:.1f}", step.label) for rank, step in enumerate(steps)),
    )
    return format_html(
        '<svg class="columns" viewBox="0 0 {} {}" role="img" aria-label="{}">{}'
        '<line class="axis" x1="0" x2="{}" y1="{}" y2="{}"/>{}</svg>',
        width, height, label, bars, width, floor, floor, names,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a small row of columns: what is held of `total`; `tone`: "", "warn" or "late"."""

    value: int
    total: int
    tone: str = ""


def months(steps: Sequence[Month], *, label: str, goal: float | None = None) -> SafeString:
    """Coming months as small columns, the first one in full colour; `goal` draws the least share wanted. `label` says it."""
    wide, pitch, height = 14, 20, 34
    drawn = []
    for rank, step in enumerate(steps):
        tall = height * min(step.value, step.total) / max(1, step.total)
        drawn.append((step.tone, rank * pitch, wide, height, rank * pitch, f"{height - tall:.1f}", wide, f"{tall:.1f}"))
    bars = format_html_join(
        "",
        '<g class="{}"><rect class="track" x="{}" width="{}" height="{}" rx="2"/>'
        '<rect class="value" x="{}" y="{}" width="{}" height="{}" rx="2"/></g>',
        drawn,
    )
    across = pitch * len(steps) - (pitch - wide)
    line = SafeString("")
    if goal is not None:
        at = f"{height * (1 - goal):.1f}"
        line = format_html('<line class="goal" x1="0" x2="{}" y1="{}" y2="{}"/>', across, at, at)
    return format_html(
        '<svg class="months" width="{}" height="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        across, height, across, height, label, bars, line,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """A place on a map: degrees north and east, served or not, the colour (1 to 12) of its firm, 0 for the accent."""

    label: str
    lat: float
    lon: float
    served: bool = True
    tone: int = 0


_ROUND_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
_WIDTH, _HEIGHT, _MARGIN = 360.0, 270.0, 36.0

Point = tuple[float, float]


def site_map(sites: Iterable[Site], radius_km: float | None = None, *, label: str, lang: str = "fr") -> SafeString:
    """Sites seen from above, with no tile and no outside request: points, the circle they hold in, a scale.

    Distances are right near the middle (equirectangular projection), which is enough up to a few hundred kilometres.
    """
    shown = list(sites)
    if not shown:
        return SafeString("")
    km_east = 111.32 * math.cos(math.radians(sum(site.lat for site in shown) / len(shown)))
    flat = [(site.lon * km_east, -site.lat * 111.2) for site in shown]
    served = [at for site, at in zip(shown, flat, strict=True) if site.served] or flat
    mid_x, mid_y = _middle(served)
    reach_x = max(0.2, radius_km or 0.0, *(abs(x - mid_x) for x, _y in flat))
    reach_y = max(0.2, radius_km or 0.0, *(abs(y - mid_y) for _x, y in flat))
    scale = min((_WIDTH / 2 - _MARGIN) / reach_x, (_HEIGHT / 2 - _MARGIN) / reach_y)
    points = [(_WIDTH / 2 + (x - mid_x) * scale, _HEIGHT / 2 + (y - mid_y) * scale) for x, y in flat]
    step = max((km for km in _ROUND_KM if km * scale <= 90), default=_ROUND_KM[0])
    parts = [_ruling(step * scale)]
    if radius_km:
        circle = '<circle class="ring" cx="{}" cy="{}" r="{}"/>'
        parts.append(format_html(circle, _WIDTH / 2, _HEIGHT / 2, f"{radius_km * scale:.1f}"))
    parts += [_dot(site, at) for site, at in zip(shown, points, strict=True)]
    parts += _labels(shown, points)
    parts.append(
        format_html(
            '<path class="scale" d="M14 252v5h{}v-5"/><text class="scale-text" x="14" y="246">{}</text>',
            f"{step * scale:.1f}",
            kilometres(round(step * 1000), lang) if step >= 1 else f"{round(step * 1000)} m",
        )
    )
    svg = '<svg class="map" viewBox="0 0 360 270" role="img" aria-label="{}">{}</svg>'
    return format_html(svg, label, SafeString("".join(parts)))


def _middle(points: Sequence[Point]) -> Point:
    """The centre of the smallest circle around `points`, to within a hundredth (Badoiu and Clarkson's walk)."""
    x, y = points[0]
    for rank in range(1, 201):
        far_x, far_y = max(points, key=lambda at: (at[0] - x) ** 2 + (at[1] - y) ** 2)
        x, y = x + (far_x - x) / (rank + 1), y + (far_y - y) / (rank + 1)
    return x, y


def _ruling(step: float) -> SafeString:
    """Faint lines, one step of the scale apart, from the middle."""
    ends = []
    for middle, most, line in ((_WIDTH / 2, _WIDTH, "M{:.1f} 0V270"), (_HEIGHT / 2, _HEIGHT, "M0 {:.1f}H360")):
        count = int(middle // step)
        ends += [
            line.format(middle + rank * step) for rank in range(-count, count + 1) if 0 < middle + rank * step < most
        ]
    return format_html('<path class="grid-line" d="{}"/>', "".join(ends))


def _dot(site: Site, at: Point) -> SafeString:
    css = "site" + (f" f{site.tone}" if site.tone else "") + ("" if site.served else " out")
    circle = '<circle class="{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>'
    return format_html(circle, css, f"{at[0]:.1f}", f"{at[1]:.1f}", 7 if site.served else 5.5, site.label)


def _labels(sites: Sequence[Site], points: Sequence[Point]) -> list[SafeString]:
    """Names beside the points, right or left, above or below; one with no free place is left to its point's title."""
    dots = [(x - 8, y - 8, x + 8, y + 8) for x, y in points]
    names: list[tuple[float, float, float, float]] = []
    written: list[SafeString] = []
    for rank in sorted(range(len(sites)), key=lambda rank: (not sites[rank].served, points[rank][1])):
        site, (x, y) = sites[rank], points[rank]
        wide = 6.4 * len(site.label)
        others = [box for other, box in enumerate(dots) if other != rank] + names
        for left, base, anchor, at in (
            (x + 11, y + 4, "start", x + 11),
            (x - 11 - wide, y + 4, "end", x - 11),
            (x - wide / 2, y - 12, "middle", x),
            (x - wide / 2, y + 20, "middle", x),
        ):
            box = (left, base - 11, left + wide, base + 4)
            inside = box[0] > 4 and box[2] < _WIDTH - 4 and box[1] > 4 and box[3] < _HEIGHT - 34
            if inside and not any(_overlap(box, other) for other in others):
                names.append(box)
                css = SafeString("" if site.served else ' class="out"')
                text = '<text{} x="{}" y="{}" text-anchor="{}">{}</text>'
                written.append(format_html(text, css, f"{at:.1f}", f"{base:.1f}", anchor, site.label))
                break
    return written


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
