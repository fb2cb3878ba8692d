"""Plays the demonstration: the history first, then nights and evenings in turn, with an incident on some nights."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from infra.cli.demo.activity_feed import ForumFeed, LearningFeed
from infra.cli.demo.document import Summary, Usage
from infra.cli.demo.judging import judge_and_decide
from infra.cli.demo.learning_system import LearningSystem
from infra.cli.demo.record import Record, read_points
from infra.local.call_history import CallHistory
from infra.local.nights import Execution, kill_at, rerun_by_hand, run_night
from infra.local.stage import Stage
from ladder.domain.calendar import day_bounds
from ladder.domain.programs.program import Program

BACKFILLED_DAYS = 14  # enough days for the first tiers
SEED = 1999
NEVER_LATE = 40_000  # days

type Progress = Callable[[int, int, date], None]  # nights done, nights in all, the night that starts now
type Incident = Callable[[Stage, date], tuple[list[Execution], str]]  # plays the night: its executions, and a note


def accepting_late_events(program: Program) -> Program:
    """Return the program without a limit for late events: the history is old, but the API uses today's clock."""
    return replace(program, rulebook=replace(program.rulebook, late_days=NEVER_LATE))


def with_one_challenge_per_metric(program: Program) -> Program:
    """Return the program for a platform that allows one active challenge per metric, as its file would say."""
    challenges = program.challenges
    if challenges.platform is None:
        raise ValueError(f"{program.key} has no platform")
    platform = replace(challenges.platform, one_active_per_metric=True)
    return replace(program, challenges=replace(challenges, platform=platform))


def nights_of(history: CallHistory, most: int | None = None) -> list[date]:
    """Return the dates to play: those after the back-filled days, and the morning after the last day of history."""
    first = history.first + timedelta(days=BACKFILLED_DAYS)
    nights = [first + timedelta(days=after) for after in range((history.last - first).days + 2)]
    return nights[:most]


def play(stage: Stage, history: CallHistory, nights: list[date], *, progress: Progress) -> Summary:
    """Run the state machine at least once a night, and play the day that follows."""
    agents, zone = tuple(member.user for member in stage.roster), stage.program.schedule.time_zone
    learning, forum = LearningFeed(agents, zone, Random(SEED)), ForumFeed(agents, zone, Random(SEED))  # noqa: S311
    usage, notes, system = {}, {}, LearningSystem.connected(stage)
    for number, night in enumerate(nights):
        progress(number, len(nights), night)
        if number in INCIDENTS:
            runs, note = INCIDENTS[number](stage, night)
            notes[night] = [note]
        else:
            runs = [run_night(stage, night)]
        usage[night] = _total_usage(runs)
        stage.simulator.close_day(night)
        system.post(learning.evening(night) + forum.evening(night))
    judging = judge_and_decide(stage, system, forum, nights[-1])
    record, points = Record.of(stage, nights[0], nights[-1]), read_points(stage, learning.reported)
    return record.summary(history.source, usage, notes, points=points, judging=judging)


def _total_usage(runs: list[Execution]) -> Usage:
    """A night may take more than one execution."""
    return Usage(
        transitions=sum(run.transitions for run in runs),
        platform_calls=sum(run.platform_calls for run in runs),
        metric_calls=sum(run.metric_calls for run in runs),
        write_units=sum(run.write_units for run in runs),
        read_units=sum(run.read_units for run in runs),
    )


def killed_midway(stage: Stage, day: date) -> tuple[list[Execution], str]:
    killed = kill_at(stage, day, "retired")
    resumed = run_night(stage, day)
    note = f"killed after challenges were retired; attempt {resumed.claim.attempt} at the next tick finishes the night"
    return [killed, resumed], note


def rotated_again_by_hand(stage: Stage, day: date) -> tuple[list[Execution], str]:
    first = run_night(stage, day)
    again = rerun_by_hand(stage, day, actor="ops.admin", reason="rules were explained to the team this morning")
    return [first, again], f"an admin rotates again (revision {again.claim.revision})"


def foreign_challenge_starts(stage: Stage, day: date) -> tuple[list[Execution], str]:
    starts_at, ends_at = day_bounds(stage.program.schedule, day)
    foreign = stage.simulator.foreign("AHT", starts_at=starts_at, ends_at=ends_at + timedelta(days=1))
    return [run_night(stage, day)], f"another team's {foreign} runs on AHT for two days, and Ladder leaves it alone"


def foreign_challenge_ends(stage: Stage, day: date) -> tuple[list[Execution], str]:
    ours = {group for category in stage.program.challenges.categories for group in category.groups}
    for challenge in stage.simulator.active():
        if ours.isdisjoint(challenge.group_ids):
            stage.simulator.retire(challenge.id)
    return [run_night(stage, day)], "the other team's challenge has ended"


def platform_faults(stage: Stage, day: date) -> tuple[list[Execution], str]:
    """The platform refuses every seventh call for a moment, and 30 % of the moves between groups fail."""
    faults = stage.simulator.faults
    faults.throttle.every, faults.retry_after, faults.refuse_share = 7, "0", 0.3
    try:
        run = run_night(stage, day)
    finally:
        faults.throttle.every, faults.refuse_share = 0, 0.0
    return [run], "the platform refuses every 7th call (429), and 30 % of the moves between groups"


INCIDENTS: Mapping[int, Incident] = {
    4: rotated_again_by_hand,
    8: killed_midway,
    12: foreign_challenge_starts,
    14: foreign_challenge_ends,
    16: platform_faults,
}
"""By night of the demonstration, counted from 0."""
