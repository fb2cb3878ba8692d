"""The function's own handler on DynamoDB: under any program and its edits everybody has what they should.

That is what the reference model works out from the set of events by docs/points.md.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from infra.local.emulator import KEYS, REGION
from tests.builders.deployed_rewards import DeployedRewards, deployed_rewards
from tests.builders.generated_events import ANYTHING, THOROUGH, calm, hostile
from tests.builders.generated_programs import Deliveries, deliveries
from tests.builders.rewards import RewardRunner

NUMBERS = count()


@pytest.fixture
def deployed(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployedRewards]:
    quiet = {**KEYS, "AWS_DEFAULT_REGION": REGION, "POWERTOOLS_LOG_LEVEL": "ERROR"}
    yield from deployed_rewards(dynamodb, f"any-{next(NUMBERS)}", monkeypatch, **quiet)


def played(deployed: DeployedRewards, course: Deliveries) -> RewardRunner:
    """Publish each version and bring what came under it, in a program of its own. Nothing has to come again."""
    key, tables = f"academy-{next(NUMBERS)}", deployed.academies
    runner = RewardRunner(program=replace(course[0][0], key=key))
    for program, batches in course:
        published = tables.publish(replace(program, key=key))
        runner.program = runner.versions[published.version] = published
        runner.ledger = tables.stores().ledger(published)
        for batch in batches:
            assert deployed.invoke(key, batch) == []
            for activity in batch:
                runner.written.setdefault("m", {}).setdefault(activity.key, (activity, published.version))
    return runner


@settings(parent=calm, max_examples=40 * THOROUGH, phases=(Phase.generate,), report_multiple_bugs=False)
@given(deliveries(st.one_of(ANYTHING, hostile()), most=10))
def test_the_handler_pays_everybody_what_they_should_have_and_nothing_stands_in_the_way(
    deployed: DeployedRewards, courses: list[Deliveries]
) -> None:
    runner = played(deployed, courses[1])
    has = runner.has()
    assert has == runner.should_be()
    assert runner.summed() == (has.earned, has.spent, has.held)
