"""What was judged, read back: from the audit, the verdicts and the ledger of the stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from infra.cli.audit.records import about, find_records, seal_now, verify_program
from infra.cli.demo.judged import Chain, JudgedCase
from infra.cli.stack import Stack
from infra.local.stage import Stage
from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.adapters.dynamodb.verdicts import DynamoVerdicts
from ladder.domain.activities.activity import BADGE_GRANTED, Key
from ladder.domain.points.ledger import Entry


@dataclass(frozen=True)
class Verdicts:
    stage: Stage

    @cached_property
    def users(self) -> Mapping[str, str]:
        return {member.id: member.user for member in self.stage.roster}

    @cached_property
    def members(self) -> Mapping[str, str]:
        return {user: member for member, user in self.users.items()}

    def cases(self) -> list[JudgedCase]:
        """In the order in which they were judged."""
        found = find_records(self._place, self.stage.program.key, lambda item: item.get("what") == "case judged")
        return [self._case(each.item) for each in found]

    def grant(self, agent: str, badge: str) -> Key | None:
        """The entry by which an agent has a badge."""
        given = (each.activity for each in self.entries(agent) if each.activity.type == BADGE_GRANTED)
        return next((each.key for each in given if each.attributes["badge"] == badge), None)

    def has(self, agent: str, badge: str) -> bool:
        state, _ = self._ledger.load(self.stage.program.key, self.members[agent], [])
        return badge in state.badges

    def entries(self, agent: str) -> list[Entry]:
        return self._ledger.entries(self.stage.program.key, self.members[agent])

    def chain(self) -> Chain:
        """After what is still open has been sealed: here no clock does it."""
        seal_now(self._place)
        found = verify_program(self._place, self.stage.program.key, now=datetime.now(UTC))
        return Chain(records=found.records, seals=found.seals, anchors=found.anchors, broken=str(found.broken or ""))

    def _case(self, item: Mapping[str, Any]) -> JudgedCase:
        told = about(item)
        member = str(told["member"])
        ruling = self._verdicts.existing(self.stage.program.key, member)[str(told["decision"])]
        return JudgedCase(
            id=str(told["decision"]),
            agent=self.users[member],
            badge=str(told["badge"]),
            model=ruling.model,
            outcome=ruling.decision.outcome,
            because=ruling.decision.because,
            evidence=ruling.verdict.evidence if ruling.verdict else (),
        )

    @property
    def _place(self) -> Stack:
        return Stack(self.stage.aws.client, self.stage.outputs)

    @property
    def _ledger(self) -> DynamoLedger:
        return self.stage.members.ledger(self.stage.program)

    @property
    def _verdicts(self) -> DynamoVerdicts:
        return DynamoVerdicts(self.stage.members.members, audit=self.stage.outputs["AuditTable"])
