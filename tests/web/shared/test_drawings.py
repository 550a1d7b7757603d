from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from grappe.web.shared.drawings import Column, Site, bar, columns, site_map, spread

PARIS = [Site("Écluse", 48.89, 2.35, tone=1), Site("Goutte <b>", 48.87, 2.36), Site("Loin", 49.2, 2.9, served=False)]


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


@pytest.mark.parametrize(
    ("value", "total", "width"),
    [(61, 100, "61.00%"), (0, 100, "0%"), (5, 0, "0%"), (None, 10, "0%"), (12, 10, "100.00%"), (-3, 10, "0.00%")],
)
def test_a_bar_is_filled_in_proportion_and_never_overflows(value, total, width):
    assert drawn(bar(value, total))[1].get("width") == width


def test_a_bar_speaks_when_it_has_a_label_and_is_decorative_otherwise():
    assert drawn(bar(1, 2, label="la moitié")).get("aria-label") == "la moitié"
    assert drawn(bar(1, 2)).get("aria-hidden") == "true"


def test_no_drawing_carries_a_style_attribute():
    for svg in (
        bar(1, 2, goal=1),
        spread(1, 2, 3),
        columns([Column("J", 3, 5)], label="x"),
        site_map(PARIS, 4, label="x"),
    ):
        assert "style=" not in svg


def test_a_spread_puts_low_central_and_high_on_one_axis():
    line, circle = drawn(spread(100, 200, 400, most=400))[1:]
    assert (line.get("x1"), line.get("x2"), circle.get("cx")) == ("25.00%", "100.00%", "50.00%")


def test_columns_are_as_tall_as_their_values():
    bars = [
        rect
        for rect in drawn(columns([Column("J", 10), Column("F", 5), Column("M", 0)], label="x"))
        if rect.tag == "rect"
    ]
    heights = [float(rect.get("height")) for rect in bars]
    assert len(heights) == 2
    assert heights[0] == 2 * heights[1]


def test_the_map_holds_every_site_inside_its_frame_and_the_served_ones_inside_the_circle():
    svg = drawn(site_map(PARIS, 1.3, label="Carte"))
    circles = [node for node in svg if node.tag == "circle"]
    ring, *dots = circles
    assert [dot[0].text for dot in dots] == ["Écluse", "Goutte <b>", "Loin"]
    for dot in dots:
        assert 0 < float(dot.get("cx")) < 360
        assert 0 < float(dot.get("cy")) < 270
    for dot in dots[:2]:
        away = (float(dot.get("cx")) - 180) ** 2 + (float(dot.get("cy")) - 135) ** 2
        assert away <= (float(ring.get("r")) * 1.02) ** 2


def test_the_map_puts_north_above_and_east_to_the_right():
    north, south, east = (Site(name, lat, lon) for name, lat, lon in [("n", 49, 2), ("s", 48, 2), ("e", 48, 3)])
    dots = {dot[0].text: dot for dot in drawn(site_map([north, south, east], label="x")) if dot.tag == "circle"}
    assert float(dots["n"].get("cy")) < float(dots["s"].get("cy"))
    assert float(dots["e"].get("cx")) > float(dots["s"].get("cx"))


def test_names_on_the_map_do_not_overlap():
    crowd = [Site(f"Structure {rank}", 48.85 + rank * 0.001, 2.35) for rank in range(30)]
    svg = site_map(crowd, label="x")
    rows = sorted(float(y) for y in re.findall(r'<text x="[\d.]+" y="([\d.]+)" text-anchor', svg))
    assert 0 < len(rows) < 30


def test_one_site_alone_and_no_site_at_all():
    assert drawn(site_map([PARIS[0]], label="x")) is not None
    assert site_map([], label="x") == ""
