"""Nights of the kind `ladder`: no platform is asked, and killed anywhere or run twice they end as undisturbed ones."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.challenges.ports import NativeCompletion
from ladder.domain.challenges.rules import Platform
from ladder.domain.errors import Superseded, Unavailable
from ladder.domain.programs.check import check
from ladder.domain.programs.program import Program
from tests.builders.bank import CARE, QUALITY, SPRINT, STEADY
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values
from tests.builders.without_platform import without_platform
from tests.fakes.fault_injection import Fate, Killed, When
from tests.faults.rotation.played_groups import assert_groups_match_what_is_played, of

NIGHTS = [FIRST_NIGHT + timedelta(days=n) for n in range(6)]
SECOND_NIGHT = NIGHTS[1]


def runner_of(program: Program | None = None) -> NightRunner:
    return NightRunner(program=program or without_platform())


def edited(runner: NightRunner, program: Program) -> None:
    runner.program = runner.programs.publish(program)


def on_wem(program: Program | None = None) -> Program:
    """The same program on a platform, with groups."""
    return with_values(program or without_platform(), platform=Platform(kind="wem"), categories=(SPRINT, STEADY, CARE))


def after_one_night() -> NightRunner:
    runner = runner_of()
    runner.night(FIRST_NIGHT)
    return runner


@cache
def undisturbed() -> tuple[dict[str, object], tuple[str, ...]]:
    runner, fate = after_one_night(), Fate()
    runner.night(SECOND_NIGHT, fate)
    return runner.state(), tuple(fate.calls)


CALLS = range(len(undisturbed()[1]))


def test_the_program_has_no_error_and_nothing_to_warn_of() -> None:
    assert check(without_platform()) == ()


def test_a_night_selects_settles_and_goes_live_without_asking_any_platform() -> None:
    state, calls = undisturbed()
    assert state["pointer"] == f"{SECOND_NIGHT}#0001"
    assert state["completions"]
    assert (state["live"], state["groups"]) == ([], {})
    assert not [call for call in calls if call.startswith("MemoryPlatform")]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", CALLS)
def test_killed_at_any_call_and_run_again_it_ends_the_same(at: int, when: When) -> None:
    runner = after_one_night()
    with pytest.raises(Killed):
        runner.night(SECOND_NIGHT, Fate(at=at, when=when))
    runner.night(SECOND_NIGHT)
    assert runner.state() == undisturbed()[0]


@pytest.mark.parametrize("at", CALLS)
def test_an_answer_lost_at_any_call_changes_nothing(at: int) -> None:
    runner = after_one_night()
    with suppress(Unavailable):  # in the tick itself: the next one goes on
        runner.night(SECOND_NIGHT, Fate(at=at, when="after", strike=Unavailable))
    runner.night(SECOND_NIGHT)
    assert runner.state() == undisturbed()[0]


@settings(deadline=None, max_examples=25)
@given(kills=st.lists(st.tuples(st.sampled_from(CALLS), st.sampled_from(["before", "after"])), max_size=4))
def test_however_often_its_steps_are_killed_it_ends_the_same(kills: list[tuple[int, When]]) -> None:
    runner = after_one_night()
    claim = runner.claimed(SECOND_NIGHT)
    for at, when in kills:
        runner.fate = Fate(at=at, when=when)
        with suppress(Killed):  # a later delivery has less to do, and may be through before its end comes
            runner.execute(claim)
    runner.fate = Fate()
    runner.execute(claim)
    assert runner.state() == undisturbed()[0]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sampled_from(["collect", "settle", "plan", "activate"]), max_size=6))
def test_steps_that_come_again_after_the_night_is_live_change_nothing(again: list[str]) -> None:
    runner = after_one_night()
    claim = runner.claimed(SECOND_NIGHT)
    runner.execute(claim)
    once, sent = runner.state(), len(runner.queue.sent)
    for name in again:
        runner.steps(claim)[name]()
    assert runner.state() == once
    assert len(runner.queue.sent) == sent


@pytest.mark.parametrize("twice", ["collect", "settle", "plan", "activate"])
def test_a_step_delivered_twice_leaves_the_same_state(twice: str) -> None:
    runner = after_one_night()
    claim = runner.claimed(SECOND_NIGHT)
    steps = runner.steps(claim)
    assert list(steps) == ["collect", "settle", "plan", "activate"]
    for name, step in steps.items():
        step()
        if name == twice:
            once = runner.state()
            step()
            assert runner.state() == once


def test_rotated_again_by_hand_the_new_revision_is_current_and_nobody_is_paid_twice() -> None:
    runner = after_one_night()
    again = runner.again_by_hand(FIRST_NIGHT)
    assert again is not None
    assert runner.rotations.pointer("bank") == f"{FIRST_NIGHT}#0002"
    runner.night(SECOND_NIGHT)
    sent = [completion.id for completion in runner.queue.sent]
    assert sent
    assert len(sent) == len(set(sent))


def test_a_superseded_run_that_wakes_up_again_does_nothing() -> None:
    runner = runner_of()
    with pytest.raises(Killed):
        runner.night(FIRST_NIGHT, Fate(at=undisturbed()[1].index("MemoryRotations.activate")))
    old = of(runner, FIRST_NIGHT)
    runner.again_by_hand(FIRST_NIGHT)
    before = runner.state()
    for step in runner.steps(old.claim).values():
        with pytest.raises(Superseded):
            step()
    assert runner.state() == before


def test_a_failed_night_leaves_yesterday_current_and_the_next_attempt_finishes_it() -> None:
    runner, readings = after_one_night(), {}
    readings, runner.source.known = runner.source.known, {}
    runner.night(SECOND_NIGHT)
    assert of(runner, SECOND_NIGHT).failed
    assert runner.rotations.pointer("bank") == f"{FIRST_NIGHT}#0001"
    runner.source.known = readings
    runner.night(SECOND_NIGHT)
    assert runner.state() == undisturbed()[0]


def test_tiers_targets_and_completions_are_those_of_the_same_program_on_a_platform() -> None:
    alone, outside = runner_of(), runner_of(on_wem())
    for night in NIGHTS:
        alone.night(night)
        outside.night(night)
    for night in NIGHTS:
        assert of(alone, night).planned.targets == of(outside, night).planned.targets
        mine, theirs = (runner.assignments.load("bank", f"{night}#0001") for runner in (alone, outside))
        assert {key: standing.played for key, standing in mine.items()} == {
            key: standing.played for key, standing in theirs.items()
        }
    assert alone.queue.by_id.keys() == outside.queue.by_id.keys() != set()


# a program that changes its platform between nights


def launched(runner: NightRunner) -> set[str]:
    return set(runner.platform.live)


def test_the_first_night_after_leaving_a_platform_ends_what_is_active_there() -> None:
    runner = runner_of(on_wem())
    runner.night(FIRST_NIGHT)
    assert launched(runner)
    edited(runner, without_platform())
    runner.night(SECOND_NIGHT)
    assert launched(runner) == set()
    assert of(runner, SECOND_NIGHT).step == "announced"
    assert of(runner, SECOND_NIGHT).planned.warnings == ()
    assert runner.assignments.outcomes("bank", FIRST_NIGHT).keys() == {"SPRINT", "CARE"}


def test_the_second_night_after_leaving_a_platform_asks_it_nothing() -> None:
    runner = runner_of(on_wem())
    runner.night(FIRST_NIGHT)
    edited(runner, without_platform())
    runner.night(SECOND_NIGHT)
    fate = Fate()
    runner.night(NIGHTS[2], fate)
    assert not [call for call in fate.calls if call.startswith("MemoryPlatform")]


@cache
def undisturbed_leaving() -> tuple[dict[str, object], tuple[str, ...]]:
    runner, fate = leaving(), Fate()
    runner.night(SECOND_NIGHT, fate)
    return runner.state(), tuple(fate.calls)


def leaving() -> NightRunner:
    runner = runner_of(on_wem())
    runner.night(FIRST_NIGHT)
    edited(runner, without_platform())
    return runner


@pytest.mark.parametrize("at", range(len(undisturbed_leaving()[1])))
def test_the_night_that_leaves_a_platform_may_be_killed_at_any_call(at: int) -> None:
    runner = leaving()
    with pytest.raises(Killed):
        runner.night(SECOND_NIGHT, Fate(at=at, when="after"))
    runner.night(SECOND_NIGHT)
    assert runner.state() == undisturbed_leaving()[0]


def silent(runner: NightRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise Unavailable("no answer")

    for call in ("active", "completions"):
        monkeypatch.setattr(type(runner.platform), call, gone)


def test_a_platform_that_is_gone_does_not_stop_the_nights_after_leaving_it(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = leaving()
    silent(runner, monkeypatch)
    for night in NIGHTS[1:3]:
        runner.night(night)
        assert of(runner, night).step == "announced"
    assert [warning.code for warning in of(runner, SECOND_NIGHT).planned.warnings] == [
        "rotation.former_platform_not_cleared"
    ]
    assert of(runner, NIGHTS[2]).planned.warnings == ()


def test_a_revision_that_leaves_the_platform_ends_the_challenges_of_the_same_day() -> None:
    runner = leaving()
    runner.again_by_hand(FIRST_NIGHT)
    assert launched(runner) == set()
    assert runner.rotations.pointer("bank") == f"{FIRST_NIGHT}#0002"


def test_a_revision_does_not_go_live_beside_challenges_of_the_same_day_that_it_cannot_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runner = leaving()
    silent(runner, monkeypatch)
    runner.again_by_hand(FIRST_NIGHT)
    assert of(runner, FIRST_NIGHT).failed == "no answer"
    assert runner.rotations.pointer("bank") == f"{FIRST_NIGHT}#0001"


def test_what_the_platform_paid_before_it_was_left_is_still_read_from_it() -> None:
    runner = paid_by_platform()
    runner.night(SECOND_NIGHT)
    assert [(completion.points, completion.mirrored) for completion in runner.queue.sent] == [(77, True)]


def test_what_a_platform_paid_that_is_gone_is_warned_of_and_stops_no_night(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = paid_by_platform()
    silent(runner, monkeypatch)
    runner.night(SECOND_NIGHT)
    assert of(runner, SECOND_NIGHT).step == "announced"
    codes = {warning.code for warning in of(runner, SECOND_NIGHT).planned.warnings}
    assert codes == {"rotation.former_platform_completions_unread", "rotation.former_platform_not_cleared"}
    assert runner.queue.sent == []


def paid_by_platform() -> NightRunner:
    """The platform paid one completion on the first night; then the program left it."""
    quality = replace(QUALITY, key="AHT", direction="lower")
    plain = with_values(without_platform(), metrics=(quality, QUALITY), contact_types=())
    runner = runner_of(with_values(on_wem(plain), payer="platform"))
    runner.night(FIRST_NIGHT)
    challenge = of(runner, FIRST_NIGHT).launches["CARE#1"].challenge or ""
    runner.platform.completed[FIRST_NIGHT] = [NativeCompletion(runner.roster[0].user, challenge, 77)]
    edited(runner, plain)
    return runner


def test_a_program_that_moves_to_a_platform_reads_its_groups_and_fills_them() -> None:
    runner = runner_of()
    for night in NIGHTS[:2]:
        runner.night(night)
    runner.platform.groups["SPRINT-3"].add("agent0")  # somebody has played there before
    edited(runner, on_wem())
    for night in NIGHTS[2:4]:
        runner.night(night)
        assert of(runner, night).group_mismatches == {}
        assert_groups_match_what_is_played(runner, of(runner, night))
        assert launched(runner)


def test_a_program_may_leave_a_platform_and_come_back() -> None:
    runner = leaving()
    runner.night(SECOND_NIGHT)
    edited(runner, on_wem())
    for night in NIGHTS[2:4]:
        runner.night(night)
        assert_groups_match_what_is_played(runner, of(runner, night))
    assert {live.starts_at.date() for live in runner.platform.live.values()} <= {NIGHTS[2], NIGHTS[3]}
    assert {completion.date for completion in runner.queue.sent} >= {FIRST_NIGHT, SECOND_NIGHT}


def test_tiers_are_kept_when_the_platform_changes() -> None:
    """Groups, not tiers, are what a platform keeps."""
    moved, stayed = leaving(), runner_of(on_wem())
    stayed.night(FIRST_NIGHT)
    for runner in (moved, stayed):
        for night in NIGHTS[1:4]:
            runner.night(night)

    def tiers(runner: NightRunner, night: date) -> dict[str, bytes]:
        standings = runner.assignments.load("bank", f"{night}#0001")
        return {key: standing.tier for key, standing in standings.items()}

    assert tiers(moved, NIGHTS[3]) == tiers(stayed, NIGHTS[3])


def test_a_wem_program_may_be_measured_by_files_and_a_ladder_program_must_be() -> None:
    [missing] = check(without_platform(metric_files=None))
    assert (missing.where, missing.severity) == ("metric_files", "error")
    assert "ladder metrics inspect" in missing.hint
    assert [problem for problem in check(small_program()) if problem.severity == "error"] == []
