"""A baked badge is still an image: a decoder of PNG reads each pixel, a parser of XML the drawing."""

from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree as ET

import png
import pytest

from ladder.domain.credentials.achievement import Achievement
from ladder.domain.credentials.image import DOTS_AT, SIZE, baked_png, baked_svg, colours, dots
from ladder.domain.message import verbatim

SHARER = Achievement(
    badge="SHARER",
    mark=b"abc",
    title="sharer: silver",
    description="shares",
    criteria=verbatim("three articles"),
    tier=2,
    tiers=3,
)
SVG = "{http://www.w3.org/2000/svg}"
OPEN_BADGES = "{https://purl.imsglobal.org/ob/v3p0}"


def pixels(image: bytes) -> list[list[tuple[int, ...]]]:
    width, height, rows, _ = png.Reader(file=BytesIO(image)).asRGBA()
    assert (width, height) == (SIZE, SIZE)
    return [[tuple(row[place : place + 4]) for place in range(0, 4 * width, 4)] for row in rows]


def rgba(colour: str) -> tuple[int, ...]:
    return (*bytes.fromhex(colour[1:]), 255)


def test_a_png_shows_the_medal_on_a_clear_ground() -> None:
    shown, (dark, light) = pixels(baked_png(SHARER, "a.b.c")), colours(SHARER.badge)
    assert shown[0][0][3] == 0  # the corner is transparent
    assert shown[SIZE // 2][12] == rgba(dark)  # the ring
    assert shown[SIZE // 2][70] == rgba(light)
    assert shown[236][SIZE // 2] == rgba(dark)  # the star


def test_a_dot_is_filled_for_each_tier_that_was_reached() -> None:
    shown, (dark, light) = pixels(baked_png(SHARER, "a.b.c")), colours(SHARER.badge)
    assert [shown[DOTS_AT][x] for x in dots(3)] == [rgba(dark), rgba(dark), rgba(light)]
    alone = pixels(baked_png(replace(SHARER, tier=1, tiers=1), "a.b.c"))
    assert alone[DOTS_AT][SIZE // 2] == rgba(light)  # a badge of one tier has none


@pytest.mark.parametrize("title", ["sharer & <friend>", 'the "best" ]]>', "Größe 日本語", "<script>alert(1)</script>"])
def test_an_svg_holds_its_title_as_text_whatever_it_is(title: str) -> None:
    drawing = ET.fromstring(baked_svg(replace(SHARER, title=title), "a.b.c").encode())  # noqa: S314 - our own
    assert drawing.findtext(f"{SVG}title") == title
    assert drawing[0].tag == f"{OPEN_BADGES}credential"
    assert drawing[0].get("verify") == "a.b.c"
    assert not list(drawing.iter(f"{SVG}script"))


def test_a_badge_has_the_same_colours_each_time_and_badges_differ() -> None:
    assert baked_png(SHARER, "a.b.c") == baked_png(SHARER, "a.b.c")
    assert len({colours(f"BADGE_{number}") for number in range(40)}) > 3
