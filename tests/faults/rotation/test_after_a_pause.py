"""After a pause or an outage of any length, the dates before it are settled: once, and as they would have been."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache

import pytest

from ladder.adapters.sqs import message_body, read_message
from ladder.domain.activities.activity import deliveries
from ladder.domain.challenges.completion import OUTCOMES, Completion
from ladder.domain.challenges.ports import MetricSource
from ladder.domain.challenges.rules import QualityGate, SelectionRule
from ladder.domain.errors import Rejected
from ladder.domain.message import Message
from ladder.domain.points.apply import rejection_reason
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from tests.builders.bank import CARE, HANDLE_TIME, QUALITY, SPRINT
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values
from tests.fakes.fault_injection import Fate, Killed, When
from tests.faults.rotation.settled_nights import corrected, every_night, outcome

NIGHTS = [FIRST_NIGHT + timedelta(days=n) for n in range(4)]
LAST = NIGHTS[-1]
PAUSES = [17, 30, 45, 100, 390]  # days; a night looks at dates up to 15 days old, and reads 30 days


def slow(**changed: object) -> NightRunner:
    """Both ladders every night; quality is final eight days late, and so is what rests on it."""
    return every_night(gate_final_after=8, gate=QualityGate(metric="QA", at_least=0, over_days=1), **changed)


def played(runner: NightRunner, nights: Sequence[date]) -> NightRunner:
    for night in nights:
        runner.night(night)
    return runner


def back(runner: NightRunner, days: int) -> date:
    """The first night after so many days without one, and the one after it."""
    night = LAST + timedelta(days=days)
    runner.night(night)
    runner.night(night + timedelta(days=1))
    return night


def before_the_pause(runner: NightRunner) -> dict[str, Completion]:
    return {each.id: each for each in runner.queue.sent if each.date <= LAST}


def outcomes(runner: NightRunner) -> dict[date, dict[str, bytes]]:
    return {day: runner.assignments.outcomes("bank", day) for day in NIGHTS}


@cache
def without_a_pause() -> tuple[dict[str, Completion], dict[date, dict[str, bytes]]]:
    runner = played(slow(), [FIRST_NIGHT + timedelta(days=n) for n in range(20)])
    return before_the_pause(runner), outcomes(runner)


def test_the_dates_played_before_a_pause_give_completions_of_both_ladders() -> None:
    assert {each.category for each in without_a_pause()[0].values()} == {"SPRINT", "CARE"}
    assert {each.date for each in without_a_pause()[0].values()} == set(NIGHTS)


@pytest.mark.parametrize("days", PAUSES)
def test_after_any_pause_the_dates_before_it_are_settled_as_without_one(days: int) -> None:
    runner = played(slow(), NIGHTS)
    back(runner, days)
    assert (before_the_pause(runner), outcomes(runner)) == without_a_pause()


@pytest.mark.parametrize("days", PAUSES)
def test_each_completion_is_sent_once_and_its_date_is_never_looked_at_again(days: int) -> None:
    runner = played(slow(), NIGHTS)
    night = back(runner, days)
    assert len(before_the_pause(runner)) == sum(each.date <= LAST for each in runner.queue.sent)
    settled = runner.rotations.get("bank", f"{night}#0001")
    assert settled is not None
    assert settled.unsettled_since == night


def test_a_program_that_somebody_paused_settles_its_last_dates_when_it_is_resumed() -> None:
    runner = played(slow(), NIGHTS)
    runner.program = runner.programs.publish(replace(runner.program, paused=True))
    assert runner.night(LAST + timedelta(days=50)) is None
    runner.program = runner.programs.publish(replace(runner.program, paused=False))
    back(runner, 100)
    assert (before_the_pause(runner), outcomes(runner)) == without_a_pause()


def test_nights_that_fail_for_weeks_lose_no_date() -> None:
    runner = played(slow(), NIGHTS)
    known, runner.source.known = runner.source.known, {}
    failed = played(runner, [LAST + timedelta(days=n) for n in range(1, 50)])
    assert all(each.failed for each in failed.rotations.between("bank", LAST + timedelta(days=1), date.max))
    runner.source.known = known
    back(runner, 50)
    assert (before_the_pause(runner), outcomes(runner)) == without_a_pause()


def test_nights_that_settle_and_never_go_live_lose_no_date_either() -> None:
    runner = played(slow(), NIGHTS)
    claims = [LAST + timedelta(days=n) for n in range(1, 40)]
    for night in claims:
        runner.fate = Fate()
        steps = runner.steps(runner.claimed(night))
        for name in ("collect", "settle", "plan"):
            steps[name]()
    back(runner, 40)
    assert (before_the_pause(runner), outcomes(runner)) == without_a_pause()


def test_values_that_are_compared_by_the_mix_are_compared_for_those_dates_too() -> None:
    handled = replace(HANDLE_TIME, final_after_days=3, quality_gate=QualityGate(metric="QA", at_least=0, over_days=1))
    program = small_program(metrics=(handled, QUALITY), selection=SelectionRule(per_night=2, always=("SPRINT", "CARE")))
    runner = played(NightRunner(program=with_values(program, categories=(SPRINT, CARE))), NIGHTS)
    back(runner, 200)
    sprints = [each for each in before_the_pause(runner).values() if each.category == "SPRINT"]
    assert {each.date for each in sprints} == set(NIGHTS)
    assert all(each.value is not None and each.measured is not None for each in sprints)
    assert any(each.value != each.measured for each in sprints)


@dataclass
class Watched:
    """A source that remembers what it was asked for."""

    source: MetricSource
    asked: list[tuple[date, date]] = field(default_factory=list)
    batch: int = 3

    def readings(self, metric: str, users: Sequence[str], *, first: date, last: date) -> object:
        self.asked.append((first, last))
        return self.source.readings(metric, users, first=first, last=last)


def test_of_a_long_pause_only_the_open_dates_and_the_trailing_window_are_read() -> None:
    runner = played(slow(), NIGHTS)
    runner.source = Watched(runner.source)  # type: ignore[assignment]
    night = LAST + timedelta(days=300)
    runner.night(night)
    read = {
        first + timedelta(days=n)
        for first, last in runner.source.asked  # type: ignore[attr-defined]
        for n in range((last - first).days + 1)
    }
    assert set(NIGHTS) <= read
    assert min(read) >= NIGHTS[0]
    assert not {day for day in read if LAST < day < night - timedelta(days=40)}


def test_on_a_night_after_a_night_nothing_but_the_window_is_read() -> None:
    runner = played(slow(), NIGHTS[:3])
    runner.source = Watched(runner.source)  # type: ignore[assignment]
    runner.night(NIGHTS[3])
    spans = {(last - first).days + 1 for first, last in runner.source.asked}  # type: ignore[attr-defined]
    assert spans == {runner.program.challenges.tier_rule.window_days}


@pytest.mark.parametrize("at_once", [1, 2, 7])
def test_read_in_parts_the_dates_before_a_pause_are_settled_all_the_same(at_once: int) -> None:
    runner = slow()
    runner.source.batch = 4
    played(runner, NIGHTS).readings_at_once = at_once
    back(runner, 100)
    assert (before_the_pause(runner), outcomes(runner)) == without_a_pause()


@cache
def undisturbed() -> tuple[dict[str, object], int]:
    runner, fate = played(slow(), NIGHTS), Fate()
    runner.night(LAST + timedelta(days=100), fate)
    return runner.state(), len(fate.calls)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(undisturbed()[1]))
def test_the_night_after_a_pause_killed_at_any_call_and_run_again_ends_the_same(at: int, when: When) -> None:
    runner, night = played(slow(), NIGHTS), LAST + timedelta(days=100)
    with pytest.raises(Killed):
        runner.night(night, Fate(at=at, when=when))
    runner.night(night)
    assert runner.state() == undisturbed()[0]


@pytest.mark.parametrize("days", [1, 100])
def test_who_has_left_meanwhile_is_still_paid_for_what_they_did_before(days: int) -> None:
    runner = played(every_night(), NIGHTS)
    winner = next(each for each in expected_on_the_last_day() if each.category == "SPRINT")
    runner.programs.enrol("bank", tuple(replace(each, active=each.id != winner.member) for each in runner.roster))
    back(runner, days)
    assert winner in before_the_pause(runner).values()


def test_of_who_left_long_ago_nothing_is_read() -> None:
    runner = every_night()
    gone = replace(runner.roster[0], active=False)
    runner.programs.enrol("bank", (gone, *runner.roster[1:]))
    played(runner, NIGHTS)
    assert not any(day["AHT"][0][0] != "" for day in runner.known_columns().values() if "AHT" in day)


@cache
def expected_on_the_last_day() -> list[Completion]:
    runner = played(every_night(), [*NIGHTS, LAST + timedelta(days=1)])
    return [each for each in runner.queue.sent if each.date == LAST]


def edited(runner: NightRunner, program: Program) -> None:
    runner.program = runner.programs.publish(program)


def test_a_version_that_waits_less_long_for_its_figures_does_not_close_the_dates_of_the_one_before() -> None:
    runner = played(slow(), NIGHTS)
    prompt = tuple(replace(each, final_after_days=0) for each in runner.program.challenges.metrics)
    edited(runner, with_values(runner.program, metrics=prompt))
    played(runner, [LAST + timedelta(days=n) for n in range(1, 20)])
    assert before_the_pause(runner).keys() == without_a_pause()[0].keys()


def test_a_date_is_settled_on_what_is_known_where_its_metric_has_vanished_meanwhile() -> None:
    runner = played(slow(), NIGHTS)
    only_quality = replace(QUALITY, final_after_days=8)
    edited(runner, with_values(runner.program, metrics=(only_quality,), categories=(CARE,), selection=SelectionRule()))
    del runner.source.known["AHT"]
    night = back(runner, 100)
    live = runner.rotations.get("bank", f"{night}#0001")
    assert live is not None
    assert live.step == "announced"
    assert live.plan is not None
    assert Message("rotation.series_gone", {"series": "AHT"}) in live.plan.warnings
    expected = {key: each for key, each in without_a_pause()[0].items() if each.category == "CARE"}
    assert {key: each for key, each in before_the_pause(runner).items() if each.category == "CARE"} == expected
    known = {OUTCOMES[code] for day in NIGHTS[:-1] for code in outcomes(runner)[day]["SPRINT"]}
    assert "completed" in known or "unproven" in known


def test_a_metric_of_tonight_that_has_vanished_still_stops_the_night() -> None:
    runner = played(slow(), NIGHTS)
    del runner.source.known["AHT"]
    with pytest.raises(Rejected, match="no metric 'AHT'"):
        runner.steps(runner.claimed(LAST + timedelta(days=1)))["collect"]()


def test_where_what_people_played_is_no_longer_kept_the_night_says_so_and_goes_on() -> None:
    runner = played(slow(), NIGHTS)
    for night in NIGHTS[:2]:
        del runner.assignments._assignments["bank", f"{night}#0001"]
    night = back(runner, 401)
    live = runner.rotations.get("bank", f"{night}#0001")
    assert live is not None
    assert live.step == "announced"
    assert live.plan is not None
    expired = [warning for warning in live.plan.warnings if warning.code == "rotation.assignment_expired"]
    assert [warning.parameters["day"] for warning in expired] == list(map(str, NIGHTS[:2]))
    assert {each.date for each in before_the_pause(runner).values()} >= set(NIGHTS[2:])


def test_a_correction_after_a_short_outage_still_turns_no_into_pay() -> None:
    runner = played(every_night(), NIGHTS[:2])
    missed = next(slot for slot in range(9) if outcome(runner, NIGHTS[0], "SPRINT", slot) == "missed")
    corrected(runner, f"agent{missed}", NIGHTS[0], 1.0)
    back(runner, 60)
    assert any(
        each.member == runner.roster[missed].id and each.category == "SPRINT" and each.date == NIGHTS[0]
        for each in runner.queue.sent
    )


def test_however_late_it_is_told_the_ledger_refuses_no_completion_for_it() -> None:
    runner = played(slow(), NIGHTS)
    back(runner, 390)
    book, done = compile_program(runner.program), before_the_pause(runner).values()
    sent = deliveries((each.program, each.member, each.activity) for each in done)
    arrived = [each for delivery in sent for each in read_message(message_body(delivery)).delivery.activities]
    assert len(arrived) == len(before_the_pause(runner))
    assert {rejection_reason(book, each) for each in arrived} == {None}


@pytest.mark.parametrize("final_after", [(5, 0), (0, 5), (8, 2)])
@pytest.mark.parametrize("days", [*range(27, 36), 44])
def test_a_pause_that_ends_between_the_windows_of_two_metrics_stops_no_night(
    days: int, final_after: tuple[int, int]
) -> None:
    """One metric's window reaches the open dates, another's does not, nor do the contacts that compare them."""
    handled, quality = (
        replace(metric, final_after_days=after)
        for metric, after in zip((HANDLE_TIME, QUALITY), final_after, strict=True)
    )
    both = SelectionRule(per_night=2, always=("SPRINT", "CARE"))
    program = small_program(metrics=(handled, quality), selection=both)
    runner = played(NightRunner(program=with_values(program, categories=(SPRINT, CARE))), NIGHTS[:3])
    night = NIGHTS[2] + timedelta(days=days)
    runner.night(night)
    assert runner.rotations.pointer("bank") == f"{night}#0001"
    assert set(runner.assignments.outcomes("bank", NIGHTS[2])) == {"SPRINT", "CARE"}
