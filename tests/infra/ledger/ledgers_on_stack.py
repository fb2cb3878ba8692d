"""An academy's ledgers on an emulated DynamoDB, filled by the rewarding act itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.cli.ledger.members import MemberKey, MemberLedger, read_ledger
from infra.cli.stack import Stack
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import encode
from ladder.domain.activities.activity import REVERSED, Activity
from ladder.domain.message import Message
from ladder.domain.points.ledger import LedgerChange
from ladder.domain.points.orders import place_order
from ladder.domain.points.rulebook import CatalogueItem
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Plain
from rewards.reward import RewardContext, reward

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LedgersOnStack:
    """`place` as the commands have it; `program` as it is published there."""

    place: Stack
    program: Program

    def reward(self, member: str, activities: Sequence[Activity]) -> None:
        members = self.place.members
        book = members.compiled(self.program.key)
        context = RewardContext(
            member=member,
            compiled=book,
            compiled_version=lambda version: members.compiled_version(self.program.key, version),
            ledger=members.ledger(book),
            allowances=members.allowances,
            now=NOW,
        )
        reward(context, activities, pause=lambda tries: None)

    def order(self, member: str, item: CatalogueItem) -> None:
        book = self.place.members.compiled(self.program.key)
        before = self.read(member).state
        placed = place_order(book, item, before, order="1", taken=0, now=NOW)
        assert not isinstance(placed, Message)
        after, entry = placed
        ledger = self.place.members.ledger(book)
        change = LedgerChange(
            program=self.program.key, member=member, before=before, after=after, entries=[entry], due_at=NOW
        )
        ledger.commit(change)

    def read(self, member: str) -> MemberLedger:
        return read_ledger(self.place, MemberKey(self.program.key, member))

    def tamper(self, member: str, sort_key: str, **changes: Any) -> None:
        """Change an item as only somebody with access to the account could."""
        names = {f"#{name}": name for name in changes}
        self.place.client("dynamodb").update_item(
            TableName=self.place.outputs["MembersTable"],
            Key=encode({"pk": keys.member(self.program.key, member), "sk": sort_key}),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in changes),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=encode({f":{name}": value for name, value in changes.items()}),
        )

    def lose(self, member: str, sort_key: str) -> None:
        self.place.client("dynamodb").delete_item(
            TableName=self.place.outputs["MembersTable"],
            Key=encode({"pk": keys.member(self.program.key, member), "sk": sort_key}),
        )


def passed(number: int, *, module: str | None = None, minutes: int = 0) -> Activity:
    says: dict[str, Plain] = {"passed": True, "module": module or f"m{number}"}
    return an_activity(f"e{number}", "assessment.submitted", says, minutes=minutes, received_at=NOW)


def taken_back(event: str) -> Activity:
    says: dict[str, Plain] = {"source": "academy", "id": event, "reason": "a mistake", "actor": "zoë"}
    return an_activity(f"reverse:academy#{event}", REVERSED, says, source="ladder", minutes=60)


def an_activity(
    event: str,
    kind: str,
    says: Mapping[str, Plain],
    *,
    source: str = "academy",
    minutes: int = 0,
    received_at: datetime | None = None,
) -> Activity:
    at = NOW - timedelta(days=2) + timedelta(minutes=minutes)
    return Activity(source=source, id=event, type=kind, occurred_at=at, received_at=received_at, attributes=says)
