"""A member disputes an entry on the deployed bundle; a reviewer finds it, decides it, and the ledger follows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.cli.demo.learning_system import connect_learning_system
from infra.cli.program_file import load_program
from infra.local.call_history import call_history
from infra.local.login import Login
from infra.local.stage import stage
from tests.e2e.admin_requests import asked, elsewhere, said, token
from tests.e2e.deployed_academy import PROGRAM, DeployedAcademy, passed


@pytest.fixture(scope="module")
def academy() -> Iterator[DeployedAcademy]:
    with stage(load_program(PROGRAM), call_history(1, data=Path("nowhere"))) as live:
        yield DeployedAcademy(live, connect_learning_system(live))


def test_a_dispute_is_found_decided_once_and_followed_by_the_ledger(academy: DeployedAcademy) -> None:
    member = academy.member()
    event = passed(member, "fraud")
    academy.school.post([event])
    assert academy.balance(member) == (50, 1)
    own, entry = academy.token(member), {"source": academy.school.source.key, "id": event["id"]}
    assert asked(academy, "/members/me/disputes", own, {**entry, "text": "I never did that"})[0] == 201

    reviewer = token(academy, "rita", "reviewer")
    status, queue = asked(academy, "/admin/reviews?kind=dispute", reviewer)
    assert (status, [each["member"] for each in queue["reviews"]]) == (200, [member.id])
    path = f"/admin/reviews/{queue['reviews'][0]['id']}"
    assert asked(academy, f"{path}/assignment", reviewer, {"to": "fewest"})[1]["assigned_to"] is not None
    _, shown = asked(academy, path, reviewer)
    assert (shown["entry"]["points"], shown["entry"]["dispute"]["text"]) == (50, "I never did that")

    upheld = {"decision": "approve", "remedy": "reverse", "reason": "the academy says so too"}
    answers = [asked(academy, f"{path}/decision", reviewer, upheld)[0] for _ in range(2)]
    assert answers == [201, 200]
    assert academy.balance(member) == (0, 2)
    _, ledger = asked(academy, "/members/me/ledger", own)
    (told,) = [each for each in ledger["entries"] if each["id"] == event["id"]]
    assert (told["reversed"], told["dispute"]["state"], told["dispute"]["answer"]) == (True, "upheld", upheld["reason"])
    assert asked(academy, "/admin/reviews", reviewer)[1]["open"] == 0


def test_a_role_and_a_program_bound_what_a_login_may_do(academy: DeployedAcademy) -> None:
    assert asked(academy, "/admin/reviews", token(academy, "vic", "viewer"))[0] == 200
    assert asked(academy, "/admin/reviews", token(academy, "nobody", ""))[0] == 403
    assert asked(academy, "/admin/reviews", None)[0] == 401
    assert asked(academy, "/admin/reviews", token(academy, "nobody", None))[0] == 401  # of the members' pool
    access = Login(academy.live.aws, academy.live.outputs).access_token(
        "vic", program=academy.live.program.key, role="viewer"
    )
    assert asked(academy, "/admin/reviews", access)[0] == 401
    foreign = token(academy, "eve", "admin", "another")
    assert asked(academy, "/admin/reviews", foreign)[1]["open"] == 0


def test_a_token_for_another_client_or_changed_on_the_way_is_refused_by_the_gateway(academy: DeployedAcademy) -> None:
    good = token(academy, "vic", "viewer")
    head, body, signature = good.split(".")
    assert asked(academy, "/admin/reviews", f"{head}.{body}.{signature[::-1]}")[0] == 401
    assert asked(academy, "/admin/reviews", elsewhere(academy, "vic"))[0] == 401


def test_nobody_decides_before_they_said_who_they_are_and_never_of_whom_they_said_to_be(
    academy: DeployedAcademy,
) -> None:
    member, other = academy.member(), academy.member()
    second = Login(academy.live.aws, academy.live.outputs).token("sue", program=academy.live.program.key, role="admin")
    grants, given = "/admin/programs/{0}/members/{1}/grants", {"reason": "looked at it", "points": 5}
    mine, others = (grants.format(academy.live.program.key, each.id) for each in (member, other))
    status, problem = asked(academy, mine, second, {**given, "request": "sue-1"})
    assert (status, "/me with" in problem["detail"]) == (403, True)
    me = f"/admin/programs/{academy.live.program.key}/me"
    assert [said(academy, me, second, {"member": member.id}) for _ in range(2)] == [201, 200]
    assert said(academy, me, second, {"plays": False}) == 201
    assert asked(academy, mine, second, {**given, "request": "sue-2"})[0] == 403
    assert asked(academy, others, second, {**given, "request": "sue-3"})[0] == 201
