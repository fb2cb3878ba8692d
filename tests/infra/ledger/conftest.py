"""An academy's ledgers on an emulated DynamoDB, filled by the rewarding act itself."""

from itertools import count
from typing import Any

import pytest

from infra.cli.stack import Stack
from infra.local.emulator import Emulator
from tests.builders.academy import academy
from tests.infra.ledger.ledgers_on_stack import LedgersOnStack

NUMBERS = count()


@pytest.fixture
def ledgers(aws: Emulator) -> LedgersOnStack:
    client, number = aws.client("dynamodb"), next(NUMBERS)
    outputs = {f"{name}Table": _table(client, f"{name}-{number}") for name in ("Members", "Programs", "Audit")}
    place = Stack(aws.client, {**outputs, "ActivitiesQueueUrl": _queue(aws, number)})
    return LedgersOnStack(place, place.members.published.publish(academy()))


def _table(client: Any, name: str) -> str:
    client.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def _queue(aws: Emulator, number: int) -> str:
    made = aws.client("sqs").create_queue(QueueName=f"activities-{number}.fifo", Attributes={"FifoQueue": "true"})
    return str(made["QueueUrl"])
