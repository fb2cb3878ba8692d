"""The demonstration itself: history first, then nights and evenings in turn, then what the record says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from infra.cli.demo.document import Summary
from infra.cli.demo.forum import Forum
from infra.cli.demo.history import CallHistory
from infra.cli.demo.incidents import INCIDENTS, quiet
from infra.cli.demo.judging import judge_and_decide
from infra.cli.demo.learning import Learning
from infra.cli.demo.learning_system import School
from infra.cli.demo.points import points_of
from infra.cli.demo.record import Record, used
from infra.local.stage import Stage
from ladder.domain.programs.program import Program

BACKFILLED_DAYS = 14  # enough for the first tiers to rest on something
SEED = 1999
LONG_AGO = 40_000  # days

type Tell = Callable[[int, int, date], None]  # nights done, nights in all, the night that comes now


def played_today(program: Program) -> Program:
    """History is replayed, but the API's clock is today's: what happened then must not count as reported too late."""
    return replace(program, rulebook=replace(program.rulebook, late_days=LONG_AGO))


def on_one_per_metric(program: Program) -> Program:
    """The same on a platform that allows one active challenge per metric, as its file would say."""
    if program.platform is None:
        raise ValueError(f"{program.key} has no platform")
    return replace(program, platform=replace(program.platform, one_active_per_metric=True))


def nights_of(history: CallHistory, most: int | None = None) -> list[date]:
    """The dates to play: those after the back-filled days, and the morning after the last day of history."""
    first = history.first + timedelta(days=BACKFILLED_DAYS)
    every = [first + timedelta(days=n) for n in range((history.last - first).days + 2)]
    return every[:most]


def play(stage: Stage, history: CallHistory, nights: list[date], *, tell: Tell) -> Summary:
    """The state machine runs once a night at least; between nights platform and school live through their day."""
    runs, notes = {}, {}
    school, learning, forum = School.opened(stage), _learning(stage), _forum(stage)
    for number, night in enumerate(nights):
        tell(number, len(nights), night)
        played = INCIDENTS.get(number, quiet)(stage, night)
        runs[night], notes[night] = used(*played.runs), played.notes
        stage.simulator.close_day(night)
        school.post(learning.evening(night) + forum.evening(night))
    judged = judge_and_decide(stage, school, forum, nights[-1])
    record, points = Record.of(stage, nights[0], nights[-1]), points_of(stage, learning.told)
    return record.summary(history.source, runs, notes, points=points, judged=judged)


def _learning(stage: Stage) -> Learning:
    return Learning(_agents(stage), stage.program.schedule.time_zone, Random(SEED))  # noqa: S311


def _forum(stage: Stage) -> Forum:
    return Forum(_agents(stage), stage.program.schedule.time_zone, Random(SEED))  # noqa: S311


def _agents(stage: Stage) -> tuple[str, ...]:
    return tuple(member.user for member in stage.roster)
