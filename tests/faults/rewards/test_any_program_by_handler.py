"""The function's own handler on DynamoDB: under any program and its edits everybody has what they should.

That is what the reference model works out from the set of events by docs/points.md.
"""

import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.emulator import KEYS, REGION
from ladder.adapters.sqs import message_body
from ladder.domain.activities.activity import Activity, Delivery
from ladder.usage import Usage
from tests.builders.generated_events import ANYTHING, THOROUGH, calm, hostile
from tests.builders.generated_programs import Deliveries, deliveries
from tests.builders.ledger_stores import StackTables, stack_tables
from tests.builders.rewards import RewardRunner
from tests.builders.stores import Tables, create_table


class RewardsContext:
    function_name, memory_limit_in_mb, aws_request_id = "rewards", 512, "1"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:rewards"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@dataclass(frozen=True, slots=True)
class DeployedRewards:
    """The handler on tables of its own; `numbers`: of programs, each of which is played once."""

    handler: Any
    tables: StackTables
    numbers: Iterator[int]

    def play(self, course: Deliveries) -> RewardRunner:
        """Deliver a message for each event, a batch in one invocation. Nothing comes again: nothing waits for long."""
        key = f"academy-{next(self.numbers)}"
        runner = RewardRunner(program=replace(course[0][0], key=key), ledger=self.tables.stores().ledger())
        for program, batches in course:
            published = self.tables.publish(replace(program, key=key))
            runner.program = runner.versions[published.version] = published
            runner.ledger = self.tables.stores().ledger(published)
            for batch in batches:
                records = [self._record(key, number, activity) for number, activity in enumerate(batch)]
                assert self.handler({"Records": records}, RewardsContext()) == {"batchItemFailures": []}
                for activity in batch:
                    runner.written.setdefault("m", {}).setdefault(activity.key, (activity, published.version))
        return runner

    def _record(self, program: str, number: int, activity: Activity) -> dict[str, Any]:
        body = message_body(Delivery(program, "m", (activity,)))
        return {"messageId": f"{number}", "attributes": {"MessageGroupId": f"{program}#m"}, "body": body}


@pytest.fixture
def deployed(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployedRewards]:
    tables = Tables(dynamodb, create_table(dynamodb, "programs"), create_table(dynamodb, "audit"), Usage())
    academies = stack_tables(tables)
    environment = {
        **KEYS,
        "AWS_DEFAULT_REGION": REGION,
        "LADDER_PROGRAMS_TABLE": tables.programs,
        "LADDER_MEMBERS_TABLE": academies.members,
        "LADDER_AUDIT_TABLE": tables.audit,
        "LADDER_ACTIVITIES_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/000000000000/none.fifo",
        "POWERTOOLS_LOG_LEVEL": "ERROR",
    }
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    sys.modules.pop("rewards.handler", None)
    yield DeployedRewards(importlib.import_module("rewards.handler").handler, academies, count())
    sys.modules.pop("rewards.handler", None)


@settings(parent=calm, max_examples=40 * THOROUGH)
@given(deliveries(st.one_of(ANYTHING, hostile()), most=10))
def test_the_handler_pays_everybody_what_they_should_have_and_nothing_stands_in_the_way(
    deployed: DeployedRewards, courses: list[Deliveries]
) -> None:
    runner = deployed.play(courses[1])
    has = runner.has()
    assert has == runner.should_be()
    assert runner.summed() == (has.earned, has.spent, has.held)
