"""Two members on an emulated DynamoDB: one of a team is to be erased, while their awards go on."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from admin.personal_data import export
from infra.cli.ledger.members import MemberKey, read_ledger
from infra.cli.ledger.verify import verify_ledger as ledger_verified
from infra.cli.stack import Stack
from infra.local.emulator import Emulator
from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.audit import DynamoAudit
from ladder.adapters.dynamodb.figures_of_today import DynamoFiguresOfToday
from ladder.adapters.dynamodb.histories import DynamoHistories
from ladder.adapters.dynamodb.personal_data import DynamoPersonalData
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.adapters.dynamodb.staff import DynamoDecisions
from ladder.adapters.sqs import message_body, read_message
from ladder.domain.activities.activity import Activity, Delivery
from ladder.domain.audit.verify import verify as audit_verified
from ladder.domain.points.rulebook import TeamAchievement
from ladder.domain.reviews.member_export import MemberExport
from rewards.batch import BatchProcessor, Received, process
from rewards.reward import RewardContext, reward
from rewards.teams import update_teams
from sealing.seal import seal
from tests.builders.capped_academy import CAPS, RULEBOOK, academy, event
from tests.builders.erasure import ANNA, JO, NINE, NOW, ErasureSetup, erasure_setup
from tests.fakes.audit import MemoryAnchors
from tests.fakes.fault_injection import Fate, Interposed

TOGETHER = TeamAchievement(key="TOGETHER", name="together", target=1, floor=1, points=5, share=0.5)
TEAMED = academy(
    caps=replace(CAPS, program_daily_points=900, member_weekly_points=None),
    rulebook=replace(RULEBOOK, teams=(TOGETHER,)),
)
AWARD = (
    event("learner.completed_module", NINE + timedelta(days=4), "jo.raw-8", module="jo.module-2"),
    event("forum.posted", NINE + timedelta(minutes=90), "jo.raw-9", text="jo wrote this"),  # before what is known
    event("peer.assisted", NINE + timedelta(hours=2), "e3", colleague="another body"),
)


@dataclass
class ErasureMeanwhile:
    """`sent`: what the team was granted, still in the queue; `troubles`: what made a message come again."""

    setup: ErasureSetup
    stack: Stack
    sent: list[Delivery] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self.sent += deliveries

    def bring(self, fate: Fate | None = None) -> list[str]:
        """The award's message, and the team's grants as they come of it; ids of what must come again."""
        left = self.works(Delivery("academy", JO, AWARD), fate)
        while self.sent:
            left += self.works(self.sent.pop(0))
        return left

    def works(self, delivery: Delivery, fate: Fate | None = None) -> list[str]:
        """As the queue brings it."""
        message = Received("1", f"{delivery.program}#{delivery.member}", message_body(delivery))
        return process([message], self._clerk(fate or Fate()))

    def _clerk(self, fate: Fate) -> BatchProcessor:
        return BatchProcessor(
            read=read_message,
            reward=lambda program, member, activities: self._give(member, activities, fate),
            quarantine=self.setup.members().ledger().quarantine,
            time_left=lambda: 60.0,
            report=lambda group, error: self.troubles.append(error),
            count_erased=self.dropped.append,
        )

    def _give(self, member: str, activities: Sequence[Activity], fate: Fate) -> None:
        """As the handler does it, with `fate` before each port."""
        stores = self.setup.members()
        book = stores.compiled("academy")
        context = RewardContext(
            member=member,
            compiled=book,
            compiled_version=lambda version: stores.compiled_version("academy", version),
            ledger=Interposed(stores.ledger(book), fate),
            allowances=Interposed(stores.allowances, fate),
            now=NOW,
        )
        rewarded = reward(context, activities, pause=lambda tries: None)
        update_teams(context, rewarded, teams=Interposed(stores.teams, fate), queue=Interposed(self, fate))

    def export(self, fate: Fate | None = None) -> MemberExport:
        stores, audit = self.setup.members(), self.setup.table(self.setup.stack.tables.audit)
        parts: dict[str, Any] = {
            "programs": stores.published,
            "personal_data": DynamoPersonalData(stores.members, audit, stores.ledger(stores.compiled("academy"))),
            "rotations": DynamoRotations(stores.programs),
            "placements": DynamoAssignments(stores.programs),
            "figures": DynamoHistories(stores.programs),
            "figures_of_today": DynamoFiguresOfToday(stores.programs),
            "decisions": DynamoDecisions(audit, stores.members),
        }
        seen: dict[str, Any] = {name: Interposed(part, fate or Fate()) for name, part in parts.items()}
        return export(ANNA, member=JO, now=NOW, **seen)

    def entries(self) -> int:
        return len(self.setup.erasure_stores()["ledger"].entries("academy", JO))

    def wrong(self) -> list[object]:
        """Return what names them, does not add up in their ledger, or is broken in the audit once it is sealed."""
        found: list[object] = [*self.setup.left().split()]
        found += ledger_verified(read_ledger(self.stack, MemberKey("academy", JO))).findings
        audit, anchors = DynamoAudit(self.stack.audit), MemoryAnchors()
        sealed = seal(
            programs=self.setup.members().published, audit=audit, anchors=anchors, now=NOW, pause=lambda tries: None
        )
        verified = audit_verified(
            "academy", audit.seals("academy"), audit.items("academy"), anchors.of("academy"), now=NOW
        )
        found += [each for each in (*sealed.failed.values(), verified.broken) if each]
        return [*found, *self.troubles]


def erasure_meanwhile(aws: Emulator, name: str) -> ErasureMeanwhile:
    """Whose second version pays by teams, and under a cap that all share."""
    made = erasure_setup(aws, name)
    made.stack.publish(replace(TEAMED, version=0))
    tables = made.stack.tables
    outputs = {
        "MembersTable": made.stack.members,
        "ProgramsTable": tables.programs,
        "AuditTable": tables.audit,
        "ActivitiesQueueUrl": "none",
    }
    return ErasureMeanwhile(made, Stack(aws.client, outputs))
