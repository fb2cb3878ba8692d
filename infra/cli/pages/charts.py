"""The scales of charts: days along, values up. `charts.svg.jinja` draws with them.

Along is in per cent of the width that the page has, up is in pixels: nothing is scaled, so text keeps its size.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

TOP, BOTTOM = 8.0, 24.0  # margins in pixels
WIDTH = 100.0  # per cent
TICKS = 4
DAY_TICKS = 5  # on a phone only the first, the last and the one between
LONG_SPAN = timedelta(days=300)
MOST_POINTS = 150
MARGIN = 0.08  # above and below the values, as a share of their range

type Point = tuple[date, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`height` in pixels. `days`, `values`: the first and the last of each scale. `unit` follows a value.

    `numbered`: days are no dates but counted from the first one, which is 1.
    """

    height: float
    days: tuple[date, date]
    values: tuple[float, float]
    unit: str = ""
    numbered: bool = False

    @property
    def bottom(self) -> float:
        return self.height - BOTTOM

    def x(self, day: date) -> float:
        first, last = self.days
        return WIDTH * (day - first).days / max((last - first).days, 1)

    def y(self, value: float) -> float:
        low, high = self.values
        return self.bottom - (self.bottom - TOP) * (value - low) / (high - low)

    def day_span(self, day: date) -> tuple[float, float]:
        """Return where a day begins and how wide it is; of the first and the last, half is inside."""
        first, last = self.days
        half = WIDTH / max((last - first).days, 1) / 2
        start, end = max(self.x(day) - half, 0.0), min(self.x(day) + half, WIDTH)
        return start, end - start

    def value_ticks(self) -> list[float]:
        """Return two to five round numbers of the scale."""
        low, high = self.values
        rough = (high - low) / TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * size for size in (1, 2, 2.5, 5, 10) if power * size >= rough)
        return [
            round(number * step, 9)
            for number in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
        ]

    def day_ticks(self) -> list[tuple[date, str, str]]:
        """Return a few days with their text, and how it is anchored: the first and the last stay inside the frame."""
        first, last = self.days
        days = sorted({first + (last - first) * part / (DAY_TICKS - 1) for part in range(DAY_TICKS)})
        form = "%b %Y" if last - first > LONG_SPAN else "%d %b"
        anchors = {first: "start"} | dict.fromkeys(days[1:-1], "middle") | ({last: "end"} if len(days) > 1 else {})
        return [
            (day, f"{self.day(day):,}" if self.numbered else f"{day:{form}}".lstrip("0"), anchors[day]) for day in days
        ]

    def day(self, day: date) -> date | int:
        """Return what a table calls a day."""
        return (day - self.days[0]).days + 1 if self.numbered else day

    def line(self, points: Iterable[Point], *, steps: bool = False) -> str:
        """Return a path through the points that have a value; with `steps`, each value holds until the next one."""
        drawn = [(self.x(day), self.y(value)) for day, value in points if value is not None]
        rest = (f"H{x:.2f}V{y:.1f}" if steps else f"L{x:.2f} {y:.1f}" for x, y in drawn[1:])
        return f"M{drawn[0][0]:.2f} {drawn[0][1]:.1f}{''.join(rest)}" if drawn else ""

    def area(self, stacks: Sequence[tuple[date, Sequence[float]]], layer: int) -> str:
        """Return the path around one layer of values that are stacked on each other."""
        upper = [(day, sum(values[: layer + 1])) for day, values in stacks]
        lower = [(day, sum(values[:layer])) for day, values in reversed(stacks)]
        return self.line([*upper, *lower]) + "Z"


def value_scale(values: Sequence[float], *, step: float) -> tuple[float, float]:
    """Return a scale with a margin of at least `step` around the values; it is below zero only where a value is."""
    low, high = min(values), max(values)
    margin = max((high - low) * MARGIN, step)
    return max(low - margin, 0.0) if low >= 0 else low - margin, high + margin


def evenly_spaced[Item](items: Sequence[Item]) -> list[Item]:
    """Return at most MOST_POINTS of the items, the first and the last among them."""
    most = min(len(items), MOST_POINTS)
    return [items[index] for index in sorted({round(n * (len(items) - 1) / max(most - 1, 1)) for n in range(most)})]
