"""Charts of the HTML report as SVG: tiers over the nights, targets over the nights, one agent's days."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from infra.cli.backtest.replay import ReplayedNight
from infra.cli.backtest.report import ExampleAgent, ExampleDay
from ladder.domain.programs.program import TIERS, Metric

SMALL, WIDE = (340.0, 180.0), (760.0, 330.0)  # pixels
LEFT, RIGHT, TOP, BOTTOM = 40.0, 8.0, 8.0, 22.0  # margins
TICKS = 4
LONG_SPAN = timedelta(days=300)
MOST_POINTS = 150
EXAMPLE_DAYS = 90
TIER_STRIP = 7.0  # pixels high
MARGIN = 0.08  # above and below the values, as a share of their range
SHORT_UNIT = 2  # letters that fit beside a number

type Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The frame: days along, values up, with a grid and axis labels."""

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

    def svg(self, *elements: str, label: str, unit: str = "") -> str:
        """Return the chart as text. `label` says in words what it shows."""
        frame = []
        for value in ticks(self.low, self.high):
            y = self.y(value)
            frame.append(element("line", class_="grid", x1=LEFT, x2=self.width - RIGHT, y1=y, y2=y))
            text = f"{value:g}{unit}"
            frame.append(element("text", text, class_="axis", x=LEFT - 5, y=y + 3.5, text_anchor="end"))
        span = self.last - self.first
        days = sorted({self.first + span * part / (TICKS - 1) for part in range(TICKS)})
        for day in days:
            anchor = "start" if day == days[0] else "end" if day == days[-1] else "middle"
            text = f"{day:{'%b %Y' if span > LONG_SPAN else '%d %b'}}".lstrip("0")
            frame.append(element("text", text, class_="axis", x=self.x(day), y=self.height - 6, text_anchor=anchor))
        inside = "".join([element("title", label), *frame, *elements])
        box = f"0 0 {self.width:g} {self.height:g}"
        return f'<svg viewBox="{box}" role="img" aria-label="{escape(label)}">{inside}</svg>'


