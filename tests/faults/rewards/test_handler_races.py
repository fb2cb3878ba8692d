"""Eight workers call the function's own handler at once, on the emulator's DynamoDB: as eight Lambdas would."""

import importlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from infra.local.emulator import Emulator
from ladder.adapters.sqs import message_body
from ladder.domain.activities.activity import Activity, Delivery
from ladder.domain.members.roster import Member
from ladder.domain.points.look_back import LookBack
from ladder.domain.points.replay import balance
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.points.rules import Rule
from ladder.usage import Usage
from tests.builders.capped_academy import CAPS, POSTED, academy, event
from tests.builders.files_on_the_way import files_on_the_way
from tests.builders.generated_events import START
from tests.builders.ledger_stores import StackTables, stack_tables
from tests.builders.stores import EMULATED, Tables, create_table

pytestmark = EMULATED

WORKERS = 8
POINTS = 30
PLAIN = Rulebook(rules=(Rule(key="POST", name="a post", match=POSTED, points=POINTS),))


class RewardsContext:
    function_name, memory_limit_in_mb, aws_request_id = "rewards", 512, "1"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:rewards"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@dataclass(frozen=True, slots=True)
class DeployedRewards:
    handler: Any
    academies: StackTables

    def bring(self, worker: int, activity: Activity) -> None:
        """Until it is done, as the queue does; each worker has a message of its own."""
        record = {
            "messageId": f"{worker}",
            "attributes": {"MessageGroupId": "academy#m"},
            "body": message_body(Delivery("academy", "m", (activity,))),
        }
        while self.handler({"Records": [record]}, RewardsContext())["batchItemFailures"]:
            continue

    def at_once(self, *activities: Activity) -> None:
        start = Barrier(WORKERS)

        def one(worker: int) -> None:
            start.wait()
            self.bring(worker, activities[worker])

        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(one, range(WORKERS)))

    def told(self) -> tuple[int, int, int]:
        """Earned by the state, by the ledger, and how many entries say so."""
        ledger = self.academies.stores().ledger()
        state, _ = ledger.load("academy", "m", [])
        entries = ledger.entries("academy", "m")
        return state.earned, balance(entries)[0], len(entries)


@pytest.fixture
def deployed(
    aws: Emulator, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DeployedRewards]:
    client, name = aws.client("dynamodb"), request.node.name
    tables = Tables(client, create_table(client, f"programs-{name}"), create_table(client, f"audit-{name}"), Usage())
    academies = stack_tables(tables)
    caps = replace(CAPS, member_daily_points=100, member_weekly_points=None, program_daily_points=None)
    academies.stores().published.publish(academy(rulebook=PLAIN, caps=caps))
    environment = {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "LADDER_PROGRAMS_TABLE": tables.programs,
        "LADDER_MEMBERS_TABLE": academies.members,
        "LADDER_AUDIT_TABLE": tables.audit,
        "LADDER_ACTIVITIES_QUEUE_URL": f"{aws.endpoint}/none.fifo",
    }
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    sys.modules.pop("rewards.handler", None)
    yield DeployedRewards(importlib.import_module("rewards.handler").handler, academies)
    sys.modules.pop("rewards.handler", None)


def post(number: int) -> Activity:
    at = START + timedelta(hours=9, minutes=number)
    return event("forum.posted", at, f"post-{number}")


def test_eight_who_race_for_the_last_points_of_a_cap_take_exactly_those(deployed: DeployedRewards) -> None:
    deployed.at_once(*map(post, range(WORKERS)))
    assert deployed.told() == (100, 100, WORKERS)


def test_one_event_in_all_eight_pays_once(deployed: DeployedRewards) -> None:
    deployed.at_once(*[post(1)] * WORKERS)
    assert deployed.told() == (POINTS, POINTS, 1)


def test_whoever_follows_one_message_in_its_order_reads_at_most_twenty_files(deployed: DeployedRewards) -> None:
    deployed.bring(0, event("forum.posted", START, "first"))
    passed = files_on_the_way(lambda: deployed.bring(0, event("forum.posted", START + timedelta(hours=1), "second")))
    assert len(passed) <= 20, "\n".join(passed)


def test_the_hour_releases_what_is_due_and_looks_at_each_version_once(deployed: DeployedRewards) -> None:
    stores = deployed.academies.stores()
    stores.published.enrol("academy", (Member(id="m", user="m"),))
    deployed.bring(0, post(1))
    assert deployed.handler({"release": True}, RewardsContext()) == {"released": 0, "looked_back": 0}
    assert stores.look_backs.of("academy") == LookBack(1, None)
