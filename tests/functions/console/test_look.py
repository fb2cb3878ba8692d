"""The look is readable in light and in dark: contrasts of WCAG 2.2, worked out from the colours as they are written."""

import re
from itertools import combinations

import pytest

from tests.paths import FUNCTIONS

STYLE = FUNCTIONS / "console" / "client" / "style"
TOKENS = (STYLE / "tokens.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
LIGHT = dict(COLOUR.findall(TOKENS.partition("@media")[0]))
DARK = LIGHT | dict(COLOUR.findall(TOKENS.partition("@media")[2]))
TEXT, SHAPE = 4.5, 3.0
GROUNDS = ("paper", "surface", "raised")
WRITTEN = [
    *((ink, ground) for ink in ("ink", "soft", "accent", "bad") for ground in GROUNDS),
    ("on-accent", "accent"),
    ("accent", "accent-wash"),
    ("bad", "bad-wash"),
    ("warn-ink", "warn-wash"),
    ("ink", "bad-wash"),
    ("ink", "warn-wash"),
    ("soft", "warn-wash"),
    ("ink", "accent-wash"),
]
DRAWN = [
    *(f"tier{tier}" for tier in (1, 2, 3)),
    *(f"series{number}" for number in range(1, 7)),
    *("none", "met", "unmet", "edge", "accent"),
]
SCHEMES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_the_most_there_is() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@SCHEMES
def test_text_can_be_read_wherever_it_stands(colours: dict[str, str]) -> None:
    weak = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground in WRITTEN
        if contrast(colours[ink], colours[ground]) < TEXT
    }
    assert weak == {}


@SCHEMES
def test_what_is_drawn_and_what_can_be_operated_stands_out(colours: dict[str, str]) -> None:
    weak = {
        f"{name} on {ground}": round(contrast(colours[name], colours[ground]), 2)
        for name in DRAWN
        for ground in ("paper", "surface")
        if contrast(colours[name], colours[ground]) < SHAPE
    }
    assert weak == {}


@SCHEMES
def test_tiers_differ_in_lightness_for_whom_colours_do_not(colours: dict[str, str]) -> None:
    for one, other in combinations(("tier1", "tier2", "tier3"), 2):
        assert contrast(colours[one], colours[other]) > 1.15


def test_the_dark_scheme_names_every_colour_that_it_needs() -> None:
    assert set(COLOUR.findall(TOKENS.partition("@media")[2])) - set(LIGHT.items())
    assert {name for name, _ in COLOUR.findall(TOKENS.partition("@media")[2])} == set(LIGHT)


def test_pages_use_the_colours_by_name() -> None:
    print_rules = re.compile(r"@media print \{.*", re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", print_rules.sub("", (STYLE / "base.css").read_text())) == []
    sources = [file.read_text() for file in (FUNCTIONS / "console" / "client").rglob("*.tsx")]
    assert not [match for source in sources for match in re.findall(r"#[0-9a-f]{6}|rgb\(|style=", source)]
