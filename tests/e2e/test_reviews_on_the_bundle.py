"""A member disputes an entry on the deployed bundle; a reviewer finds it, decides it, and the ledger follows."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.cli.demo.learning_system import LearningSystem
from infra.cli.demo.staff import declare_not_playing
from infra.local.api import Api
from infra.local.call_history import call_history
from infra.local.login import Login
from infra.local.stage import stage
from ladder.adapters.program_file import load_program
from tests.e2e.test_points_on_the_bundle import PROGRAM, Campus, passed

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def campus() -> Iterator[Campus]:
    with stage(load_program(PROGRAM), call_history(1, data=Path("nowhere"))) as live:
        yield Campus(live, LearningSystem.connected(live))


def token(campus: Campus, user: str, role: str | None, program: str | None = None) -> str:
    """Of somebody who has said that they do not play, where their role lets them decide."""
    login, of = Login(campus.live.aws, campus.live.outputs), program or campus.live.program.key
    made = login.token(user, program=of, role=role)
    if role in {"reviewer", "admin"}:
        declare_not_playing(Api(campus.live.aws, campus.live.outputs), of, made)
    return made


def elsewhere(campus: Campus, user: str) -> str:
    """An admin's token as good as any, but for another client of the same pool: its audience is not ours."""
    cognito, pool = campus.live.aws.client("cognito-idp"), campus.live.outputs["UserPoolId"]
    other = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="another", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )
    outputs = {**campus.live.outputs, "UserPoolClientId": other["UserPoolClient"]["ClientId"]}
    return Login(campus.live.aws, outputs).token(user, program=campus.live.program.key, role="admin")


def asked(campus: Campus, path: str, bearer: str | None, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    api = Api(campus.live.aws, campus.live.outputs)
    raw = json.dumps(body).encode() if body else b""
    answer = api.post(path, raw, JSON, token=bearer) if body else api.get(path, token=bearer)
    return answer.status, json.loads(answer.body)


def said(campus: Campus, path: str, bearer: str | None, body: dict[str, Any] | None) -> int:
    api = Api(campus.live.aws, campus.live.outputs)
    return api.put(path, json.dumps(body).encode(), JSON, token=bearer).status


def test_a_dispute_is_found_decided_once_and_followed_by_the_ledger(campus: Campus) -> None:
    member = campus.member()
    event = passed(member, "fraud")
    campus.school.post([event])
    assert campus.balance(member) == (50, 1)
    own, entry = campus.token(member), {"source": campus.school.source.key, "id": event["id"]}
    assert asked(campus, "/members/me/disputes", own, {**entry, "text": "I never did that"})[0] == 201

    reviewer = token(campus, "rita", "reviewer")
    status, queue = asked(campus, "/admin/reviews?kind=dispute", reviewer)
    assert (status, [each["member"] for each in queue["reviews"]]) == (200, [member.id])
    path = f"/admin/reviews/{queue['reviews'][0]['id']}"
    assert asked(campus, f"{path}/assignment", reviewer, {"to": "fewest"})[1]["assigned_to"] is not None
    _, shown = asked(campus, path, reviewer)
    assert (shown["entry"]["points"], shown["entry"]["dispute"]["text"]) == (50, "I never did that")

    upheld = {"decision": "approve", "remedy": "reverse", "reason": "the academy says so too"}
    answers = [asked(campus, f"{path}/decision", reviewer, upheld)[0] for _ in range(2)]
    assert answers == [201, 200]
    assert campus.balance(member) == (0, 2)
    _, ledger = asked(campus, "/members/me/ledger", own)
    (told,) = [each for each in ledger["entries"] if each["id"] == event["id"]]
    assert (told["reversed"], told["dispute"]["state"], told["dispute"]["answer"]) == (True, "upheld", upheld["reason"])
    assert asked(campus, "/admin/reviews", reviewer)[1]["open"] == 0


def test_a_role_and_a_program_bound_what_a_login_may_do(campus: Campus) -> None:
    assert asked(campus, "/admin/reviews", token(campus, "vic", "viewer"))[0] == 200
    assert asked(campus, "/admin/reviews", token(campus, "nobody", None))[0] == 403
    assert asked(campus, "/admin/reviews", None)[0] == 401
    access = Login(campus.live.aws, campus.live.outputs).access_token("vic", program=campus.live.program.key)
    assert asked(campus, "/admin/reviews", access)[0] == 401
    foreign = token(campus, "eve", "admin", "another")
    assert asked(campus, "/admin/reviews", foreign)[1]["open"] == 0


def test_a_token_for_another_client_or_changed_on_the_way_is_refused_by_the_gateway(campus: Campus) -> None:
    good = token(campus, "vic", "viewer")
    head, body, signature = good.split(".")
    assert asked(campus, "/admin/reviews", f"{head}.{body}.{signature[::-1]}")[0] == 401
    assert asked(campus, "/admin/reviews", elsewhere(campus, "vic"))[0] == 401


def test_nobody_decides_before_they_said_who_they_are_and_never_of_whom_they_said_to_be(campus: Campus) -> None:
    member, other = campus.member(), campus.member()
    second = Login(campus.live.aws, campus.live.outputs).token("sue", program=campus.live.program.key, role="admin")
    grants, given = "/admin/programs/{0}/members/{1}/grants", {"reason": "looked at it", "points": 5}
    mine, others = (grants.format(campus.live.program.key, each.id) for each in (member, other))
    status, problem = asked(campus, mine, second, {**given, "request": "sue-1"})
    assert (status, "/me with" in problem["detail"]) == (403, True)
    me = f"/admin/programs/{campus.live.program.key}/me"
    assert [said(campus, me, second, {"member": member.id}) for _ in range(2)] == [201, 200]
    assert said(campus, me, second, {"plays": False}) == 201
    assert asked(campus, mine, second, {**given, "request": "sue-2"})[0] == 403
    assert asked(campus, others, second, {**given, "request": "sue-3"})[0] == 201
