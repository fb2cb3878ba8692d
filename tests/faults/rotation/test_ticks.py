"""The tick: fires twice, never, or hours late, and every date still has one night."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.calendar.schedule import night_falls_at
from ladder.domain.challenges.rotation import Claim
from ladder.domain.errors import Rejected, Superseded, Unavailable
from ladder.domain.programs.start_rotation import start_again
from rotation.tick import TickFailed, tick
from tests.builders.nights import FIRST_NIGHT, NightRunner
from tests.builders.programs import with_values

NEXT = FIRST_NIGHT + timedelta(days=1)


def ticked(runner: NightRunner, *, late: timedelta = timedelta()) -> list[Claim]:
    now = night_falls_at(runner.program.schedule, NEXT) + late
    return tick(now=now, programs=runner.programs, rotations=runner.rotations, executions=runner.executions)


def test_a_second_before_its_time_the_night_has_not_fallen() -> None:
    runner = NightRunner()
    runner.night(FIRST_NIGHT)
    assert ticked(runner, late=timedelta(seconds=-1)) == []


def test_two_ticks_at_once_start_one_execution() -> None:
    runner = NightRunner()
    assert [claim.execution for claim in ticked(runner)] == ["bank--2026-03-03--r1--a1"]
    assert ticked(runner) == []
    assert list(runner.executions.started) == ["bank--2026-03-03--r1--a1"]


def test_six_hours_late_it_starts_the_same_night() -> None:
    runner = NightRunner()
    runner.night(FIRST_NIGHT)
    assert [claim.date for claim in ticked(runner, late=timedelta(hours=6))] == [NEXT]


def test_a_program_published_in_the_middle_of_a_day_waits_for_its_first_night() -> None:
    runner = NightRunner()
    assert ticked(runner, late=timedelta(hours=6)) == []
    assert [claim.date for claim in ticked(runner, late=timedelta(days=1))] == [NEXT + timedelta(days=1)]


def test_a_claim_whose_execution_was_never_started_is_started_by_the_next_tick() -> None:
    runner = NightRunner()
    started, runner.executions.started = ticked(runner), {}
    assert ticked(runner) == started
    assert list(runner.executions.started) == [started[0].execution]


def test_a_failed_night_is_tried_again_after_longer_and_longer_pauses_and_then_left_to_people() -> None:
    runner, hours = NightRunner(), [0, 0.25, 0.75, 1.75, 3.75, 7.75]
    for attempt, later in enumerate(hours, start=1):
        assert ticked(runner, late=timedelta(hours=later, minutes=-1)) == []
        [claim] = ticked(runner, late=timedelta(hours=later))
        assert claim.attempt == attempt
        runner.executions.started[claim.execution].status = "FAILED"
    assert ticked(runner, late=timedelta(hours=20)) == []


def test_a_night_that_hangs_is_stopped_and_followed_by_the_next_one() -> None:
    runner = NightRunner()
    [hanging] = ticked(runner, late=timedelta(days=-1))
    [following] = ticked(runner)
    assert (hanging.date, following.date) == (FIRST_NIGHT, NEXT)
    assert runner.executions.status(hanging.execution) == "ABORTED"
    assert runner.executions.started[following.execution].arguments["wait_seconds"] == 900
    with pytest.raises(Superseded):
        runner.rotations.hold(hanging)


def test_a_program_that_cannot_start_does_not_keep_the_others_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = NightRunner()
    runner.programs.publish(replace(runner.program, key="annex"))
    start = runner.executions.start

    def refuse_annex(name: str, arguments: dict[str, object]) -> None:
        if name.startswith("annex"):
            raise Unavailable("busy")
        start(name, arguments)

    monkeypatch.setattr(runner.executions, "start", refuse_annex)
    with pytest.raises(TickFailed, match="annex: busy"):
        ticked(runner)
    assert list(runner.executions.started) == ["bank--2026-03-03--r1--a1"]


def test_a_program_without_challenges_has_no_nights() -> None:
    runner = NightRunner()
    academy = with_values(runner.program, platform=None, metrics=(), categories=())
    runner.programs.publish(academy)
    assert ticked(runner) == []
    with pytest.raises(Rejected, match="no_challenges"):
        start_again(
            academy,
            NEXT,
            actor="anna",
            reason="a slip",
            now=night_falls_at(academy.schedule, NEXT),
            rotations=runner.rotations,
            executions=runner.executions,
        )


def test_one_program_never_touches_anothers_night() -> None:
    runner = NightRunner()
    runner.programs.publish(replace(runner.program, key="annex"))
    runner.programs.enrol("annex", runner.roster[:3])
    runner.night(FIRST_NIGHT)
    assert runner.rotations.latest("annex", FIRST_NIGHT) is None
    assert runner.rotations.pointer("annex") is None
