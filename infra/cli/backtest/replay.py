"""The nights of a history, one after the other, each by what it knew. Axes: N nights, M members."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from infra.cli.backtest.arrivals import Arrivals, Known, between
from infra.cli.backtest.challenges import Asked, asked
from infra.cli.backtest.moves import Move, moves
from ladder.domain.challenges.assignment import Assignment
from ladder.domain.challenges.history import History
from ladder.domain.challenges.metric_values import MetricValues
from ladder.domain.challenges.peers import Population, population
from ladder.domain.challenges.plan import PlannedRotation, first_history_day, plan_rotation
from ladder.domain.members.roster import Roster
from ladder.domain.programs.program import Program

WARM_UP_DAYS = 10


@dataclass(frozen=True, slots=True)
class Evening:
    """One night as it was planned."""

    date: date
    everybody: Population
    plan: PlannedRotation
    asked: Mapping[str, Asked]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """`known` is all that was known in the end, each value compared as on the night it became final."""

    program: Program
    roster: Roster
    known: History
    evenings: tuple[Evening, ...]


def first_night(first: date, last: date, program: Program) -> date | None:
    """Ten days after the first figures; of a shorter history, the first night on which anything is known."""
    earliest = first + timedelta(days=1 + min(metric.final_after_days for metric in program.metrics))
    wanted = max(earliest, first + timedelta(days=WARM_UP_DAYS))
    return next((night for night in (wanted, earliest) if night <= last), None)


def days_before(program: Program, night: date) -> date:
    """Where a history has to begin, if only with empty days, for this night to be planned."""
    return first_history_day(program, night, {})


def replay(recorded: History, program: Program, roster: Roster, *, first: date, last: date) -> Replayed:
    """Every night from `first` to `last`. `recorded` begins at `days_before` the first or earlier."""
    known, arrivals = Known.nothing(program, recorded), Arrivals.of(recorded, program)
    evenings: list[Evening] = []
    for night in _nights(first, last + _waiting(program)):
        everybody = _here(population(program, roster, night), arrivals, recorded, night)
        known.reveal(night, everybody.groups)
        if night <= last:
            evenings.append(_evening(program, night, everybody, known.history, evenings[-1] if evenings else None))
    return Replayed(program, roster, known.history, tuple(evenings))


def _nights(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=after) for after in range((last - first).days + 1))


def _waiting(program: Program) -> timedelta:
    """After the last date, until all of its figures are final."""
    return timedelta(days=1 + max(metric.final_after_days for metric in program.metrics))


def _here(everybody: Population, arrivals: Arrivals, recorded: History, night: date) -> Population:
    return Population(everybody.active & arrivals.by((night - recorded.first).days), everybody.groups)


def _evening(
    program: Program, night: date, everybody: Population, known: History, yesterday: Evening | None
) -> Evening:
    before = yesterday.plan.assignment if yesterday else {}
    history = between(known, first_history_day(program, night, before), night - timedelta(days=1))
    plan = plan_rotation(
        program,
        night,
        population=everybody,
        history=history,
        previous=before,
        last_selected=yesterday.plan.rotation_plan.last_selected if yesterday else {},
        taken=(),
        eased={},
    )
    figures = MetricValues(history, everybody, program.tier_rule)
    found = {category.key: asked(program, night, category.key, figures, plan) for category in program.categories}
    return Evening(night, everybody, plan, found, tuple(_moves(program, night, found, before, plan)))


def _moves(
    program: Program, night: date, found: Mapping[str, Asked], before: Assignment, plan: PlannedRotation
) -> Iterator[Move]:
    for key, each in found.items():
        yield from moves(program, night, key, before=before.get(key), now=plan.assignment[key], value=each.value)
