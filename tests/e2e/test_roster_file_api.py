"""Enrolling from a file by the real handler: a look first, then applied, once and never by half a list."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.aimed_requests import STAFF
from tests.e2e.deployed_api import DeployedApi, deployed_api
from tests.fakes.gateway import bearing

WHOLE = "user,name,team\n" + "".join(f"user {number},Member {number},early\n" for number in range(40))


@pytest.fixture(scope="module")
def deployed() -> Iterator[DeployedApi]:
    with deployed_api() as made:
        yield made


def sent(deployed: DeployedApi, text: str, **more: Any) -> tuple[int, Any]:
    headers = {"content-type": "application/json", **bearing(STAFF)}
    body = json.dumps({"text": text, "request": "enrol-1", **more}).encode()
    answer = deployed.gateway.call("POST", "/admin/programs/academy/members/file", headers=headers, body=body)
    return answer["statusCode"], json.loads(answer["body"])


def active(deployed: DeployedApi) -> list[str]:
    return [member.user for member in deployed.members.published.roster("academy") if member.active]


def test_a_file_is_looked_at_applied_and_applied_again_without_an_effect(deployed: DeployedApi) -> None:
    before = active(deployed)
    status, preview = sent(deployed, WHOLE)
    assert (status, preview["applied"], preview["joined"]["count"], preview["left"]["users"]) == (
        200,
        False,
        40,
        before,
    )
    assert active(deployed) == before
    assert sent(deployed, WHOLE, apply=True)[1]["applied"]
    assert len(active(deployed)) == 40
    status, again = sent(deployed, WHOLE, apply=True)
    assert (status, again["joined"]["count"], again["left"]["count"]) == (200, 0, 0)
    ids = [member.id for member in deployed.members.published.roster("academy")]
    assert len(set(ids)) == len(ids) == len(before) + 40


def test_a_file_with_a_problem_or_that_was_cut_off_changes_nobody(deployed: DeployedApi) -> None:
    sent(deployed, WHOLE, apply=True)
    status, preview = sent(deployed, WHOLE + "user 1,Twice,early\n")
    assert (status, preview["problems"][0]["line"], preview["left"]["count"]) == (200, 42, 0)
    assert "line 3" in preview["problems"][0]["problem"]["text"]
    status, refused = sent(deployed, WHOLE + "user 1,Twice,early\n", apply=True)
    assert (status, refused["code"]) == (422, "members.file_refused")
    half = WHOLE[: len(WHOLE) // 2].rpartition("\n")[0]
    leaving = sent(deployed, half)[1]["left"]["count"]
    assert sent(deployed, half)[1]["confirm_leaving"]
    for said in (None, leaving - 1):
        status, refused = sent(deployed, half, apply=True, leaving=said)
        assert (status, refused["code"]) == (409, "members.many_would_leave")
    assert len(active(deployed)) == 40
    assert sent(deployed, half, apply=True, leaving=leaving)[0] == 200
    assert len(active(deployed)) == 40 - leaving
