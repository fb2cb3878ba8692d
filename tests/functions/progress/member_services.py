"""What one member may read and do, on fakes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ladder.domain.activities.activity import Activity
from ladder.domain.challenges.rotation import Claim, Rotation, RotationPlan, Targets
from ladder.domain.points.apply import evaluate
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import LedgerChange, State
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program
from ladder.web.me import Me
from progress.dispute import Disputed, dispute
from progress.order import Ordered, order
from progress.show_ledger import LedgerPage, show_ledger
from progress.show_progress import ChallengeStores, Progress, show_progress
from tests.builders import planning
from tests.builders.academy import ITEM, academy
from tests.builders.academy_events import MONDAY, at
from tests.fakes import MemoryAssignments, MemoryRotations
from tests.fakes.difficulty_reliefs import MemoryDifficultyReliefs
from tests.fakes.disputes import MemoryDisputes
from tests.fakes.figures_of_today import MemoryFiguresOfToday
from tests.fakes.member_verdicts import MemoryMemberVerdicts
from tests.fakes.members import MemoryLedger, MemoryTeams
from tests.fakes.participation import MemoryParticipation
from tests.fakes.reviews import MemoryReviewQueue

MEMBER = f"{1:032x}"
NOW = at(MONDAY, 12)


@dataclass(slots=True)
class Quarantined:
    bodies: dict[str, str] = field(default_factory=dict)

    def quarantined(self, program: str, member: str) -> Mapping[str, str]:
        return self.bodies if (program, member) == ("academy", MEMBER) else {}


@dataclass(slots=True)
class MemberServices:
    """What one member may read and do."""

    program: Program = field(default_factory=academy)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    disputes: MemoryDisputes = field(default_factory=MemoryDisputes)
    quarantine: Quarantined = field(default_factory=Quarantined)
    rotations: MemoryRotations = field(default_factory=MemoryRotations)
    assignments: MemoryAssignments = field(default_factory=MemoryAssignments)
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)
    participation: MemoryParticipation = field(default_factory=MemoryParticipation)
    figures: MemoryFiguresOfToday = field(default_factory=MemoryFiguresOfToday)
    teams: MemoryTeams = field(default_factory=lambda: MemoryTeams({}))
    verdicts: MemoryMemberVerdicts = field(default_factory=MemoryMemberVerdicts)
    me: Me = field(default_factory=lambda: Me("academy", MEMBER))
    pauses: list[int] = field(default_factory=list)
    versions: dict[int, Program] = field(default_factory=dict)

    @property
    def book(self) -> CompiledProgram:
        self.versions.setdefault(self.program.version, self.program)
        return compile_program(self.program)

    def version(self, version: int) -> CompiledProgram:
        return compile_program(self.versions.get(version, self.program))

    def did(self, *activities: Activity) -> None:
        before, _ = self.ledger.load(self.me.program, self.me.member, [])
        days: dict[int, int | None] = {each.occurred_at.date().toordinal(): None for each in activities}
        after, entries = evaluate(self.book, before, activities, allowances=days)
        self.ledger.commit(
            LedgerChange(
                program=self.me.program,
                member=self.me.member,
                before=before,
                after=after,
                entries=entries,
                due_at=NOW,
            )
        )

    def state(self) -> State:
        return self.ledger.load(self.me.program, self.me.member, [])[0]

    def shown(self, now: datetime = NOW, *, slot: int | None = 0) -> Progress:
        return show_progress(
            self.me,
            now=now,
            compiled=self.book,
            ledger=self.ledger,
            allowances=self.ledger.allowances,
            stores=ChallengeStores(
                version=self.version,
                rotations=self.rotations,
                placements=self.assignments,
                reliefs=MemoryDifficultyReliefs(self.reviews),
                participation=self.participation,
                figures=self.figures,
                slot=lambda program, member: slot,
            ),
            teams=self.teams,
            verdicts=self.verdicts,
        )

    def page(self, *, limit: int = 25, before: int | None = None) -> LedgerPage:
        return show_ledger(
            self.me,
            limit=limit,
            before=before,
            version=self.version,
            ledger=self.ledger,
            quarantine=self.quarantine,
            disputes=self.disputes,
        )

    def raised(self, event: str, text: str = "no", now: datetime = NOW) -> Disputed:
        return dispute(
            self.me, source="academy", event=event, text=text, now=now, ledger=self.ledger, disputes=self.disputes
        )

    def ordered(self, wanted: str = "1", key: str = ITEM.key, now: datetime = NOW) -> Ordered:
        return order(
            self.me,
            order=wanted,
            item=key,
            now=now,
            compiled=self.book,
            version=self.version,
            ledger=self.ledger,
            allowances=self.ledger.allowances,
            pause=self.pauses.append,
        )


def play(services: MemberServices, *, night: bool = True, tier: int = 2) -> None:
    """The member plays tier 2 of the sprint on Monday; without a night, nothing is planned."""
    claim = Claim(program="academy", date=MONDAY, revision=1, attempt=1)
    targets = Targets(shown=(300.0, 200.0, 100.0), by_peers={"all": (300.0, 200.0, 100.0)}, from_history=True)
    planned = RotationPlan(
        selected=("AHT_SPRINT",), deferred={}, targets={"AHT_SPRINT": targets}, last_selected={}, lowered=0, dropped=0
    )
    rotation = Rotation(
        claim=claim,
        actor="the schedule",
        reason="nightly",
        claimed_at=NOW,
        program_version=1,
        plan=planned if night else None,
    )
    services.rotations.claim(rotation, instead_of=None)
    services.assignments.save(claim, {"AHT_SPRINT": planning.standing(2, played=b"\x02\x00", tier=bytes([tier, 1]))})
    services.rotations.activate(claim, at=NOW)
