"""Talking points for a one-to-one: up to three, each with the facts behind it and one question; for coaching only.

They come from the member's own last weeks, never from a comparison with colleagues. What went well comes first; what
did not is asked about together with what may explain it, such as another mix of contacts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from ladder.domain.challenges.completion import Outcome
from ladder.domain.challenges.completion_counts import COMPLETED, DECIDED
from ladder.domain.challenges.member_days import CategoryDay, MemberDay, MemberDays
from ladder.domain.message import Message, Parameter

MOST_POINTS = 3
RECENT_DAYS = 28  # calendar days that talking points look back
MISSES = 3  # decided days in a row that are worth asking about
LATELY = 10  # decided days
WELL = 7  # of those
SHIFT = 10  # percentage points by which the share of a type of contact has to have moved
LEAST_CONTACTS = 50  # of each half, below which shares say nothing

Kind = Literal["tier_up", "going_well", "missing", "tier_down", "mix", "learning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkingPoint:
    """`facts`: what is known, each with its numbers; `question`: one to ask, open."""

    kind: Kind
    facts: tuple[Message, ...]
    question: Message


def talking_points(days: MemberDays) -> tuple[TalkingPoint, ...]:
    """Return up to three points from the days, which are the last `RECENT_DAYS`; one of them where nothing happened."""
    names = {metric.key: metric.name for metric in days.metrics}
    mix = tuple(_mix(days.days))
    found = list[TalkingPoint]()
    for category in days.categories:
        metric = names[category.metric]
        own = by_category(days.days, category.key)
        found += _of_category(metric, own, mix)
    order: Sequence[Kind] = ("tier_up", "going_well", "missing", "tier_down")
    found.sort(key=lambda point: order.index(point.kind))
    first = [point for point in found if point.kind in order[:2]][:2]
    rest = [point for point in found if point.kind in order[2:]]
    if mix and not any(fact in mix for point in rest[:1] for fact in point.facts):
        rest.append(TalkingPoint(kind="mix", facts=mix, question=Message("supervision.ask_mix")))
    points = (first[:1] + rest + first[1:])[:MOST_POINTS]
    return tuple(points) or (
        TalkingPoint(
            kind="learning",
            facts=(Message("supervision.fact_little_happened", {"days": len(days.days)}),),
            question=Message("supervision.ask_learning"),
        ),
    )


def by_category(days: Sequence[MemberDay], category: str) -> list[tuple[date, CategoryDay]]:
    return [(day.day, own) for day in days for own in day.categories if own.category == category]


def missed_in_a_row(own: Sequence[tuple[date, CategoryDay]]) -> int:
    """Return how many of the last decided days in a row did not meet the target."""
    missed = 0
    for outcome in reversed(_decided(own)):
        if outcome == COMPLETED:
            break
        missed += 1
    return missed


def tier_change(own: Sequence[tuple[date, CategoryDay]]) -> tuple[date, int, int] | None:
    """Return the last change of the tier of record within the days: when, from and to; None without one."""
    changes = [
        (day, before.tier, after.tier) for (_, before), (day, after) in pairwise(own) if before.tier != after.tier
    ]
    return changes[-1] if changes else None


def _decided(own: Sequence[tuple[date, CategoryDay]]) -> list[Outcome]:
    return [day.outcome for _, day in own if day.outcome in DECIDED]


def _of_category(
    metric: str, own: Sequence[tuple[date, CategoryDay]], mix: tuple[Message, ...]
) -> Iterator[TalkingPoint]:
    named: Mapping[str, Parameter] = {"metric": metric}
    if (change := tier_change(own)) is not None:
        day, before, after = change
        moved = Message(
            "supervision.fact_tier_changed", {**named, "before": before, "after": after, "day": day.isoformat()}
        )
        rose = after > before
        question = Message("supervision.ask_tier_up" if rose else "supervision.ask_tier_down", named)
        yield TalkingPoint(
            kind="tier_up" if rose else "tier_down", facts=(moved, *(() if rose else mix)), question=question
        )
    outcomes = _decided(own)[-LATELY:]
    met, missed = outcomes.count(COMPLETED), missed_in_a_row(own)
    if missed >= MISSES:
        fact = Message("supervision.fact_missed_in_a_row", {**named, "days": missed})
        yield TalkingPoint(kind="missing", facts=(fact, *mix), question=Message("supervision.ask_missing", named))
    elif len(outcomes) == LATELY and met >= WELL:
        fact = Message("supervision.fact_going_well", {**named, "met": met, "of": LATELY})
        yield TalkingPoint(kind="going_well", facts=(fact,), question=Message("supervision.ask_going_well", named))


def _mix(days: Sequence[MemberDay]) -> Iterator[Message]:
    """Yield each type of contact whose share moved between the first and the second half of the days."""
    half = len(days) // 2
    halves = [_contacts(part) for part in (days[:half], days[half:])]
    before, after = (sum(part.values()) for part in halves)
    if min(before, after) < LEAST_CONTACTS:
        return
    for kind in sorted(halves[0].keys() | halves[1].keys()):
        was, is_now = (
            round(100 * part.get(kind, 0) / total) for part, total in zip(halves, (before, after), strict=True)
        )
        if abs(is_now - was) >= SHIFT:
            yield Message("supervision.fact_mix_moved", {"type": kind, "before": was, "after": is_now})


def _contacts(days: Sequence[MemberDay]) -> dict[str, float]:
    kinds = {kind for day in days for kind in day.mix}
    return {kind: sum(day.mix.get(kind, 0.0) for day in days) for kind in kinds}
