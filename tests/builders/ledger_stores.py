"""A member's ledger twice over: in memory, and on an emulated table with its index of what is due."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.table import Table
from ladder.domain.points.ports import Allowances, Holds, Ledger
from ladder.domain.programs.program import Program
from ladder.domain.reviews.review import Review
from tests.builders.stores import NUMBERS, Tables
from tests.fakes.members import MemoryLedger


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerStores:
    """`quarantined`: bodies of a member that were set apart; `refused`: how many events were audited as refused.

    `open_reviews`: of the program, in any order.
    """

    ledger: Ledger
    allowances: Allowances
    holds: Holds
    quarantined: Callable[[str, str], dict[str, str]]
    refused: Callable[[], int]
    open_reviews: Callable[[], list[Review]]


@dataclass(frozen=True, slots=True)
class StackTables:
    """The three tables of a stage; `members` is one of its own."""

    tables: Tables
    members: str

    def stores(self, client: Any = None) -> MemberStores:
        """As one worker has them: whatever it keeps warm, it does not share."""
        used = client or self.tables.client
        table = Table(used, self.members, self.tables.usage, pause=lambda tries: None)
        return MemberStores(
            members=table, programs=self.tables.table(client), audit=self.tables.audit, cache=StoreCache()
        )

    def publish(self, program: Program) -> Program:
        return DynamoPrograms(self.tables.table()).publish(program)


def stack_tables(tables: Tables) -> StackTables:
    return StackTables(tables, members_table(tables.client, f"members-{next(NUMBERS)}"))


def in_memory_ledger() -> LedgerStores:
    ledger = MemoryLedger()
    return LedgerStores(
        ledger=ledger,
        allowances=ledger.allowances,
        holds=ledger,
        quarantined=lambda program, member: ledger.quarantined.get((program, member), {}),
        refused=lambda: len(ledger.refused),
        open_reviews=lambda: [review for review in ledger.reviews.values() if review.status == "open"],
    )


def dynamodb_ledger(tables: Tables, program: Program) -> LedgerStores:
    stores = stack_tables(tables).stores()
    ledger = stores.ledger(program)
    queue = DynamoReviewQueue(stores.members, audit=tables.audit)
    return LedgerStores(
        ledger=ledger,
        allowances=stores.allowances,
        holds=stores.holds,
        quarantined=ledger.quarantined,
        refused=lambda: tables.client.scan(TableName=tables.audit)["Count"],
        open_reviews=lambda: queue.find(
            program.key, [(review.member, review.id) for review in queue.waiting(program.key)]
        ),
    )


def members_table(client: Any, name: str) -> str:
    indexes = {
        "Due": ("due_program", "due_at"),
        "Reviews": ("review_program", "opened_at"),
        "BySequence": ("pk", "sequence"),
    }
    keys = {"pk", "sk", *(key for index in indexes.values() for key in index)}
    client.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "N" if key == "sequence" else "S"} for key in sorted(keys)
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [
                    {"AttributeName": partition, "KeyType": "HASH"},
                    {"AttributeName": sort, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"}
                if index == "BySequence"
                else {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["kind", "assigned_to"]},
            }
            for index, (partition, sort) in indexes.items()
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return name
