"""Objections by the real handler: they hold at once, are audited once, and can be withdrawn."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ladder.adapters.dynamodb.objections import DynamoObjections
from tests.e2e.deployed_api import CLAIMS, MEMBER, DeployedApi, deployed_api
from tests.fakes.gateway import bearing


@pytest.fixture(scope="module")
def deployed() -> Iterator[DeployedApi]:
    with deployed_api() as made:
        yield made


def said(deployed: DeployedApi, purpose: str, body: Any) -> tuple[int, Any]:
    headers = {"content-type": "application/json", **bearing(CLAIMS)}
    raw = json.dumps(body).encode()
    answer = deployed.gateway.call("PUT", f"/members/me/objections/{purpose}", headers=headers, body=raw)
    return answer["statusCode"], json.loads(answer["body"])


def objected(told: Any) -> dict[str, bool]:
    return {each["purpose"]: each["objects"] for each in told["objections"]}


def test_a_member_objects_and_withdraws_and_both_hold_at_once(deployed: DeployedApi) -> None:
    stored = DynamoObjections(deployed.members.members)
    assert objected(deployed.get("objections", CLAIMS)[1]) == {"judging": False, "adaptive_difficulty": False}
    status, told = said(deployed, "judging", {"objects": True})
    assert (status, objected(told)) == (200, {"judging": True, "adaptive_difficulty": False})
    assert stored.objects("academy", MEMBER, "judging")
    assert [said(deployed, "judging", {"objects": False})[0] for _ in range(2)] == [200, 200]
    assert not stored.objects("academy", MEMBER, "judging")


@pytest.mark.parametrize(
    ("purpose", "body"),
    [("everything", {"objects": True}), ("judging", {}), ("judging", {"objects": "yes"}), ("judging", {"objects": 1})],
)
def test_what_is_no_objection_is_refused_with_the_place(deployed: DeployedApi, purpose: str, body: Any) -> None:
    status, problem = said(deployed, purpose, body)
    assert (status, bool(problem["errors"])) == (422, True)
