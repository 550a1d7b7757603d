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
    """A filled bar; `tone` is "", "saved", "alone", "warn" or "late"; `goal` draws a mark. Without `label`, decorative."""
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
class Site:
    """A place on a map: degrees north and east, served or not, and the colour (1 to 12) of its firm, 0 for the accent."""

    label: str
    lat: float
    lon: float
    served: bool = True
    tone: int = 0


_ROUND_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


def site_map(sites: Iterable[Site], radius_km: float | None = None, *, label: str, lang: str = "fr") -> SafeString:
    """Sites seen from above, with no tile and no outside request: points, the circle they hold in, a scale.

    Distances are right near the middle (equirectangular projection), which is enough up to a few hundred kilometres.
    """
    shown = list(sites)
    if not shown:
        return SafeString("")
    width, height, margin = 640.0, 440.0, 58.0
    served = [site for site in shown if site.served] or shown
    mid_lat = (min(s.lat for s in served) + max(s.lat for s in served)) / 2
    mid_lon = (min(s.lon for s in served) + max(s.lon for s in served)) / 2
    km_lat, km_lon = 111.2, 111.32 * math.cos(math.radians(mid_lat))
    flat = [((s.lon - mid_lon) * km_lon, (s.lat - mid_lat) * km_lat) for s in shown]
    reach_x = max(0.2, radius_km or 0.0, *(abs(x) for x, _ in flat))
    reach_y = max(0.2, radius_km or 0.0, *(abs(y) for _, y in flat))
    scale = min((width / 2 - margin) / reach_x, (height / 2 - margin) / reach_y)
    points = [(width / 2 + x * scale, height / 2 - y * scale) for x, y in flat]
    parts = []
    if radius_km:
        parts.append(
            format_html('<circle class="ring" cx="{}" cy="{}" r="{:.1f}"/>', width / 2, height / 2, radius_km * scale)
        )
    parts += [_dot(site, x, y) for site, (x, y) in zip(shown, points, strict=True)]
    parts += _labels(shown, points, width, height)
    step = max((km for km in _ROUND_KM if km * scale <= 130), default=_ROUND_KM[0])
    parts.append(
        format_html(
            '<path class="scale" d="M20 418v6h{:.1f}v-6"/><text class="scale-text" x="20" y="411">{}</text>',
            step * scale,
            kilometres(round(step * 1000), lang) if step >= 1 else f"{round(step * 1000)}\u202fm",
        )
    )
    return format_html(
        '<svg class="map" viewBox="0 0 640 440" role="img" aria-label="{}">{}</svg>', label, SafeString("".join(parts))
    )


def _dot(site: Site, x: float, y: float) -> SafeString:
    css = "site" + (f" f{site.tone}" if site.tone else "") + ("" if site.served else " out")
    return format_html(
        '<circle class="{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>',
        css, f"{x:.1f}", f"{y:.1f}", 9 if site.served else 7, site.label,
    )  # fmt: skip


def _labels(
    sites: Sequence[Site], points: Sequence[tuple[float, float]], width: float, height: float
) -> list[SafeString]:
    """Names beside the points, right or left, above or below; a name with no free place is left to the point's title."""
    taken = [(x - 10, y - 10, x + 10, y + 10) for x, y in points]
    written: list[SafeString] = []
    for site, (x, y) in sorted(zip(sites, points, strict=True), key=lambda pair: (not pair[0].served, pair[1][1])):
        wide = 6.4 * len(site.label)
        for left, base, anchor in (
            (x + 14, y + 4, "start"),
            (x - 14 - wide, y + 4, "end"),
            (x - wide / 2, y - 15, "middle"),
            (x - wide / 2, y + 24, "middle"),
        ):
            box = (left, base - 11, left + wide, base + 4)
            inside = box[0] > 4 and box[2] < width - 4 and box[1] > 4 and box[3] < height - 40
            if inside and not any(
                box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3]
                for b in taken
                if not (b[0] == x - 10 and b[1] == y - 10)
            ):
                taken.append(box)
                at = {"start": left, "end": left + wide, "middle": left + wide / 2}[anchor]
                written.append(
                    format_html(
                        '<text{} x="{}" y="{}" text-anchor="{}">{}</text>',
                        "" if site.served else SafeString(' class="out"'),
                        f"{at:.1f}",
                        f"{base:.1f}",
                        anchor,
                        site.label,
                    )  # fmt: skip
                )
                break
    return written
