"""A program in its steady state: nights that really run, in memory or on DynamoDB, over a stationary population.

Between members an SD of 138, within a member's days 80, five worked days of seven. Axes: D days, M members.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.history import DayColumn, Row, Values
from ladder.domain.challenges.ports import Histories, Reading
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.rules import ContactType, QualityGate, SelectionRule
from ladder.domain.members.roster import BLOCK
from ladder.domain.programs.program import Program
from tests.builders.nights import FIRST_NIGHT, NightRunner
from tests.builders.planning import category, metric, program, reward_rule
from tests.fakes import MemoryRotations

SETTLING_NIGHTS = 60
LAST_NIGHT = FIRST_NIGHT + timedelta(days=SETTLING_NIGHTS + 25)
FIRST_DAY = FIRST_NIGHT - timedelta(days=60)  # the first night looks back twice its window
DAYS = (LAST_NIGHT - FIRST_DAY).days
WORKED_OF_SEVEN = 5
MOST_CALLS = 60  # at 1,440 seconds a call they fill a day; nobody here is so slow
NO_METRIC_READS = frozenset({"collect"})


def steady_program(**changed: Any) -> Program:
    """Three metrics with a ladder each, one drawn a night; repeat contacts become final eight days late."""
    gate = QualityGate(metric="REPEAT7D", at_most=640)
    metrics = (
        metric("AHT", quality_gate=gate, **changed.pop("handle_time", {})),
        metric("REPEAT7D", final_after_days=8),
        metric("SHORT10"),
    )
    rules = {
        "metrics": metrics,
        "categories": tuple(category(f"{each.key}_LADDER", each.key, points=(50, 80, 120)) for each in metrics),
        "reward_rules": (reward_rule({"TIER_3": 50}, limit=100),),
        "caps": Caps(member_daily_points=300, program_daily_points=10**7),
        "selection": SelectionRule(per_night=1),
    }
    return program(**rules | changed)


def fair_program() -> Program:
    """The same with handle times at the usual mix of three contact types."""
    kinds = tuple(ContactType(key=key, contacts=f"calls_{key}") for key in ("LONG", "SHORT", "USUAL"))
    return steady_program(contact_types=kinds, handle_time={"normalise_by": "contact_type"})


@dataclass(frozen=True, slots=True)
class Figures:
    """A MetricSource that reads in bulk: every series and column over all days, (D, M); NaN = did not work."""

    values: Mapping[str, Values]
    counts: Values
    slots: Mapping[str, int]
    batch: int = BLOCK

    def readings(self, metric: str, users: Sequence[str], *, first: date, last: date) -> Iterator[Reading]:
        for row in range((first - FIRST_DAY).days, (last - FIRST_DAY).days + 1):
            day = FIRST_DAY + timedelta(days=row)
            values, counts = self.values[metric][row].tolist(), self.counts[row].tolist()
            for user in users:
                value = values[self.slots[user]]
                if value == value:  # noqa: PLR0124 (NaN)
                    yield Reading(user, day, value, counts[self.slots[user]])

    def recorded_in(self, histories: Histories, of: Program, *, night: date) -> None:
        """Straight into the history: what has been collected by the end of a night."""
        final = {
            name: metric.known_until(night)
            for metric in of.challenges.metrics
            for name in (metric.key, metric.measured)
        }
        for row in range((night - FIRST_DAY).days):
            day = FIRST_DAY + timedelta(days=row)
            known = {name: self._day(name, row) for name in self.values if day <= final.get(name, day)}
            histories.record(of.key, day, known)

    def _day(self, series: str, row: int) -> DayColumn:
        return DayColumn(self.values[series][row], self.counts[row])


class SharedRotations(MemoryRotations):
    """Hands out what it keeps: copies guard tests against acts that change one in place, at ten times the cost."""

    def between(self, program: str, first: date, last: date) -> list[Rotation]:
        found = (each for (of, _), each in sorted(self._rotations.items(), key=lambda kept: kept[0]) if of == program)
        return [each for each in found if first <= each.claim.date <= last]


@dataclass
class BenchNights(NightRunner):
    """A World whose figures are columns. `skipped` steps do not run."""

    program: Program = field(default_factory=steady_program)
    rotations: MemoryRotations = field(default_factory=SharedRotations)
    skipped: frozenset[str] = NO_METRIC_READS

    def __post_init__(self) -> None:
        super().__post_init__()
        self.figures = drawn_figures(self)

    def _readings(self, metric: str, *, scale: float) -> list[Reading]:
        return []

    def _contacts(self, series: str) -> list[Reading]:
        return []

    def steps(self, claim: Claim) -> dict[str, Callable[[], object]]:
        return {name: step for name, step in super().steps(claim).items() if name not in self.skipped}

    def play(self, day: date) -> Claim:
        """A night that goes live, or the bench is wrong."""
        claim = self.night(day)
        assert claim is not None
        played = self.rotations.get(claim.program, claim.rotation)
        assert played is not None
        assert played.step == "announced", played.failed
        return claim


def settled(members: int, of: Program) -> tuple[BenchNights, date]:
    """A program after its first 60 nights, and the date of the next one: tiers as they are where nothing changes.

    Those nights run whole but for collecting and settling, which move nobody.
    """
    runner = BenchNights(program=of, members=members, skipped=frozenset({"collect", "settle"}))
    runner.figures.recorded_in(runner.histories, runner.program, night=LAST_NIGHT)
    for night in range(SETTLING_NIGHTS):
        runner.play(FIRST_NIGHT + timedelta(days=night))
    runner.skipped = NO_METRIC_READS
    return runner, FIRST_NIGHT + timedelta(days=SETTLING_NIGHTS)


def nights_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=night) for night in range(count)]


def drawn_figures(runner: BenchNights) -> Figures:
    """Every series that the program reads. No type of contact takes longer, so what was measured is comparable."""
    rng = np.random.default_rng(runner.seed)
    works = _works(rng, runner.members)
    calls = rng.poisson(rng.lognormal(np.log(60), 0.3, runner.members), works.shape)
    counts = np.where(works, np.clip(calls, 1, MOST_CALLS), np.nan).astype(np.float32)
    values: dict[str, Values] = {}
    for each in runner.program.challenges.metrics:
        values[each.key] = values[each.measured] = _values(rng, works)
    for kind in runner.program.challenges.contact_types:
        values[kind.contacts] = _part_of(rng, counts, share=1 / len(runner.program.challenges.contact_types))
    slots = {member.user: slot for slot, member in enumerate(runner.roster)}
    return Figures(values, counts, slots)


def _works(rng: np.random.Generator, members: int) -> Any:
    off = rng.integers(0, 7, members)
    return (np.arange(DAYS)[:, None] + off) % 7 < WORKED_OF_SEVEN


def _values(rng: np.random.Generator, works: Any) -> Values:
    """To a tenth of the step, as they are kept."""
    usual: Row = rng.normal(500, 138, works.shape[1]).astype(np.float32)
    values = np.maximum(1, rng.normal(usual, 80, works.shape))
    return np.where(works, np.round(values, 1), np.nan).astype(np.float32)


def _part_of(rng: np.random.Generator, counts: Values, *, share: float) -> Values:
    worked = ~np.isnan(counts)
    part = np.full(counts.shape, np.nan, dtype=np.float32)
    part[worked] = rng.binomial(counts[worked].astype(np.int64), share)
    return part
