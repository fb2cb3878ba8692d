"""Eight workers call the function's own handler at once, on the emulator's DynamoDB: as eight Lambdas would."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from infra.local.emulator import Emulator
from ladder.domain.activities.activity import Activity
from ladder.domain.members.roster import Member
from ladder.domain.points.look_back import LookBack
from ladder.domain.points.replay import balance
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.points.rules import Rule
from tests.builders.capped_academy import CAPS, POSTED, academy, event
from tests.builders.deployed_rewards import DeployedRewards, RewardsContext, deployed_rewards
from tests.builders.files_on_the_way import files_on_the_way
from tests.builders.generated_events import START
from tests.builders.stores import EMULATED

pytestmark = EMULATED

WORKERS = 8
POINTS = 30
PLAIN = Rulebook(rules=(Rule(key="POST", name="a post", match=POSTED, points=POINTS),))


def bring(deployed: DeployedRewards, activity: Activity) -> None:
    """Until it is done, as the queue does; each worker has a message of its own."""
    while deployed.invoke("academy", [activity]):
        continue


def at_once(deployed: DeployedRewards, *activities: Activity) -> None:
    start = Barrier(WORKERS)

    def one(worker: int) -> None:
        start.wait()
        bring(deployed, activities[worker])

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(one, range(WORKERS)))


def told(deployed: DeployedRewards) -> tuple[int, int, int]:
    """Earned by the state, by the ledger, and how many entries say so."""
    ledger = deployed.academies.stores().ledger()
    state, _ = ledger.load("academy", "m", [])
    entries = ledger.entries("academy", "m")
    return state.earned, balance(entries)[0], len(entries)


@pytest.fixture
def deployed(
    aws: Emulator, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DeployedRewards]:
    environment = {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "LADDER_ACTIVITIES_QUEUE_URL": f"{aws.endpoint}/none.fifo",
    }
    for rewards in deployed_rewards(aws.client("dynamodb"), request.node.name, monkeypatch, **environment):
        caps = replace(CAPS, member_daily_points=100, member_weekly_points=None, program_daily_points=None)
        rewards.academies.stores().published.publish(academy(rulebook=PLAIN, caps=caps))
        yield rewards


def post(number: int) -> Activity:
    at = START + timedelta(hours=9, minutes=number)
    return event("forum.posted", at, f"post-{number}")


def test_eight_who_race_for_the_last_points_of_a_cap_take_exactly_those(deployed: DeployedRewards) -> None:
    at_once(deployed, *map(post, range(WORKERS)))
    assert told(deployed) == (100, 100, WORKERS)


def test_one_event_in_all_eight_pays_once(deployed: DeployedRewards) -> None:
    at_once(deployed, *[post(1)] * WORKERS)
    assert told(deployed) == (POINTS, POINTS, 1)


def test_whoever_follows_one_message_in_its_order_reads_at_most_twenty_files(deployed: DeployedRewards) -> None:
    bring(deployed, event("forum.posted", START, "first"))
    passed = files_on_the_way(lambda: bring(deployed, event("forum.posted", START + timedelta(hours=1), "second")))
    assert len(passed) <= 20, "\n".join(passed)


def test_the_hour_releases_what_is_due_and_looks_at_each_version_once(deployed: DeployedRewards) -> None:
    stores = deployed.academies.stores()
    stores.published.enrol("academy", (Member(id="m", user="m"),))
    bring(deployed, post(1))
    assert deployed.handler({"release": True}, RewardsContext()) == {"released": 0, "looked_back": 0}
    assert stores.look_backs.of("academy") == LookBack(1, None)
