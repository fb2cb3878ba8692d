"""The stores twice over: as plain dictionaries, and as the real adapters on an emulated DynamoDB."""

from typing import Any

import pytest

from ladder.usage import Usage
from tests.builders.stores import NUMBERS, Stores, Tables, create_table, dynamodb_stores, in_memory_stores


@pytest.fixture
def tables(dynamodb: Any) -> Tables:
    number = next(NUMBERS)
    return Tables(
        dynamodb, create_table(dynamodb, f"programs-{number}"), create_table(dynamodb, f"audit-{number}"), Usage()
    )


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Stores:
    return in_memory_stores() if request.param == "memory" else dynamodb_stores(request.getfixturevalue("tables"))
