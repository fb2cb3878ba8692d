"""A whole small world in memory: a program, its members, a month behind them, and nights that really run.

The steps are called in the order and with the loops and catches of the state machine, whose own run is tested on the
emulator.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from typing import Any

import numpy as np

from activation.activate import activate
from activation.recover import recover
from activation.verify import verify
from ladder.domain.calendar.schedule import night_falls_at
from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rotation import Claim
from ladder.domain.challenges.rules import ContactType, TierRule
from ladder.domain.errors import Rejected, Superseded, Unavailable
from ladder.domain.members.roster import Member
from ladder.domain.programs.program import Program
from ladder.domain.programs.start_rotation import start_again, start_due
from ladder.step import Progress
from rotation.assign import assign
from rotation.collect import collect
from rotation.plan import plan
from rotation.retire import retire
from rotation.settle import settle
from tests.builders.bank import CARE, SPRINT, STEADY, program
from tests.fakes import (
    MemoryAnnouncements,
    MemoryAssignments,
    MemoryCompletions,
    MemoryExecutions,
    MemoryHistories,
    MemoryPrograms,
    MemoryRotations,
)
from tests.fakes.difficulty_reliefs import MemoryDifficultyReliefs
from tests.fakes.fault_injection import Fate, Interposed, Killed
from tests.fakes.objections import MemoryObjections
from tests.fakes.participation import MemoryParticipation
from tests.fakes.platform import MemoryMetrics, MemoryPlatform
from tests.fakes.reviews import MemoryReviewQueue

FIRST_NIGHT = date(2026, 3, 2)
DAYS_KNOWN = 40
TRIES = 3
LATER = timedelta(hours=4)  # the longest pause before another attempt
NO_FATE = Fate()
PER_CENT = 0.3  # so that what is 180 elsewhere is 54 %


def small_program(**changed: Any) -> Program:
    """Tiers that move within days, so that a few nights have something to do."""
    rule = TierRule(
        up_after_days=2,
        down_after_days=2,
        placed_after_days=4,
        smoothing_days=3,
        min_members=3,
        previous_kept_days=0,
    )
    mixed = tuple(ContactType(key=key, contacts=f"CONTACTS {key}") for key in ("LONG", "SHORT"))
    return program(categories=(SPRINT, STEADY, CARE), tier_rule=rule, contact_types=mixed, **changed)


@dataclass
class NightRunner:
    program: Program = field(default_factory=small_program)
    members: int = 9
    seed: int = 7
    readings_at_once: int = 0  # that one invocation of collect gets through; 0: all of them
    fate: Fate = field(default_factory=Fate)
    programs: MemoryPrograms = field(default_factory=MemoryPrograms)
    rotations: MemoryRotations = field(default_factory=MemoryRotations)
    assignments: MemoryAssignments = field(default_factory=MemoryAssignments)
    histories: MemoryHistories = field(default_factory=MemoryHistories)
    queue: MemoryCompletions = field(default_factory=MemoryCompletions)
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)
    participation: MemoryParticipation = field(default_factory=MemoryParticipation)
    objections: MemoryObjections = field(default_factory=MemoryObjections)
    announcements: MemoryAnnouncements = field(default_factory=MemoryAnnouncements)
    executions: MemoryExecutions = field(default_factory=MemoryExecutions)
    platform: MemoryPlatform = field(default_factory=MemoryPlatform)
    source: MemoryMetrics = field(default_factory=MemoryMetrics)

    def __post_init__(self) -> None:
        self.program = self.programs.publish(self.program)
        self.roster = tuple(Member(id=f"{n:032x}", user=f"agent{n}") for n in range(self.members))
        self.programs.enrol(self.program.key, self.roster)
        self.source.known = {
            metric.key: self._readings(metric.key, scale=PER_CENT if metric.unit == "%" else 1.0)
            for metric in self.program.challenges.metrics
        }
        for kind in self.program.challenges.contact_types:
            self.source.known[kind.contacts] = self._contacts(kind.contacts)

    def _readings(self, metric: str, *, scale: float) -> list[Reading]:
        rng = np.random.default_rng([self.seed, *metric.encode()])
        days = [FIRST_NIGHT - timedelta(days=30) + timedelta(days=n) for n in range(DAYS_KNOWN)]
        usual = rng.normal(180, 40, self.members)
        return [
            Reading(member.user, day, round(scale * float(usual[n] + rng.normal(0, 25)), 2), 40.0)
            for n, member in enumerate(self.roster)
            for day in days
            if rng.random() < 0.8
        ]

    def _contacts(self, series: str) -> list[Reading]:
        """Forty contacts a worked day, ten to thirty of them of this type."""
        share = 1 if series == self.program.challenges.contact_types[0].contacts else -1
        rng = np.random.default_rng(self.seed)
        worked = self.source.known["AHT"]
        return [Reading(each.user, each.day, 20.0 + share * int(rng.integers(-10, 11)), 40.0) for each in worked]

    def claimed(self, day: date) -> Claim:
        """That night, claimed and started; none of its steps has run."""
        now = night_falls_at(self.program.schedule, day)
        claim = start_due(self.program, now=now, rotations=self.rotations, executions=self.executions)
        assert claim is not None
        return claim

    def night(self, day: date, fate: Fate | None = None) -> Claim | None:
        """The tick of that night, and the execution it starts; None where there was nothing to start.

        A night that has begun and failed before is ticked when its next attempt is due at the latest.
        """
        self.fate = fate or Fate()
        before = self.rotations.latest(self.program.key, day)
        now = before.claimed_at + LATER if before else night_falls_at(self.program.schedule, day)
        claim = start_due(self.program, now=now, rotations=self._("rotations"), executions=self._("executions"))
        claim = claim or self._under_way(day)
        return self.execute(claim) if claim else None

    def _under_way(self, day: date) -> Claim | None:
        """An execution whose starter died after starting it runs all the same."""
        latest = self.rotations.latest(self.program.key, day)
        running = latest is not None and self.executions.status(latest.claim.execution) == "RUNNING"
        return latest.claim if latest and running else None

    def again_by_hand(self, day: date, *, now_on: date | None = None) -> Claim | None:
        """In the morning of that day, or of another."""
        self.fate = Fate()
        now = night_falls_at(self.program.schedule, now_on or day) + timedelta(hours=9)
        claim = start_again(
            self.program,
            day,
            actor="an admin",
            reason="by hand",
            now=now,
            rotations=self._("rotations"),
            executions=self._("executions"),
        )
        return self.execute(claim) if claim else None

    def execute(self, claim: Claim) -> Claim:
        """The state machine: each step until it is done, tried again when it fails, recovered when it gives up."""
        execution = self.executions.started[claim.execution]
        skipped = ["collect", "settle"] if execution.arguments["begin"] == "plan" else []
        try:
            for name, step in self.steps(claim).items():
                if name not in skipped:
                    self._tried(step)
            execution.status = "SUCCEEDED"
        except Superseded:
            execution.status = "SUCCEEDED"
        except Killed:
            execution.status = "ABORTED"
            raise
        except (Unavailable, Rejected) as failure:
            recover(
                claim,
                self.program,
                why=str(failure),
                programs=self.programs,
                rotations=self._("rotations"),
                platform=lambda: self._("platform"),
            )
            execution.status = "FAILED"
        return claim

    def steps(self, claim: Claim) -> dict[str, Callable[[], object]]:
        """Every step of the night, to be called one by one, as often as a test likes."""
        rotation = self.rotations.get(claim.program, claim.rotation)
        program = self.programs.version(claim.program, rotation.program_version if rotation else 1)
        roster = self.programs.roster(claim.program)
        common = {"rotations": self._("rotations")}
        stores = common | {"assignments": self._("assignments")}
        outside = stores | {"platform": self._("platform")}
        any_platform = stores | {"platform_of": lambda _version: self._("platform")}
        figures = {"histories": self._("histories"), "programs": self.programs}
        told = {"queue": self._("queue"), "reviews": self._("reviews")}
        asked = {
            "reliefs": self._("eases"),
            "participation": self._("participation"),
            "objections": self._("objections"),
        }
        timed: dict[str, Any] = {"time_left": lambda: 900.0}
        steps: dict[str, Callable[[], object]] = {
            "collect": looped(
                collect, claim, program, roster, **stores, **figures, source=self._("source"), time_left=self._hurry()
            ),
            "settle": lambda: settle(claim, program, roster, **any_platform, **figures, **told),
            "plan": lambda: plan(claim, program, roster, **any_platform, **figures, **asked),
            "retire": lambda: retire(
                claim,
                program,
                programs=self.programs,
                rotations=self._("rotations"),
                platform=self._("platform"),
            ),
            "assign": looped(assign, claim, program, roster, **outside, **timed),
            "wait": self.platform.settle,
            "verify": looped(verify, claim, program, roster, between=self.platform.settle, **outside),
            "activate": lambda: activate(
                claim,
                program,
                now=datetime(2026, 3, 2, tzinfo=UTC),
                **any_platform,
                programs=self.programs,
                announcements=self._("announcements"),
            ),
        }
        fall_away = () if program.challenges.outside_platform else ("retire", "assign", "wait", "verify")
        return {name: step for name, step in steps.items() if name not in fall_away}

    def _hurry(self) -> Callable[[], float]:
        """The time that is left, asked before each reading."""
        if not self.readings_at_once:
            return lambda: 900.0
        left = cycle([900.0] * self.readings_at_once + [0.0])
        return lambda: next(left)

    def _tried(self, step: Callable[[], object]) -> object:
        for _ in range(TRIES - 1):
            with suppress(Unavailable):
                return step()
        return step()

    @property
    def eases(self) -> MemoryDifficultyReliefs:
        return MemoryDifficultyReliefs(self.reviews)

    def _(self, port: str) -> Any:
        return Interposed(getattr(self, port), self.fate)

    def known_columns(self) -> dict[date, Any]:
        """Every column of every day that is known, values and counts; NaN as a text, so that it equals itself."""
        return {
            day: {name: (_plain(each.values), _plain(each.counts)) for name, each in known.items()}
            for (_, day), known in sorted(self.histories._days.items())
        }

    def state(self) -> dict[str, object]:
        """All that a night leaves behind, but for attempts, execution names and the platform's own ids."""
        rotations = self.rotations.between(self.program.key, date.min, date.max)
        days = [rotation.claim.date for rotation in rotations]
        return {
            "pointer": self.rotations.pointer(self.program.key),
            "rotations": {each.claim.rotation: _essence(each) for each in rotations},
            "assignments": {
                each.claim.rotation: self.assignments.load(self.program.key, each.claim.rotation) for each in rotations
            },
            "outcomes": {day: self.assignments.outcomes(self.program.key, day) for day in days},
            "runs": self.assignments.miss_streaks(self.program.key, date.min, date.max),
            "reviews": dict(self.reviews.reviews),
            "completions": self.queue.by_id,
            "live": sorted(
                (live.metric, live.groups, live.starts_at, live.target, live.points)
                for live in self.platform.live.values()
            ),
            "groups": {group: sorted(users) for group, users in self.platform.groups.items() if users},
            "audited": sorted(self.rotations.audit),
            "announced": sorted({str(detail) for _, detail in self.announcements.made}),
        }


def looped(act: Callable[..., Progress], *args: Any, between: Callable[[], None] = lambda: None, **ports: Any) -> Any:
    """Return a call of the step as the state machine makes it: again with its cursor, until the step is done."""

    def until_done() -> None:
        progress = act(*args, cursor=None, **ports)
        while not progress.done:
            between()
            progress = act(*args, cursor=progress.cursor, **ports)

    return until_done


def _plain(row: Any) -> Any:
    return ["" if np.isnan(each) else each for each in row.tolist()]


def _essence(rotation: Any) -> object:
    launches = {key: launch.state for key, launch in rotation.launches.items()}
    plain = replace(rotation.claim, attempt=0)
    same = {"claim": plain, "launches": {}, "claimed_at": datetime(2026, 1, 1, tzinfo=UTC), "replaces": None}
    return replace(rotation, **same), launches