def element(name: str, text: str = "", /, **attributes: object) -> str:
    """Return one SVG element; text and attributes are escaped. `class_` and `text_anchor` become class, text-anchor."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(f"{value:.1f}" if isinstance(value, float) else str(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{escape(text)}</{name}>"


def ticks(low: float, high: float) -> list[float]:
    """Return two to five round numbers between the two."""
    rough = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * size for size in (1, 2, 2.5, 5, 10) if power * size >= rough)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 9) for number in range(first, math.floor(high / step + 1e-9) + 1)]


def tiers_chart(days: Sequence[date], players: Sequence[tuple[int, ...]], label: str) -> str:
    """Stack tier 3 on tier 2 on tier 1 on the members who are not placed yet."""
    nights, most = _evenly_spaced(len(days)), max(*map(sum, players), 1)
    chart = Chart(width=SMALL[0], height=SMALL[1], first=days[0], last=days[-1], low=0, high=most)
    layers, floor = [], [0] * len(nights)
    for column, name in ((3, "t0"), (0, "t1"), (1, "t2"), (2, "t3")):
        top = [below + players[night][column] for below, night in zip(floor, nights, strict=True)]
        upper = [(chart.x(days[night]), chart.y(value)) for night, value in zip(nights, top, strict=True)]
        lower = [(chart.x(days[night]), chart.y(value)) for night, value in zip(nights, floor, strict=True)]
        layers.append(element("path", class_=f"area {name}", d=_line([*upper, *reversed(lower)]) + "Z"))
        floor = top
    return chart.svg(*layers, label=label)


def targets_chart(nights: Sequence[ReplayedNight], keys: Sequence[str], metric: Metric, label: str) -> str:
    """Draw a line for each tier and a dot on each night on which one of these categories, with equal targets, ran."""
    shown = [night.categories[keys[0]].targets.shown for night in nights]
    low, high = _value_range([target for targets in shown for target in targets], metric.step)
    first, last = nights[0].date, nights[-1].date
    chart = Chart(width=SMALL[0], height=SMALL[1], first=first, last=last, low=low, high=high)
    lines = [
        element(
            "path",
            class_=f"line s{tier}",
            d=_steps([(chart.x(n.date), chart.y(s[tier - 1])) for n, s in zip(nights, shown, strict=True)]),
        )
        for tier in TIERS
    ]
    ran = [night.date for night in nights if any(night.categories[key].selected for key in keys)]
    dots = [
        element("circle", class_="ran", cx=chart.x(ran[index]), cy=chart.y(low) - 3, r=1.6)
        for index in _evenly_spaced(len(ran))
    ]
    return chart.svg(*lines, *dots, label=label, unit=_short_unit(metric))


def example_chart(example: ExampleAgent, label: str) -> str:
    """Draw each worked day as measured and mix-adjusted, with the target and the tier of the day."""
    days = example.days[-EXAMPLE_DAYS:]
    values = [value for day in days for value in (day.target, day.measured, day.compared) if value is not None]
    low, high = _value_range(values or [0.0], example.metric.step)
    chart = Chart(width=WIDE[0], height=WIDE[1], first=days[0].date, last=days[-1].date, low=low, high=high)
    width = (chart.x(chart.last) - chart.x(chart.first)) / max(len(days) - 1, 1)
    strip = [
        element(
            "rect",
            class_=f"area t{day.tier}",
            x=chart.x(day.date) - width / 2,
            y=chart.y(low) - TIER_STRIP,
            width=width,
            height=TIER_STRIP,
        )
        for day in days
        if day.tier
    ]
    smoothed = [(chart.x(day.date), chart.y(day.smoothed)) for day in days if day.smoothed is not None]
    targets = [(chart.x(day.date), chart.y(day.target)) for day in days if day.target is not None]
    return chart.svg(
        *strip,
        element("path", class_="line smooth", d=_line(smoothed)),
        element("path", class_="line target", d=_steps(targets)),
        *(mark for day in days for mark in _day_marks(chart, day, example.metric)),
        label=label,
        unit=_short_unit(example.metric),
    )


def _day_marks(chart: Chart, day: ExampleDay, metric: Metric) -> list[str]:
    if day.measured is None:
        return []
    x, adjusted = chart.x(day.date), bool(metric.normalise_by)
    text = f"{day.date:%d %b %Y}: measured {day.measured:g} {metric.unit}"
    text += f", mix-adjusted {day.compared:g} {metric.unit}" if adjusted and day.compared else ""
    text += f"; target of tier {day.tier}: {day.target:g} {metric.unit}" if day.target is not None else ""
    tooltip, marks = element("title", text), []
    if day.compared is None or adjusted:
        dot = element("circle", class_="measured", cx=x, cy=chart.y(day.measured), r=2.6)
        marks.append(f"<g>{tooltip}{dot}</g>")
    if day.compared is not None:
        if adjusted:
            line = {"x1": x, "x2": x, "y1": chart.y(day.measured), "y2": chart.y(day.compared)}
            marks.append(element("line", class_="shift", **line))
        dot = element("circle", class_="met" if day.met else "unmet", cx=x, cy=chart.y(day.compared), r=4.2)
        marks.append(f"<g>{tooltip}{dot}</g>")
    return marks


def _evenly_spaced(count: int) -> list[int]:
    """Return at most MOST_POINTS indices, the first and the last among them."""
    most = min(count, MOST_POINTS)
    return sorted({round(index * (count - 1) / max(most - 1, 1)) for index in range(most)})


def _value_range(values: Sequence[float], step: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = max((high - low) * MARGIN, step)
    return max(low - margin, 0.0) if low >= 0 else low - margin, high + margin


def _line(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) if points else ""


def _steps(points: Sequence[Point]) -> str:
    """Return a path on which each value holds until the next one."""
    return _line(points[:1]) + "".join(f"H{x:.1f}V{y:.1f}" for x, y in points[1:])


def _short_unit(metric: Metric) -> str:
    return f" {metric.unit}" if len(metric.unit) <= SHORT_UNIT else ""
