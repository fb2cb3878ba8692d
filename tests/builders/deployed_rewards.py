"""The rewards function's own handler, on tables of its own."""

import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from ladder.adapters.sqs import message_body
from ladder.domain.activities.activity import Activity, Delivery
from ladder.usage import Usage
from tests.builders.ledger_stores import StackTables, stack_tables
from tests.builders.stores import Tables, create_table


class RewardsContext:
    function_name, memory_limit_in_mb, aws_request_id = "rewards", 512, "1"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:rewards"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@dataclass(frozen=True, slots=True)
class DeployedRewards:
    handler: Any
    academies: StackTables

    def invoke(self, program: str, activities: Sequence[Activity]) -> Sequence[Mapping[str, str]]:
        """Bring a message for each activity of member m. Returns those that must come again."""
        records = [
            {
                "messageId": f"{number}",
                "attributes": {"MessageGroupId": f"{program}#m"},
                "body": message_body(Delivery(program, "m", (activity,))),
            }
            for number, activity in enumerate(activities)
        ]
        again: Sequence[Mapping[str, str]] = self.handler({"Records": records}, RewardsContext())["batchItemFailures"]
        return again


def deployed_rewards(
    client: Any, name: str, patch: pytest.MonkeyPatch, **environment: str
) -> Iterator[DeployedRewards]:
    """Yield the handler, imported anew in this environment; `name` is that of its tables."""
    tables = Tables(client, create_table(client, f"programs-{name}"), create_table(client, f"audit-{name}"), Usage())
    academies = stack_tables(tables)
    named = {"PROGRAMS_TABLE": tables.programs, "MEMBERS_TABLE": academies.members, "AUDIT_TABLE": tables.audit}
    queue = {"LADDER_ACTIVITIES_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/000000000000/none.fifo"}
    for variable, value in {**{f"LADDER_{key}": name for key, name in named.items()}, **queue, **environment}.items():
        patch.setenv(variable, value)
    sys.modules.pop("rewards.handler", None)
    deployed = importlib.import_module("rewards.handler")
    patch.setattr(deployed, "dynamodb", client)
    yield DeployedRewards(deployed.handler, academies)
    sys.modules.pop("rewards.handler", None)
