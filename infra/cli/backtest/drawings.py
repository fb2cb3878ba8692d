"""The pictures: tiers over the nights, targets over the nights, one agent's days."""

from collections.abc import Iterator, Sequence
from datetime import date

from infra.cli.backtest.canvas import Canvas, Point, area, line, steps
from infra.cli.backtest.example_agent import Story, StoryDay
from infra.cli.backtest.markup import tag, words
from infra.cli.backtest.replay import Evening
from ladder.domain.programs.program import TIERS, Metric

SMALL, WIDE = (340.0, 180.0), (760.0, 330.0)  # pixels
MOST_POINTS = 150
STORY_DAYS = 90
TIER_STRIP = 7.0  # pixels high
ABOVE_MOST = 1.08
SHORT_UNIT = 2  # letters that fit beside a number


def tiers_picture(days: Sequence[date], players: Sequence[tuple[int, ...]], label: str) -> str:
    """Stacked: tier 3 on top of 2 on top of 1 on top of who is not placed yet."""
    some = _some(len(days))
    most = max(*map(sum, players), 1)
    canvas = Canvas(width=SMALL[0], height=SMALL[1], first=days[0], last=days[-1], low=0, high=most)
    layers, floor = [], [0] * len(some)
    for place, name in ((3, "t0"), (0, "t1"), (1, "t2"), (2, "t3")):
        top = [below + players[night][place] for below, night in zip(floor, some, strict=True)]
        layers.append(_layer(canvas, [days[night] for night in some], floor, top, name))
        floor = top
    return canvas.drawn(*layers, label=label)


def targets_picture(evenings: Sequence[Evening], keys: Sequence[str], metric: Metric, label: str) -> str:
    """A line a tier; a mark on each night on which any of these categories ran. They ask for the same."""
    key = keys[0]
    shown = [evening.asked[key].targets.shown for evening in evenings]
    every = [target for triple in shown for target in triple]
    low, high = _range(every, metric.step)
    first, last = evenings[0].date, evenings[-1].date
    canvas = Canvas(width=SMALL[0], height=SMALL[1], first=first, last=last, low=low, high=high)
    lines = [
        tag(
            "path",
            class_=f"line s{tier}",
            d=steps([(canvas.x(e.date), canvas.y(e.asked[key].targets.shown[tier - 1])) for e in evenings]),
        )
        for tier in TIERS
    ]
    return canvas.drawn(*lines, *_ran(canvas, evenings, keys), label=label, unit=_unit(metric))


def story_picture(told: Story, label: str) -> str:
    """Each worked day as it was measured and at the usual mix, against the target of his tier."""
    days = told.days[-STORY_DAYS:]
    every = [value for day in days for value in (day.target, day.measured, day.compared) if value is not None]
    low, high = _range(every or [0.0], told.metric.step)
    canvas = Canvas(width=WIDE[0], height=WIDE[1], first=days[0].date, last=days[-1].date, low=low, high=high)
    return canvas.drawn(
        *_tier_strip(canvas, days),
        tag("path", class_="line smooth", d=_unbroken([(canvas, day.date, day.smoothed) for day in days])),
        tag("path", class_="line target", d=_held(canvas, days)),
        *(mark for day in days for mark in _marks(canvas, day, told.metric)),
        label=label,
        unit=_unit(told.metric),
    )


def _some(nights: int) -> list[int]:
    """Evenly spaced, the first and the last among them."""
    most = min(nights, MOST_POINTS)
    return sorted({round(place * (nights - 1) / max(most - 1, 1)) for place in range(most)})


def _layer(canvas: Canvas, days: Sequence[date], floor: Sequence[int], top: Sequence[int], name: str) -> str:
    upper = [(canvas.x(day), canvas.y(value)) for day, value in zip(days, top, strict=True)]
    lower = [(canvas.x(day), canvas.y(value)) for day, value in zip(days, floor, strict=True)]
    return tag("path", class_=f"area {name}", d=area(upper, lower))


def _range(values: Sequence[float], step: float) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = max((high - low) * (ABOVE_MOST - 1), step)
    return max(low - margin, 0.0) if low >= 0 else low - margin, high + margin


def _ran(canvas: Canvas, evenings: Sequence[Evening], keys: Sequence[str]) -> Iterator[str]:
    ran = [evening.date for evening in evenings if any(evening.asked[key].drawn for key in keys)]
    for place in _some(len(ran)):
        yield tag("circle", class_="ran", cx=canvas.x(ran[place]), cy=canvas.y(canvas.low) - 3, r=1.6)


def _tier_strip(canvas: Canvas, days: Sequence[StoryDay]) -> Iterator[str]:
    wide = canvas.x(canvas.last) - canvas.x(canvas.first)
    each = wide / max(len(days) - 1, 1)
    for day in days:
        if day.tier:
            x = canvas.x(day.date) - each / 2
            yield tag(
                "rect",
                class_=f"area t{day.tier}",
                x=x,
                y=canvas.y(canvas.low) - TIER_STRIP,
                width=each,
                height=TIER_STRIP,
            )


def _unbroken(values: Sequence[tuple[Canvas, date, float | None]]) -> str:
    points: list[Point] = [(canvas.x(day), canvas.y(value)) for canvas, day, value in values if value is not None]
    return line(points) if points else ""


def _held(canvas: Canvas, days: Sequence[StoryDay]) -> str:
    return steps([(canvas.x(day.date), canvas.y(day.target)) for day in days if day.target is not None])


def _marks(canvas: Canvas, day: StoryDay, metric: Metric) -> Iterator[str]:
    if day.measured is None:
        return
    x, told = canvas.x(day.date), tag("title", words(_told(day, metric)))
    if day.compared is None or metric.normalise_by:
        yield tag("g", told, tag("circle", class_="measured", cx=x, cy=canvas.y(day.measured), r=2.6))
    if day.compared is not None:
        if metric.normalise_by:
            yield tag("line", class_="shift", x1=x, x2=x, y1=canvas.y(day.measured), y2=canvas.y(day.compared))
        yield tag(
            "g", told, tag("circle", class_="met" if day.met else "unmet", cx=x, cy=canvas.y(day.compared), r=4.2)
        )


def _told(day: StoryDay, metric: Metric) -> str:
    compared = f", at the usual mix {day.compared:g} {metric.unit}" if metric.normalise_by and day.compared else ""
    asked = f"; the target of tier {day.tier} was {day.target:g} {metric.unit}" if day.target is not None else ""
    return f"{day.date:%d %b %Y}: measured {day.measured:g} {metric.unit}{compared}{asked}"


def _unit(metric: Metric) -> str:
    return f" {metric.unit}" if len(metric.unit) <= SHORT_UNIT else ""
