"""One active challenge per member and metric: two would really pay twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from ladder.domain.calendar.schedule import day_bounds
from ladder.domain.challenges.ports import LiveChallenge, NativeCompletion
from ladder.domain.challenges.rules import SelectionRule
from tests.builders.bank import HANDLE_TIME, QUALITY, SPRINT, STEADY
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values

DIRECTIONS = {"AHT": "lower", "QA": "higher"}


def both_ladders_on_one_metric(*, exclusive: bool) -> NightRunner:
    """Two categories of handle time, both on every night if nobody prevents it."""
    metrics = (replace(HANDLE_TIME, exclusive=exclusive, normalise_by=None), QUALITY)
    program = small_program(metrics=metrics, selection=SelectionRule(per_night=2), payer="platform")
    return NightRunner(program=with_values(program, categories=(SPRINT, STEADY)))


def paid(runner: NightRunner, day: date) -> list[NativeCompletion]:
    runner.platform.close_day(day, runner.source, DIRECTIONS)  # type: ignore[arg-type]
    return runner.platform.completions(day)


def test_with_the_guard_off_the_platform_pays_a_member_twice() -> None:
    runner = both_ladders_on_one_metric(exclusive=False)
    runner.night(FIRST_NIGHT)
    users = [completion.user for completion in paid(runner, FIRST_NIGHT)]
    assert len(users) == 2 * len(set(users)) > 0


def test_with_the_guard_on_it_never_does() -> None:
    runner = both_ladders_on_one_metric(exclusive=True)
    for night in (FIRST_NIGHT + timedelta(days=n) for n in range(6)):
        runner.night(night)
        users = [completion.user for completion in paid(runner, night)]
        assert len(users) == len(set(users))


def foreign_on(metric: str) -> LiveChallenge:
    return LiveChallenge(
        id="theirs",
        name="Somebody else's",
        metric=metric,
        groups=("their_group",),
        target=1.0,
        points=5,
        starts_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


def test_a_foreign_challenge_on_our_metric_is_left_alone_and_reported() -> None:
    runner = NightRunner()
    runner.platform.live["theirs"] = foreign_on("AHT")
    runner.night(FIRST_NIGHT)
    rotation = runner.rotations.latest("bank", FIRST_NIGHT)
    assert rotation is not None
    assert rotation.plan is not None
    assert "theirs" in runner.platform.live
    assert {live.metric for live in runner.platform.live.values() if live.id != "theirs"} == {"QA"}
    assert rotation.plan.deferred
    assert all("AHT" in str(warning) for warning in rotation.plan.warnings)


def test_a_foreign_challenge_that_appears_after_the_plan_still_keeps_ours_away() -> None:
    runner = NightRunner(program=small_program(selection=SelectionRule(per_night=2, always=("SPRINT",))))
    claim = runner.claimed(FIRST_NIGHT)
    for name, step in runner.steps(claim).items():
        if name == "activate":
            runner.platform.live["theirs"] = foreign_on("AHT")
        step()
    rotation = runner.rotations.latest("bank", FIRST_NIGHT)
    assert rotation is not None
    assert rotation.plan is not None
    assert rotation.plan.selected == ("CARE",)
    assert "SPRINT" in rotation.plan.deferred
    assert not any(runner.assignments.load("bank", rotation.claim.rotation)["SPRINT"].played)


def test_yesterdays_challenges_are_all_retired_before_todays_begin() -> None:
    runner = NightRunner()
    for night in (FIRST_NIGHT, FIRST_NIGHT + timedelta(days=1)):
        runner.night(night)
        starts_at, _ = day_bounds(runner.program.schedule, night)
        assert {live.starts_at for live in runner.platform.live.values()} == {starts_at}
