"""Plays the demonstration: days and nights in turn, with an incident on some nights."""

from datetime import UTC, date, datetime, timedelta
from random import Random

from rich.console import Console

from infra.cli.demo.activity_feed import ForumFeed, LearningFeed
from infra.cli.demo.centre import open_centre, read_centre
from infra.cli.demo.dates import nights_of
from infra.cli.demo.document import Summary
from infra.cli.demo.judging import judge_and_decide
from infra.cli.demo.learning_system import connect_learning_system
from infra.cli.demo.record import Record
from infra.cli.driver.compare import accepted, compare
from infra.cli.driver.lines import EventLine, read_line
from infra.cli.driver.progress import progress
from infra.cli.stack import Stack
from infra.cli.texts import Texts
from infra.local.call_history import CallHistory
from infra.local.nights import Execution, NightUsage, finish_night, kill_at, rerun_by_hand, run_night, start_night
from infra.local.stage import Stage
from ladder.domain.calendar.schedule import ONE_DAY, day_bounds
from ladder.domain.message import Message

SEED = 1999


def play(stage: Stage, history: CallHistory, *, say: Texts, status: Console) -> Summary:
    """Play each day, and run the state machine at least once in the night after it.

    The nights of the centre, a program without a platform, run at the same time: a tick starts all that are due.
    """
    nights = nights_of(history)
    agents, zone = tuple(member.user for member in stage.roster), stage.program.schedule.time_zone
    learning, forum = LearningFeed(agents, zone, Random(SEED)), ForumFeed(agents, zone, Random(SEED))  # noqa: S311
    usage, notes, sender = dict[date, NightUsage](), dict[date, tuple[str, ...]](), connect_learning_system(stage)
    centre, centre_usage = open_centre(stage, history), dict[date, NightUsage]()
    with progress(status, say("demo.nights")) as show:
        for number, night in enumerate(nights, start=1):
            day = night - ONE_DAY
            stage.simulator.close_day(day)
            sender.post(learning.evening(day) + forum.evening(day))
            started = start_night(centre, night)
            runs, happened = _play_night(stage, number, night)
            centre_usage[night] = finish_night(centre, started).usage
            notes[night] = (say.of(happened),) if happened else ()
            usage[night] = sum((run.usage for run in runs), start=NightUsage())
            show(number, len(nights))
    judging = judge_and_decide(stage, sender, forum, history.last, say=say)
    with progress(status, say("demo.comparing")) as show:
        sent = (read_line(0, event, source=sender.source, now=datetime.now(UTC)) for event in sender.sent)
        by_user = accepted(line for line in sent if isinstance(line, EventLine))
        expected = {member.id: by_user[member.user] for member in stage.roster if member.user in by_user}
        comparison = compare(Stack(stage.aws.client, stage.outputs), stage.program, expected, show)
    return Record.of(stage, nights[0], nights[-1]).summary(
        say.of(history.source),
        usage,
        notes,
        reported=learning.reported,
        judging=judging,
        comparison=comparison,
        centre=read_centre(centre, centre_usage, say),
        say=say,
    )


def _play_night(stage: Stage, number: int, day: date) -> tuple[list[Execution], Message | None]:
    """Play the night, and on some nights an incident. Return the executions, and what happened."""
    faults, happened = stage.simulator.faults, None
    match number:
        case 5:
            first = run_night(stage, day)
            again = rerun_by_hand(stage, day, actor="ops.admin", reason="rules were explained to the team this morning")
            return [first, again], Message("demo.rotated_again", {"revision": again.claim.revision})
        case 9:
            killed = kill_at(stage, day, "retired")
            resumed = run_night(stage, day)
            return [killed, resumed], Message("demo.killed_midway", {"attempt": resumed.claim.attempt})
        case 13:
            starts_at, ends_at = day_bounds(stage.program.schedule, day)
            foreign = stage.simulator.foreign("AHT", starts_at=starts_at, ends_at=ends_at + timedelta(days=1))
            happened = Message("demo.foreign_challenge_starts", {"challenge": foreign})
        case 15:
            ours = {group for category in stage.program.challenges.categories for group in category.groups}
            for challenge in stage.simulator.active():
                if ours.isdisjoint(challenge.group_ids):
                    stage.simulator.retire(challenge.id)
            happened = Message("demo.foreign_challenge_ends")
        case 17:
            faults.throttle.every, faults.retry_after, faults.refuse_share = 7, "0", 0.3
            happened = Message("demo.platform_faults")
    try:
        return [run_night(stage, day)], happened
    finally:
        faults.throttle.every, faults.refuse_share = 0, 0.0
