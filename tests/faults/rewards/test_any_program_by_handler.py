"""The function's own handler on DynamoDB: under any program and its edits everybody has what they should.

That is what the reference model works out from the set of events by docs/points.md.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.emulator import KEYS, REGION
from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.domain.points.compiled import state_names
from tests.builders.deployed_rewards import DeployedRewards, deployed_rewards
from tests.builders.generated_events import ANYTHING, THOROUGH, calm, hostile
from tests.builders.generated_programs import Deliveries, deliveries
from tests.builders.rewards import RewardRunner
from tests.fakes.dynamodb import MemoryDynamoDB

NUMBERS = count()


QUIET = {**KEYS, "AWS_DEFAULT_REGION": REGION, "POWERTOOLS_LOG_LEVEL": "ERROR"}


@pytest.fixture
def deployed(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployedRewards]:
    yield from deployed_rewards(dynamodb, f"any-{next(NUMBERS)}", monkeypatch, **QUIET)


@pytest.fixture
def deployed_on_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployedRewards]:
    yield from deployed_rewards(MemoryDynamoDB(), f"any-{next(NUMBERS)}", monkeypatch, **QUIET)


def played(deployed: DeployedRewards, course: Deliveries) -> RewardRunner:
    """Publish each version and bring what came under it, in a program of its own. Nothing has to come again."""
    key, tables = f"academy-{next(NUMBERS)}", deployed.academies
    runner = RewardRunner(program=replace(course[0][0], key=key))
    for program, batches in course:
        published = tables.publish(replace(program, key=key))
        runner.program = runner.versions[published.version] = published
        for batch in batches:
            assert deployed.invoke(key, batch) == []
            for activity in batch:
                runner.written.setdefault("m", {}).setdefault(activity.key, (activity, published.version))
    stores = tables.stores()
    names = {name for known in runner.versions.values() for name in state_names(known.rulebook)}  # also what is gone
    runner.ledger = DynamoLedger(stores.members, audit=stores.audit, names=names)
    return runner


def assert_everybody_has_what_they_should(runner: RewardRunner) -> None:
    has = runner.has()
    assert has == runner.should_be()
    assert runner.summed() == (has.earned, has.spent, has.held)


@settings(parent=calm, max_examples=40)
@given(deliveries(st.one_of(ANYTHING, hostile()), most=10))
def test_the_handler_pays_everybody_what_they_should_have_and_nothing_stands_in_the_way(
    deployed: DeployedRewards, courses: list[Deliveries]
) -> None:
    assert_everybody_has_what_they_should(played(deployed, courses[1]))


@settings(parent=calm, max_examples=150 * THOROUGH)
@given(deliveries(st.one_of(ANYTHING, hostile())))
def test_the_handler_pays_it_in_both_orders_of_delivery(
    deployed_on_memory: DeployedRewards, courses: list[Deliveries]
) -> None:
    for course in courses:
        assert_everybody_has_what_they_should(played(deployed_on_memory, course))
