from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ladder.domain.activities.activity import (
    CORRECTED,
    DAY_OFF,
    DENIED,
    MAX_AMOUNT,
    ORDERED,
    RELEASED,
    REPORTED_BY,
    REVERSED,
    Activity,
    validation_error,
)
from ladder.domain.points.ledger import OpenHold
from ladder.domain.validation.constraints import Plain
from rewards.release import release
from tests.builders.academy import academy
from tests.builders.capped_academy import event, ours
from tests.fakes import MemoryActivities, MemoryPrograms
from tests.fakes.members import MemoryLedger

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOUND = [
    event("forum.posted", AT, "x" * 200),
    event(CORRECTED, AT, "c", id="e"),
    ours(REVERSED, AT, "r", source="lms", id="e"),
    ours(ORDERED, AT, "o", item="EARLY", price=1),
    event(DAY_OFF, AT, "d", first="2026-03-01"),
    event(DAY_OFF, AT, "d", first="2026-03-01", last="2026-03-01"),
]
UNSOUND = [
    event("forum.posted", AT, ""),
    event("forum.posted", AT, "x" * 201),
    event("forum.posted", AT, "e", source=""),
    event("forum.posted", AT, "e", source="a#b"),
    *(ours(kind, AT, "a", id="e") for kind in (REVERSED, RELEASED, DENIED)),
    event(CORRECTED, AT, "c"),
    *(event(kind, AT, "a", source="lms", id="e", points=5, price=5, badge="B") for kind in sorted(REPORTED_BY)),
]
PRICES: list[Plain] = [None, 0, -5, 1.5, "5", True]
SPANS = [
    ("2026-03-02", "2026-03-01"),
    ("soon", "2026-03-01"),
    ("2026-02-30", "2026-03-01"),
    ("0001-01-01", "2026-01-01"),
]


@pytest.mark.parametrize("activity", SOUND, ids=lambda each: each.type)
def test_what_can_be_folded_is_sound(activity: Activity) -> None:
    assert validation_error(activity) == ""
    assert activity.order


@pytest.mark.parametrize("activity", UNSOUND, ids=lambda each: each.type)
def test_what_cannot_be_named_or_says_nothing_is_unsound(activity: Activity) -> None:
    assert validation_error(activity)


@pytest.mark.parametrize("price", PRICES)
def test_a_price_is_a_whole_number_of_points(price: Plain) -> None:
    assert validation_error(ours(ORDERED, AT, "o", item="EARLY", price=price))


@pytest.mark.parametrize(("first", "last"), SPANS)
def test_days_off_are_dates_in_their_order_that_can_be_reckoned_with(first: str, last: str) -> None:
    assert validation_error(event(DAY_OFF, AT, "d", first=first, last=last))


def test_a_release_of_the_longest_id_is_sound() -> None:
    programs, queue, holds = MemoryPrograms(), MemoryActivities(), MemoryLedger()
    programs.publish(academy())
    event, most = ("a" * 40, "x" * 200), MAX_AMOUNT * 9
    hold = OpenHold(member="m", event=event, worth=most, rules=("R",), review="r", waits_for_colleague=False)
    holds.waiting["academy", "m", event] = (AT, hold)
    assert release(programs=programs, holds=holds, queue=queue, now=AT) == 1
    (released,) = queue.activities
    assert validation_error(released) == ""
    assert validation_error(replace(released, source="lms"))
