"""Badges whose review day has passed: their owners look whether they still reward what they should."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ladder.domain.programs.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueBadge:
    """`section`: of the program file, `judged` for a badge that a model may propose."""

    section: Literal["badges", "judged"]
    key: str
    name: str
    owner: str
    review_on: date


def overdue_badges(program: Program, today: date) -> Iterator[OverdueBadge]:
    """`today` is a local day of the program; on the review day itself a badge is not overdue yet."""
    for badge in program.rulebook.badges:
        if badge.review_on < today:
            yield OverdueBadge(
                section="badges", key=badge.key, name=badge.name, owner=badge.owner, review_on=badge.review_on
            )
    for judged in program.rulebook.judged:
        if judged.review_on < today:
            yield OverdueBadge(
                section="judged", key=judged.key, name=judged.name, owner=judged.owner, review_on=judged.review_on
            )
