"""Three misses in a row at the hardest tier ask for a person, once; nothing else does."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import pytest

from ladder.domain.challenges.completion import OUTCOMES
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.settlement import ChallengesAsked, outcome_code
from ladder.domain.members.roster import Member
from ladder.domain.reviews.review import Review
from rotation.activated_dates import ActivatedDate, CategoryResult
from rotation.miss_streak import MissStreak
from tests.builders import planning
from tests.builders.academy import academy
from tests.builders.academy_events import at

FIRST = date(2026, 3, 2)
ROSTER = (Member(id=f"{1:032x}", user="zoe"), Member(id=f"{2:032x}", user="max"))
LETTERS = {
    "m": "missed",
    "g": "gate failed",
    "c": "completed",
    "u": "unproven",
    "a": "absent",
    "f": "too few contacts",
    "o": "open",
    "p": "provisional",
}


def played(day: date) -> ActivatedDate:
    claim = Claim(program="academy", date=day, revision=1, attempt=1)
    rotation = Rotation(claim=claim, actor="a", reason="r", claimed_at=at(day), program_version=1, plan=None)
    return ActivatedDate(rotation, academy(), ROSTER, {})


def ruling(after: str, *, before: str = "", tier: int = 3, category: str = "AHT") -> CategoryResult:
    """The first member's outcomes before and after tonight; the second plays nothing."""
    nothing = outcome_code("not playing")
    told = [LETTERS.get(each, "not playing") for each in (before, after)]
    old, new = (np.array([OUTCOMES.index(each), nothing], dtype=np.uint8) for each in told)
    tiers = np.array([tier, 0], dtype=np.uint8)
    values = np.array([1.0, np.nan], dtype=np.float32)
    asked = ChallengesAsked(planning.metric(), FIRST, tiers, np.array([1.0, np.nan]), planning.alike(2))
    return CategoryResult(category=category, asked=asked, values=values, measured=values, before=old, after=new)


@dataclass
class MissStreakStores:
    """What nights leave for one another: runs by date. A night looks at the dates from `first` on."""

    runs: dict[date, dict[str, bytes]] = field(default_factory=dict)

    def night(self, *rulings: CategoryResult | None, first: int = 0) -> list[Review]:
        """One ruling a date, or none where its category was not drawn."""
        stretch, told = MissStreak.since(self.runs, FIRST + timedelta(days=first)), list[Review]()
        for number, each in enumerate(rulings[first:], start=first):
            day = FIRST + timedelta(days=number)
            known = self.runs.get(day, {})
            told += stretch.reviews(played(day), [each] if each else [], known=known)
            if stretch.differs(known):
                self.runs[day] = dict(stretch.runs)
        return told


def told(*rulings: CategoryResult) -> list[Review]:
    """One ruling a date, all of one night."""
    return MissStreakStores().night(*rulings)


def days_told(*rulings: CategoryResult | None, looked_at: int) -> list[int]:
    """Night after night, each looking at so many dates: which were told, in the order of the nights."""
    kept, days = MissStreakStores(), list[str]()
    for night in range(1, len(rulings) + 1):
        dates = [replace(each, before=each.after) if each else None for each in rulings[: night - 1]]
        days += [
            each.summary["date"] for each in kept.night(*dates, rulings[night - 1], first=max(0, night - looked_at))
        ]
    return [(date.fromisoformat(day) - FIRST).days for day in days]


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
        ("mfmfm", [4]),  # a day on too few contacts is no miss, and ends no run
        ("mmf", []),
        ("fff", []),
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
    kept = MissStreakStores()
    assert len(kept.night(*map(ruling, "mmm"))) == 1
    assert not kept.night(*(ruling("m", before="m") for _ in range(3)))
    assert len(told(ruling("m", before="m"), ruling("m", before="m"), ruling("m", before="o"))) == 1


def test_a_paid_completion_that_the_figures_no_longer_bear_is_no_miss() -> None:
    assert not told(ruling("m"), ruling("m"), ruling("m", before="c"))


def test_each_category_has_a_row_of_its_own() -> None:
    assert not told(ruling("m"), ruling("m", category="QA"), ruling("m"), ruling("m", category="QA"))


def test_it_is_the_same_review_whenever_it_is_told() -> None:
    assert told(*map(ruling, "mmm")) == told(*map(ruling, "mmm"))


def test_a_run_is_told_once_for_every_three_however_long_it_is() -> None:
    assert days_told(*map(ruling, "m" * 14), looked_at=8) == [2, 5, 8, 11]


@pytest.mark.parametrize("every", [2, 3, 4, 9, 20])
@pytest.mark.parametrize("looked_at", [8, 9])
def test_a_category_that_is_drawn_every_few_nights_has_its_third_miss_told(every: int, looked_at: int) -> None:
    nights = [ruling("m") if night % every == 0 else None for night in range(7 * every)]
    assert days_told(*nights, looked_at=looked_at) == [2 * every, 5 * every]


def test_who_is_absent_for_longer_than_a_night_looks_back_goes_on_where_they_were() -> None:
    assert days_told(*map(ruling, "mm" + "a" * 40 + "mcm"), looked_at=8) == [42]


def test_a_run_that_ended_long_ago_is_over() -> None:
    assert not days_told(*map(ruling, "mmc" + "a" * 40 + "m"), looked_at=8)


def test_what_becomes_known_late_makes_the_third_after_it_known() -> None:
    """The target was met on the second date, and its quality gate failed days later."""
    kept = MissStreakStores()
    assert not kept.night(ruling("m"), ruling("p"), ruling("m"))
    later = kept.night(ruling("m", before="m"), ruling("g", before="p"), ruling("m", before="m"))
    assert [each.summary["date"] for each in later] == ["2026-03-04"]


def test_a_night_that_died_before_it_recorded_a_date_tells_the_same_again() -> None:
    kept = MissStreakStores()
    kept.night(ruling("m"), ruling("m"))
    once = MissStreakStores(dict(kept.runs)).night(ruling("m", before="m"), ruling("m", before="m"), ruling("m"))
    assert once
    assert kept.night(ruling("m", before="m"), ruling("m", before="m"), ruling("m")) == once


def test_who_joined_since_has_a_run_of_their_own() -> None:
    stretch = MissStreak({"AHT": b"\x02"})
    assert len(stretch.reviews(played(FIRST), [ruling("m")], known={"AHT": b"\x02"})) == 1
    assert not MissStreak({"AHT": b"\x02\x00"}).differs({"AHT": b"\x02"})
