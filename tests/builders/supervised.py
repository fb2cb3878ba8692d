"""A program that somebody looks after, on fakes: two categories, and nights whose tiers and outcomes a test names."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from ladder.domain.challenges.completion import OUTCOMES, Outcome
from ladder.domain.challenges.history import DayColumn
from ladder.domain.challenges.rotation import Claim, Rotation, RotationPlan, Targets
from ladder.domain.challenges.rules import ContactType
from ladder.domain.members.roster import Member, Roster
from ladder.domain.points.ledger import State
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from supervision.services import RequestContext, Services
from supervision.viewer import Viewer
from tests.builders import planning
from tests.fakes import MemoryAssignments, MemoryPrograms, MemoryRotations
from tests.fakes.administration import MemoryPublications, MemoryWrittenPrograms
from tests.fakes.audit import MemoryAudit
from tests.fakes.fulfilments import MemoryFulfilments
from tests.fakes.histories import MemoryHistories
from tests.fakes.members import MemoryTeams
from tests.fakes.night_usage import MemoryNightUsage
from tests.fakes.orders import MemoryOrders
from tests.fakes.outbox import MemoryOutbox
from tests.fakes.staff import MemoryDeclarations
from tests.fakes.waiting import MemoryWaiting

TODAY = date(2026, 3, 30)
NOW = datetime(2026, 3, 30, 9, tzinfo=UTC)
PACE, CARE = "PACE", "CARE"
TARGETS = Targets(shown=(300.0, 200.0, 100.0), by_peers={"all": (300.0, 200.0, 100.0)}, from_history=True)
PROGRAM = planning.program(
    metrics=(planning.metric(), planning.metric("QA", name="quality", unit="%", direction="higher")),
    categories=(planning.category(PACE), planning.category(CARE, "QA")),
    contact_types=(ContactType(key="NEW"), ContactType(key="OLD")),
)
ROSTER: Roster = (
    Member(id=f"{1:032x}", user="u1", name="Zoë Amsel", team="early", hired_on=date(2023, 4, 2)),
    Member(id=f"{2:032x}", user="u2", name="anna Beck", team="early"),
    Member(id=f"{3:032x}", user="u3", team="late", channel="chat"),
    Member(id=f"{4:032x}", user="u4", name="Gone", team="early", active=False),
    Member(id=f"{5:032x}", user="erased 5", active=False, erased=True),
)


def days_before(days: int) -> date:
    return TODAY - timedelta(days=days)


@dataclass(slots=True)
class Supervised:
    """`states`: of members, by id."""

    program: Program = PROGRAM
    rotations: MemoryRotations = field(default_factory=MemoryRotations)
    assignments: MemoryAssignments = field(default_factory=MemoryAssignments)
    histories: MemoryHistories = field(default_factory=MemoryHistories)
    declarations: MemoryDeclarations = field(default_factory=MemoryDeclarations)
    teams: MemoryTeams = field(default_factory=lambda: MemoryTeams({}))
    orders: MemoryOrders = field(default_factory=MemoryOrders)
    waiting: MemoryWaiting = field(default_factory=MemoryWaiting)
    night_usage: MemoryNightUsage = field(default_factory=MemoryNightUsage)
    audit: MemoryAudit = field(default_factory=MemoryAudit)
    fulfilments: MemoryFulfilments = field(default_factory=MemoryFulfilments)
    outbox: MemoryOutbox = field(default_factory=MemoryOutbox)
    states: dict[str, State] = field(default_factory=dict)
    programs: MemoryPrograms = field(default_factory=MemoryPrograms)
    written: MemoryWrittenPrograms = field(default_factory=MemoryWrittenPrograms)

    @property
    def publications(self) -> MemoryPublications:
        return MemoryPublications(self.programs)

    def states_of(self, program: str, members: Collection[str]) -> Mapping[str, State]:
        return {member: self.states[member] for member in members if member in self.states}

    def context(self, *roles: str, teams: tuple[str, ...] = (), subject: str = "sam") -> RequestContext:
        published = compile_program(self.programs.publish(self.program))
        self.programs.enrol(self.program.key, ROSTER)
        services = Services(
            programs=self.programs,
            rotations=self.rotations,
            assignments=self.assignments,
            placements=self.assignments,
            figures=lambda: self.histories,
            declarations=self.declarations,
            teams=self.teams,
            orders=self.orders,
            waiting=self.waiting,
            night_usage=self.night_usage,
            audit=self.audit,
            staff=lambda _: {},
            salt=lambda _, member: None,
            fulfilments=self.fulfilments,
            outbox=self.outbox,
            published=self.publications,
            written=self.written,
            states=lambda _: self,
            compiled=lambda _: published,
            compiled_version=lambda _, version: published,
        )
        viewer = Viewer(
            subject=subject,
            program=self.program.key,
            roles=frozenset(roles),
            teams=teams,
        )
        return RequestContext(viewer, NOW, services)

    def night(
        self,
        day: date,
        tiers: Mapping[str, Sequence[int]],
        outcomes: Mapping[str, Sequence[Outcome]] | None = None,
        *,
        revision: int = 1,
        live: bool = True,
    ) -> Rotation:
        """Plan a night with everybody's tier in each category, which they play; and settle what is given."""
        claim = Claim(program=self.program.key, date=day, revision=revision, attempt=1)
        plan = RotationPlan(
            selected=tuple(tiers),
            deferred={},
            targets=dict.fromkeys(tiers, TARGETS),
            last_selected={},
            lowered=0,
            dropped=0,
        )
        rotation = Rotation(
            claim=claim, actor="schedule", reason="nightly", claimed_at=NOW, program_version=1, plan=plan
        )
        earlier = replace(claim, revision=revision - 1) if revision > 1 else None
        self.rotations.claim(rotation, instead_of=earlier)
        standings = {
            key: planning.standing(len(placed), tier=bytes(placed), played=bytes(placed))
            for key, placed in tiers.items()
        }
        self.assignments.save(claim, standings)
        if live:
            self.rotations.activate(claim, at=NOW)
        settled = {
            key: bytes(OUTCOMES.index(outcome) for outcome in column) for key, column in (outcomes or {}).items()
        }
        self.assignments.save_outcomes(self.program.key, day, settled)
        return rotation

    def measured(self, day: date, columns: Mapping[str, Sequence[float]]) -> None:
        readings = {
            key: DayColumn(np.array(values, dtype=np.float32), np.full(len(values), 20, dtype=np.float32))
            for key, values in columns.items()
        }
        self.histories.record(self.program.key, day, readings)
