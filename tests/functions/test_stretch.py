"""Three misses in a row at the hardest tier ask for a person, once; nothing else does."""

from datetime import date, timedelta

import numpy as np
import pytest

from ladder.domain.completion import OUTCOMES
from ladder.domain.members import Member
from ladder.domain.reviews.review import Review
from ladder.domain.rotation import Claim, Rotation
from ladder.domain.settlement import Question, code
from rotation.played import Played, Ruling
from rotation.stretch import Stretch
from tests.domain import examples
from tests.domain.members_work import at
from tests.domain.sample_rulebook import academy

FIRST = date(2026, 3, 2)
ROSTER = (Member(id=f"{1:032x}", user="zoe"), Member(id=f"{2:032x}", user="max"))
LETTERS = {
    "m": "missed",
    "g": "gate failed",
    "c": "completed",
    "u": "unproven",
    "a": "absent",
    "o": "open",
    "p": "provisional",
}


def played(day: date) -> Played:
    claim = Claim(program="academy", date=day, revision=1, attempt=1)
    rotation = Rotation(claim=claim, actor="a", reason="r", claimed_at=at(day), program_version=1, night=None)
    return Played(rotation, academy(), ROSTER, {})


def ruling(after: str, *, before: str = "", tier: int = 3, category: str = "AHT") -> Ruling:
    """The first member's outcomes before and after tonight; the second plays nothing."""
    nothing = code("not playing")
    told = [LETTERS.get(each, "not playing") for each in (before, after)]
    old, new = (np.array([OUTCOMES.index(each), nothing], dtype=np.uint8) for each in told)
    tiers = np.array([tier, 0], dtype=np.uint8)
    values = np.array([1.0, np.nan], dtype=np.float32)
    question = Question(examples.metric(), FIRST, tiers, np.array([1.0, np.nan]))
    return Ruling(category=category, question=question, values=values, measured=values, before=old, after=new)


def told(*rulings: Ruling) -> list[Review]:
    """One ruling a date."""
    stretch = Stretch()
    days = [FIRST + timedelta(days=n) for n in range(len(rulings))]
    return [review for day, each in zip(days, rulings, strict=True) for review in stretch.reviews(played(day), [each])]


@pytest.mark.parametrize(
    ("outcomes", "days"),
    [
        ("mm", []),
        ("mmm", [2]),
        ("mgm", [2]),
        ("mmmm", [2]),
        ("mmmmmm", [2, 5]),
        ("mmcm", []),
        ("mmum", []),
        ("mmomm", []),
        ("mmpmm", []),
        ("mamam", [4]),
        ("aaa", []),
        ("ccc", []),
        ("cmmm", [3]),
    ],
)
def test_the_third_miss_in_a_row_is_told(outcomes: str, days: list[int]) -> None:
    reviews = told(*map(ruling, outcomes))
    assert [each.subject for each in reviews] == [f"AHT:{FIRST + timedelta(days=n)}" for n in days]
    assert {each.member for each in reviews} <= {ROSTER[0].id}


def test_easier_tiers_are_no_stretch_and_break_nothing() -> None:
    assert not told(*(ruling("m", tier=2) for _ in range(3)))
    assert len(told(ruling("m"), ruling("m"), ruling("c", tier=2), ruling("m"))) == 1


def test_what_was_known_before_is_not_told_again_and_counts() -> None:
    assert not told(*(ruling("m", before="m") for _ in range(3)))
    assert len(told(ruling("m", before="m"), ruling("m", before="m"), ruling("m", before="o"))) == 1


def test_a_paid_completion_that_the_figures_no_longer_bear_is_no_miss() -> None:
    assert not told(ruling("m"), ruling("m"), ruling("m", before="c"))


def test_each_category_has_a_row_of_its_own() -> None:
    assert not told(ruling("m"), ruling("m", category="QA"), ruling("m"), ruling("m", category="QA"))


def test_it_is_the_same_review_whenever_it_is_told() -> None:
    assert told(*map(ruling, "mmm")) == told(*map(ruling, "mmm"))
