"""Three misses of the hardest tier over whole nights: told once, and eased where a person says so, whatever dies."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from ladder.domain.calendar.schedule import night_falls_at
from ladder.domain.challenges.difficulty_relief import RELIEF_DAYS
from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rules import SelectionRule, SelectionWeight, TierRule
from ladder.domain.reviews.review import Review, ReviewDecision, Terms
from tests.builders.bank import HANDLE_TIME, SPRINT
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values
from tests.fakes.fault_injection import Fate, Killed

METRIC = replace(HANDLE_TIME, quality_gate=None, speed=False, normalise_by=None)
RULE = TierRule(down_after_days=60, placed_after_days=4, smoothing_days=3, min_members=3, previous_kept_days=0)
USUAL, MISS = 100.0, 900.0
APPROVE, REJECT = Terms(action="approve"), Terms(action="reject")


def struggling(every: int = 1, *, nights: int = 30) -> NightRunner:
    """The first member is the best until the first night, and misses ever after. One category, drawn every so often."""
    rest = SelectionWeight(key=SPRINT.key, cooldown_days=every - 1)
    program = small_program(metrics=(METRIC,), selection=SelectionRule(per_night=1, categories=(rest,)))
    runner = NightRunner(program=with_values(program, categories=(SPRINT,), contact_types=(), tier_rule=RULE))
    days = [FIRST_NIGHT + timedelta(days=n) for n in range(-30, nights)]
    runner.source.known["AHT"] = [
        Reading(member.user, day, MISS if slot == 0 and day >= FIRST_NIGHT else USUAL + 10 * slot, 40.0)
        for slot, member in enumerate(runner.roster)
        for day in days
    ]
    return runner


def day(number: int) -> date:
    return FIRST_NIGHT + timedelta(days=number)


def lived(runner: NightRunner, first: int, last: int) -> NightRunner:
    for number in range(first, last + 1):
        runner.night(day(number))
    return runner


def of_the_first(runner: NightRunner) -> list[Review]:
    return [each for each in runner.reviews.reviews.values() if each.member == runner.roster[0].id]


def told(runner: NightRunner) -> list[date]:
    return [date.fromisoformat(each.summary["date"]) for each in of_the_first(runner)]


def decide(runner: NightRunner, terms: Terms, at: datetime) -> None:
    (review,) = of_the_first(runner)
    assert runner.reviews.decide(review, ReviewDecision(terms=terms, reason="I talked with them", by="anna", at=at))


def played(runner: NightRunner, number: int, revision: int = 1) -> tuple[int, int]:
    """The tier that the first member plays on that date, and their tier of record."""
    standing = runner.assignments.load("bank", f"{day(number)}#{revision:04d}")["SPRINT"]
    return standing.played[0], standing.tier[0]


@pytest.mark.parametrize("every", [1, 2, 3, 4])
def test_every_third_miss_is_told_once_however_seldom_the_category_is_drawn(every: int) -> None:
    runner = lived(struggling(every), 0, 6 * every)
    assert told(runner) == [day(2 * every), day(5 * every)]


def test_a_third_miss_is_told_in_the_night_after_it() -> None:
    runner = lived(struggling(4), 0, 8)
    assert told(runner) == []
    assert told(lived(runner, 9, 9)) == [day(8)]


CALLS = range(40)


@pytest.mark.parametrize("at", CALLS)
def test_killed_in_the_night_that_tells_it_and_run_again_it_ends_the_same(at: int) -> None:
    calm, struck = (lived(struggling(4), 0, 8) for _ in range(2))
    calm.night(day(9))
    with pytest.raises(Killed):
        struck.night(day(9), Fate(at=at))
    struck.night(day(9))
    assert told(calm) == [day(8)]
    assert struck.state() == calm.state()


def figures_late() -> NightRunner:
    """Of the second date nothing is known of the first member until the third miss after it is recorded."""
    runner = struggling()
    late = next(each for each in runner.source.known["AHT"] if (each.user, each.day) == (runner.roster[0].user, day(1)))
    runner.source.known["AHT"].remove(late)
    lived(runner, 0, 3)
    assert told(runner) == []
    runner.source.known["AHT"].append(late)
    return runner


@pytest.mark.parametrize("at", CALLS)
def test_a_third_miss_that_late_figures_make_of_a_second_is_told_whatever_dies(at: int) -> None:
    calm, struck = figures_late(), figures_late()
    calm.night(day(4))
    with pytest.raises(Killed):
        struck.night(day(4), Fate(at=at))
    struck.night(day(4))
    assert told(calm) == [day(2)]
    assert struck.state() == calm.state()


def in_the_morning(runner: NightRunner, number: int) -> datetime:
    return night_falls_at(runner.program.schedule, day(number)) + timedelta(hours=9)


def test_who_has_relief_plays_an_easier_tier_for_five_dates_and_their_own_again() -> None:
    eased, left = (lived(struggling(), 0, 3) for _ in range(2))
    decide(eased, APPROVE, in_the_morning(eased, 3))
    decide(left, REJECT, in_the_morning(left, 3))
    for runner in (eased, left):
        lived(runner, 4, 10)
    assert [played(eased, n) for n in range(3, 10)] == [(3, 3), *[(2, 3)] * RELIEF_DAYS, (3, 3)]
    assert [played(left, n) for n in range(3, 10)] == [(3, 3)] * 7
    assert told(eased) == [day(2)]  # they have missed one more of the hardest since


def test_the_colleagues_of_whoever_is_eased_play_as_ever() -> None:
    eased, left = (lived(struggling(), 0, 3) for _ in range(2))
    decide(eased, APPROVE, in_the_morning(eased, 3))
    for runner in (eased, left):
        lived(runner, 4, 4)
    one, other = (runner.assignments.load("bank", f"{day(4)}#0001")["SPRINT"] for runner in (eased, left))
    assert one.played[1:] == other.played[1:]
    assert replace(one, played=b"", group=b"") == replace(other, played=b"", group=b"")


def test_a_date_that_is_planned_again_by_hand_finds_the_same() -> None:
    runner = lived(struggling(), 0, 3)
    decide(runner, APPROVE, in_the_morning(runner, 3))
    runner.again_by_hand(day(3))
    lived(runner, 4, 4)
    runner.again_by_hand(day(4))
    assert [played(runner, 3), played(runner, 3, 2), played(runner, 4), played(runner, 4, 2)] == [
        (3, 3),
        (3, 3),
        (2, 3),
        (2, 3),
    ]
