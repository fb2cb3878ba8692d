"""The image of a badge, with its credential baked in: a medal in a colour of the badge, with a dot for each tier.

Sources: 1EdTech Open Badges 3.0, baked badges; W3C Portable Network Graphics, chunks and the palette.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator, Sequence
from itertools import batched, pairwise
from math import cos, isqrt, pi, sin
from xml.sax.saxutils import escape, quoteattr

from ladder.domain.credentials.achievement import Achievement

SIZE = 512  # pixels of a side
MIDDLE, RADIUS, RING = SIZE // 2, 248, 212
STAR = (MIDDLE, 236, 150, 62)  # its middle, and the radii of its points
DOTS_AT, DOT, DOT_STEP = 412, 16, 52
DARK = ("#0b4f6c", "#5b2a86", "#1e5631", "#8a2d0b", "#234a9f", "#6b1d3a")
LIGHT = ("#d8eef7", "#ece0f6", "#dff0e3", "#fbe5dc", "#e0e8fa", "#f7dfe8")
NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'
KEYWORD = b"openbadgecredential"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
EMPTY, OUTER, INNER = range(3)  # places in the palette

type Points = Sequence[tuple[float, float]]


def colours(badge: str) -> tuple[str, str]:
    """Return the dark and the light colour of a badge, the same ones each time."""
    place = hashlib.sha256(badge.encode()).digest()[0] % len(DARK)
    return DARK[place], LIGHT[place]


def star() -> Points:
    x, y, far, near = STAR
    angles = ((place * pi / 5 - pi / 2, near if place % 2 else far) for place in range(10))
    return [(x + radius * cos(angle), y + radius * sin(angle)) for angle, radius in angles]


def dots(tiers: int) -> list[int]:
    """Return where the dots are, from left to right."""
    first = MIDDLE - (tiers - 1) * DOT_STEP // 2
    return [first + place * DOT_STEP for place in range(tiers)]


def baked_svg(achievement: Achievement, token: str) -> str:
    dark, light = colours(achievement.badge)
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in star())
    circles = [(MIDDLE, MIDDLE, RADIUS, dark), (MIDDLE, MIDDLE, RING, light)]
    marks = [
        f'<circle cx="{x}" cy="{DOTS_AT}" r="{DOT}" stroke="{dark}" stroke-width="6"'
        f' fill="{dark if place < achievement.tier else light}"/>'
        for place, x in enumerate(dots(achievement.tiers))
        if achievement.tiers > 1
    ]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg {NAMESPACES} viewBox="0 0 {SIZE} {SIZE}" role="img">',
            f"<openbadges:credential verify={quoteattr(token)}></openbadges:credential>",
            f"<title>{escape(achievement.title)}</title>",
            *(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}"/>' for x, y, radius, fill in circles),
            f'<polygon points="{points}" fill="{dark}"/>',
            *marks,
            "</svg>\n",
        ]
    )


def baked_png(achievement: Achievement, token: str) -> bytes:
    rows = [bytearray(SIZE) for _ in range(SIZE)]
    _disc(rows, MIDDLE, MIDDLE, RADIUS, OUTER)
    _disc(rows, MIDDLE, MIDDLE, RING, INNER)
    _polygon(rows, star(), OUTER)
    if achievement.tiers > 1:
        for place, x in enumerate(dots(achievement.tiers)):
            _disc(rows, x, DOTS_AT, DOT + 3, OUTER)
            _disc(rows, x, DOTS_AT, DOT - 3, OUTER if place < achievement.tier else INNER)
    palette = b"".join(bytes.fromhex(colour[1:]) for colour in ("#000000", *colours(achievement.badge)))
    image = zlib.compress(b"".join(b"\0" + row for row in rows), 9)  # 0: a row that is not filtered
    return PNG_SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", palette),
            _chunk(b"tRNS", b"\0"),  # the first colour is transparent
            _chunk(b"iTXt", KEYWORD + b"\0" * 5 + token.encode()),  # not compressed, in no language
            _chunk(b"IDAT", image),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _disc(rows: Sequence[bytearray], x: int, y: int, radius: int, colour: int) -> None:
    for row in range(y - radius, y + radius):
        half = isqrt(radius**2 - (row - y) ** 2)
        rows[row][x - half : x + half] = bytes([colour]) * (2 * half)


def _polygon(rows: Sequence[bytearray], points: Points, colour: int) -> None:
    edges = list(pairwise([*points, points[0]]))
    for row, pixels in enumerate(rows):
        for left, right in batched(sorted(_crossings(edges, row)), 2, strict=True):
            pixels[left:right] = bytes([colour]) * (right - left)


def _crossings(edges: Sequence[tuple[tuple[float, float], tuple[float, float]]], row: int) -> Iterator[int]:
    """Yield where the edges cross the middle of a row of pixels; an even number of times."""
    at = row + 0.5
    for (x0, y0), (x1, y1) in edges:
        if (y0 <= at) != (y1 <= at):
            yield round(x0 + (at - y0) * (x1 - x0) / (y1 - y0))
