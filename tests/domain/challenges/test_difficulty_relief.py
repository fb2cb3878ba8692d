"""An ease: from the next night on, for five dates, and only where a missed stretch was approved."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest

from ladder.domain.calendar.schedule import Schedule, night_falls_at
from ladder.domain.challenges.difficulty_relief import LOOKBACK, RELIEF_DAYS, DifficultyRelief, relieved_until
from ladder.domain.reviews.decisions import relief_of
from tests.builders.reviews import APPROVE, MEMBER, NOW, REJECT, REVIEWS, decided

NIGHTLY = Schedule(time_zone="Europe/Berlin", rotation_time=time(4, 15), day_starts_at=time(5, 30))


def ease(since: datetime, category: str = "AHT") -> DifficultyRelief:
    return DifficultyRelief(member=MEMBER, category=category, since=since)


def dates(since: datetime, schedule: Schedule = NIGHTLY) -> list[int]:
    """Days of March 2026."""
    march = [date(2026, 3, 1) + timedelta(days=n) for n in range(31)]
    return [day.day for day in march if ease(since).covers(schedule, day)]


@pytest.mark.parametrize(
    ("hour", "minute", "first"),
    [
        (12, 0, 11),
        (22, 59, 11),
        (3, 14, 10),  # a second before the night of the 10th falls, in Berlin
        (3, 15, 11),  # it has fallen: it goes on as it was planned
        (4, 0, 11),  # still the work day of the 9th, and the night of the 10th is over
    ],
)
def test_it_begins_with_the_next_night_and_lasts_five_dates(hour: int, minute: int, first: int) -> None:
    since = datetime(2026, 3, 10, hour, minute, tzinfo=UTC)
    assert dates(since) == [first + n for n in range(RELIEF_DAYS)]
    assert ease(since).last(NIGHTLY) == date(2026, 3, first + RELIEF_DAYS - 1)


def test_a_change_of_the_clocks_takes_no_date_away() -> None:
    assert dates(datetime(2026, 3, 26, 12, tzinfo=UTC)) == [27, 28, 29, 30, 31]


def test_none_that_a_night_needs_is_older_than_it_looks_back() -> None:
    since = datetime(2026, 3, 24, 3, 15, tzinfo=UTC)
    last = ease(since).last(NIGHTLY)
    assert since > night_falls_at(NIGHTLY, last) - LOOKBACK


def test_only_an_approved_stretch_eases() -> None:
    tried = product(REVIEWS.items(), (APPROVE, REJECT))
    told = {(kind, terms.action): relief_of(decided(review, terms)) for (kind, review), terms in tried}
    assert {key: each for key, each in told.items() if each} == {("miss_streak", "approve"): ease(NOW)}
    assert relief_of(REVIEWS["miss_streak"]) is None


def test_of_two_that_overlap_the_later_end_is_told() -> None:
    first, second = (datetime(2026, 3, day, 12, tzinfo=UTC) for day in (9, 11))
    both = [ease(second), ease(first), ease(first, "QA"), ease(first - timedelta(days=30), "FCR")]
    told = relieved_until(both, NIGHTLY, date(2026, 3, 12))
    assert told == {"AHT": date(2026, 3, 16), "QA": date(2026, 3, 14)}
