"""Whose turn it is with what waits: the longer nobody answers, in work days, the higher it goes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ladder.domain.points.rulebook import Rulebook
from ladder.domain.reviews.escalation import Looks, Unanswered, waiting, work_days
from ladder.domain.reviews.review import OpenReview
from ladder.messages.render import render

FRIDAY = date(2026, 3, 6)
WEEK = Rulebook(work_days=(1, 2, 3, 4, 5), holidays=(date(2026, 3, 10),))
OPEN = OpenReview(
    opened_at=datetime(2026, 3, 6, 9, tzinfo=UTC), kind="hold", member=f"{1:032x}", id=f"{2:032x}", assigned_to=None
)


def waits(days: int, *, for_colleague: bool = False, assigned_to: str | None = None) -> Unanswered:
    """`days`: calendar days since Friday."""
    review = replace(OPEN, assigned_to=assigned_to)
    return waiting(review, WEEK, for_colleague=for_colleague, since=FRIDAY, today=FRIDAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "counted"),
    [(0, 0), (2, 0), (3, 1), (4, 1), (5, 2), (7, 4), (10, 5)],
)
def test_neither_a_weekend_nor_a_holiday_counts(days: int, counted: int) -> None:
    assert work_days(WEEK, FRIDAY, FRIDAY + timedelta(days=days)) == counted


@pytest.mark.parametrize(
    ("days", "colleague", "assigned", "free"),
    [
        (0, "colleague", "assigned", "reviewer"),
        (4, "colleague", "assigned", "reviewer"),
        (5, "supervisor", "reviewer", "reviewer"),
        (7, "supervisor", "reviewer", "reviewer"),
        (10, "reviewer", "admin", "admin"),
        (30, "reviewer", "admin", "admin"),
    ],
)
def test_it_goes_to_the_next_person_after_two_and_after_five_work_days(
    days: int, colleague: Looks, assigned: Looks, free: Looks
) -> None:
    assert waits(days, for_colleague=True).next == colleague
    assert waits(days, assigned_to="rita").next == assigned
    assert waits(days).next == free
    assert waits(days).late == (days >= 10)


def test_it_is_said_in_words() -> None:
    said = render(waits(5, for_colleague=True).explanation)
    assert "for 2 work days" in said
    assert said.endswith("Next to look at it: the supervisor, who asks the team.")
