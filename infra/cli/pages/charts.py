"""The scales of charts: days along, values up. `charts.svg.jinja` draws with them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LEFT, RIGHT, TOP, BOTTOM = 40.0, 8.0, 8.0, 22.0  # margins in pixels
TICKS = 4
LONG_SPAN = timedelta(days=300)
MOST_POINTS = 150
MARGIN = 0.08  # above and below the values, as a share of their range

type Point = tuple[date, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`size`: pixels along and up. `days`, `values`: the first and the last of each scale. `unit` follows a value."""

    size: tuple[float, float]
    days: tuple[date, date]
    values: tuple[float, float]
    unit: str = ""

    @property
    def left(self) -> float:
        return LEFT

    @property
    def right(self) -> float:
        return self.size[0] - RIGHT

    @property
    def bottom(self) -> float:
        return self.size[1] - BOTTOM

    def x(self, day: date) -> float:
        first, last = self.days
        return LEFT + (self.right - LEFT) * (day - first).days / max((last - first).days, 1)

    def y(self, value: float) -> float:
        low, high = self.values
        return self.bottom - (self.bottom - TOP) * (value - low) / (high - low)

    @property
    def day_width(self) -> float:
        first, last = self.days
        return (self.x(last) - self.x(first)) / max((last - first).days, 1)

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
        days = sorted({first + (last - first) * part / (TICKS - 1) for part in range(TICKS)})
        form = "%b %Y" if last - first > LONG_SPAN else "%d %b"
        anchors = {first: "start"} | dict.fromkeys(days[1:-1], "middle") | ({last: "end"} if len(days) > 1 else {})
        return [(day, f"{day:{form}}".lstrip("0"), anchors[day]) for day in days]

    def line(self, points: Iterable[Point], *, steps: bool = False) -> str:
        """Return a path through the points that have a value; with `steps`, each value holds until the next one."""
        drawn = [(self.x(day), self.y(value)) for day, value in points if value is not None]
        rest = (f"H{x:.1f}V{y:.1f}" if steps else f"L{x:.1f} {y:.1f}" for x, y in drawn[1:])
        return f"M{drawn[0][0]:.1f} {drawn[0][1]:.1f}{''.join(rest)}" if drawn else ""

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
