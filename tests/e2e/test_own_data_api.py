"""What members ordered and what is known about them, by the real handlers: for themselves, and for who may see it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.adapters.dynamodb.table import decode
from ladder.domain.points.amendments import reversal
from ladder.domain.points.orders import order_key
from progress.export import MOST_A_DAY
from rewards.reward import RewardContext, reward
from tests.e2e.aimed_requests import STAFF
from tests.e2e.deployed_api import CHEAP, CLAIMS, HELPER, LISTED, MEMBER, DeployedApi, deployed_api
from tests.fakes.gateway import bearing

LOGIN_ONLY = CLAIMS | {"sub": "hugo"}


@pytest.fixture(scope="module")
def deployed() -> Iterator[DeployedApi]:
    with deployed_api() as made:
        yield made


def seen_by_staff(deployed: DeployedApi, query: str = "") -> Any:
    answer = deployed.gateway.call("GET", "/programs/academy/orders", query=query, headers=bearing(STAFF))
    assert answer["statusCode"] == 200, answer["body"]
    return json.loads(answer["body"])


def take_back(deployed: DeployedApi, order: str) -> None:
    compiled, now = deployed.members.compiled("academy"), datetime.now(UTC)
    context = RewardContext(
        member=MEMBER,
        compiled=compiled,
        compiled_version=lambda version: deployed.members.compiled_version("academy", version),
        ledger=deployed.members.ledger(compiled),
        allowances=deployed.members.allowances,
        now=now,
    )
    undone = reversal(order_key(order), reason="sold out", actor="anna", now=now)
    reward(context, [undone], pause=lambda tries: None)


def test_orders_are_listed_newest_first_for_their_member_and_for_admins_and_say_what_was_taken_back(
    deployed: DeployedApi,
) -> None:
    assert deployed.get("orders", LOGIN_ONLY)[1] == {"orders": []}
    for order in ("z first", "a second", "m#third"):
        assert deployed.post("orders", {"order": order, "item": CHEAP.key})[0] == 201
    take_back(deployed, "a second")
    own = deployed.get("orders", CLAIMS)[1]["orders"]
    shown = [(order["order"], order["name"], order["price"], order["reversed"]) for order in own]
    assert shown == [
        ("m#third", CHEAP.name, 1, False),
        ("a second", CHEAP.name, 1, True),
        ("z first", CHEAP.name, 1, False),
        ("given", CHEAP.name, 1, False),
    ]
    page = seen_by_staff(deployed, "limit=2")
    rest = seen_by_staff(deployed, f"limit=2&before={page['before'].replace('#', '%23').replace('+', '%2B')}")
    listed = [(order["order"], order["member"], order["reversed"]) for order in [*page["orders"], *rest["orders"]]]
    assert listed == [(order["order"], MEMBER, order["reversed"]) for order in own]
    assert rest["before"] is None
    assert deployed.get("orders", LOGIN_ONLY)[1] == {"orders": []}


def test_the_orders_of_an_erased_member_are_in_no_list(deployed: DeployedApi) -> None:
    table = deployed.members.members
    assert deployed.post("orders", {"order": "to forget", "item": CHEAP.key})[0] in {200, 201}
    DynamoErasures(table, deployed.members.programs).forget("academy", MEMBER, user=None)
    assert seen_by_staff(deployed)["orders"] == []


def test_a_member_exports_what_an_admin_would_see_and_it_is_in_the_audit(deployed: DeployedApi) -> None:
    status, own = deployed.get("export", LOGIN_ONLY)
    assert status == 200
    answer = deployed.gateway.call("GET", f"/admin/programs/academy/members/{HELPER.id}/export", headers=bearing(STAFF))
    seen = json.loads(answer["body"])
    assert own["roster"]["user"] == HELPER.user
    assert own.keys() == seen.keys()
    seen["items"].pop("exported")  # how often they did so today: this is counted by the first of the two
    same = ("program", "member", "roster", "items", "assignments")
    assert {name: seen[name] for name in same} == {name: own[name] for name in same}
    assert [(record["what"], record["who"]) for record in own["audit"]] == [("audit.member_exported", HELPER.id)]
    assert LISTED.id not in json.dumps(own)


def test_an_export_is_refused_after_a_few_on_a_day(deployed: DeployedApi) -> None:
    while (answered := deployed.get("export", CLAIMS))[0] == 200:
        pass
    item = deployed.members.members.get(keys.member("academy", MEMBER), keys.EXPORTED)
    assert (answered[0], answered[1]["code"], item and item["times"]) == (409, "members.exported_enough", MOST_A_DAY)
    client, audit = deployed.members.members._client, deployed.members.audit
    records = [decode(item) for item in client.scan(TableName=audit)["Items"]]
    by_them = [item for item in records if item.get("what") == "audit.member_exported" and item["who"] == MEMBER]
    assert len(by_them) == MOST_A_DAY
