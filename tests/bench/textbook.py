"""The design that most write first: an idempotency table of Powertools, then ledger, balance and audit together.

It is measured beside ours; nothing of it is used.
"""

from typing import Any

from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.idempotency.persistence.dynamodb import DynamoDBPersistenceLayer

from infra.local.emulator import Emulator, emulator
from ladder.domain.activities.activity import Activity
from tests.bench.academy import activities
from tests.bench.table import create

MEMBERS, EVENTS = 4, 30


def textbook_units(together: int) -> float:
    """Write units per event; how many come together changes nothing, as each is a transaction of its own."""
    with emulator() as aws:
        bill = Bill(aws)
        for member in range(MEMBERS):
            for activity in activities(member, EVENTS - EVENTS % together):
                bill.give(member, activity)
        return bill.units / (MEMBERS * (EVENTS - EVENTS % together))


class Bill:
    """Every call of its client reports what it consumed."""

    def __init__(self, aws: Emulator) -> None:
        self.units = 0.0
        self._client = aws.client("dynamodb")
        self._client.meta.events.register("provide-client-params.dynamodb.*", _ask)
        self._client.meta.events.register("after-call.dynamodb.*", self._count)
        self._ledger = create(aws, "ledger")
        layer = DynamoDBPersistenceLayer(table_name=_idempotency(aws), boto3_client=self._client)
        config = IdempotencyConfig(event_key_jmespath="id")
        self._once = idempotent_function(
            self._transact, data_keyword_argument="event", persistence_store=layer, config=config
        )

    def give(self, member: int, activity: Activity) -> None:
        event = {"id": activity.id, "type": activity.type, "at": activity.occurred_at.isoformat()}
        self._once(event=event, member=f"{member:032x}")

    def _transact(self, *, event: dict[str, str], member: str) -> dict[str, str]:
        key = {"pk": {"S": member}, "sk": {"S": "BALANCE"}}
        balance = {"TableName": self._ledger, "Key": key, "UpdateExpression": "ADD points :p"}
        rows = [
            {"pk": {"S": member}, "sk": {"S": f"{kind}#{event['id']}"}, "points": {"N": "10"}}
            for kind in ("LEDGER", "AUDIT")
        ]
        puts = [{"Put": {"TableName": self._ledger, "Item": row}} for row in rows]
        self._client.transact_write_items(
            TransactItems=[*puts, {"Update": {**balance, "ExpressionAttributeValues": {":p": {"N": "10"}}}}]
        )
        return {"points": "10"}

    def _count(self, parsed: dict[str, Any], **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        self.units += sum(each["CapacityUnits"] for each in (consumed if isinstance(consumed, list) else [consumed]))


def _ask(params: dict[str, Any], model: Any, **_: Any) -> None:
    if "ReturnConsumedCapacity" in model.input_shape.members:
        params["ReturnConsumedCapacity"] = "TOTAL"


def _idempotency(aws: Emulator) -> str:
    aws.client("dynamodb").create_table(
        TableName="idempotency",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return "idempotency"
