"""The frame of a picture: days along, values up, a few lines to read them by."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from infra.cli.backtest.markup import tag, words

LEFT, RIGHT, TOP, BOTTOM = 40.0, 8.0, 8.0, 22.0  # margins
TICKS = 4
LONG_SPAN = timedelta(days=300)

type Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    width: float
    height: float
    first: date
    last: date
    low: float
    high: float

    def x(self, day: date) -> float:
        span = max((self.last - self.first).days, 1)
        return LEFT + (self.width - LEFT - RIGHT) * (day - self.first).days / span

    def y(self, value: float) -> float:
        return self.height - BOTTOM - (self.height - TOP - BOTTOM) * (value - self.low) / (self.high - self.low)

    def drawn(self, *inside: str, label: str, unit: str = "") -> str:
        """The whole picture. `label` says in words what can be seen."""
        frame = (*self._values(unit), *self._days())
        box = f"0 0 {self.width:g} {self.height:g}"
        return tag("svg", tag("title", words(label)), *frame, *inside, viewBox=box, role="img", aria_label=label)

    def _values(self, unit: str) -> list[str]:
        found = []
        for value in ticks(self.low, self.high):
            y, text = self.y(value), f"{value:g}"
            found.append(tag("line", class_="grid", x1=LEFT, x2=self.width - RIGHT, y1=y, y2=y))
            found.append(tag("text", words(text + unit), class_="axis", x=LEFT - 5, y=y + 3.5, text_anchor="end"))
        return found

    def _days(self) -> list[str]:
        span = self.last - self.first
        pattern = "%b %Y" if span > LONG_SPAN else "%d %b"
        days = sorted({self.first + span * part / (TICKS - 1) for part in range(TICKS)})
        return [self._day(day, pattern, place, len(days) - 1) for place, day in enumerate(days)]

    def _day(self, day: date, pattern: str, place: int, last: int) -> str:
        anchor = "start" if place == 0 else "end" if place == last else "middle"
        text = f"{day:{pattern}}".lstrip("0")
        return tag("text", words(text), class_="axis", x=self.x(day), y=self.height - 6, text_anchor=anchor)


def ticks(low: float, high: float) -> list[float]:
    """Two to five round numbers between the two."""
    rough = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * size for size in (1, 2, 2.5, 5, 10) if power * size >= rough)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 9) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def line(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def steps(points: Sequence[Point]) -> str:
    """Each value holds until the next one."""
    if not points:
        return ""
    moved = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    moved += [f"H{x:.1f}V{y:.1f}" for x, y in points[1:]]
    return "".join(moved)


def area(upper: Sequence[Point], lower: Sequence[Point]) -> str:
    return line([*upper, *reversed(lower)]) + "Z"
