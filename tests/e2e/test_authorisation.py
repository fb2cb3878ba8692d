"""Who gets through which route: every route of the API's document, every role, own and other program.

A route without a row fails. What is let through may still be refused for what it asks; who is not let through is
refused before anything is looked at.
"""

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import pytest

from infra.api import (
    ADMIN_ROUTES,
    ANSWER,
    CREDENTIAL_ROUTES,
    FEED,
    HOOK,
    MEMBER_ROUTES,
    POINTS,
    PUBLISHING_ROUTES,
    SUPERVISION_ROUTES,
    VERIFIER_ROUTES,
)
from infra.cli.openapi import document
from tests.builders.academy import BADGE
from tests.builders.admin_api import asked
from tests.builders.reviews import HOLD
from tests.e2e.deployed_api import (
    CHOSEN,
    CLAIMS,
    JUDGED,
    LEAVING,
    LISTED,
    MEMBER,
    NIGHTLY,
    OF_PROGRAM,
    DeployedApi,
    deployed_api,
)
from tests.fakes.gateway import bearing

type Least = Literal["member", "of the team", "staff", "viewer", "reviewer", "admin"]

OPEN = {
    HOOK,
    POINTS,
    ANSWER,
    FEED,
    *(path for _, path in VERIFIER_ROUTES),
}  # who asks signs, has the address, or is anybody
OPERATIONS = [
    (method.upper(), path) for path, route in document()["paths"].items() for method in route if path not in OPEN
]
PROGRAM, STAFF_PROGRAM = "/admin/programs/{program}", "/programs/{program}"
A_MEMBER, STAFF_MEMBER = f"{PROGRAM}/members/{{member}}", f"{STAFF_PROGRAM}/members/{{member}}"
LEAST: Mapping[tuple[str, str], Least] = {
    ("GET", "/members/me"): "member",
    ("GET", "/members/me/progress"): "member",
    ("GET", "/members/me/days"): "member",
    ("GET", "/members/me/calendar"): "member",
    ("GET", "/members/me/rules"): "member",
    ("GET", "/members/me/ledger"): "member",
    ("GET", "/members/me/appointments"): "member",
    ("POST", "/members/me/appointments/answers"): "member",
    ("GET", "/members/me/availability"): "member",
    ("GET", "/members/me/calendar-feed"): "member",
    ("POST", "/members/me/calendar-feed"): "member",
    ("DELETE", "/members/me/calendar-feed"): "member",
    ("GET", "/members/me/catalogue"): "member",
    ("GET", "/members/me/export"): "member",
    ("GET", "/members/me/links"): "member",
    ("GET", "/members/me/verdicts"): "member",
    ("GET", "/members/me/objections"): "member",
    ("GET", "/members/me/confirmations"): "member",
    ("GET", "/members/me/settings"): "member",
    ("PUT", "/members/me/settings"): "member",
    ("PUT", "/members/me/participation/{category}"): "member",
    ("PUT", "/members/me/objections/{purpose}"): "member",
    ("POST", "/members/me/disputes"): "member",
    ("POST", "/members/me/contests"): "member",
    ("POST", "/members/me/confirmations"): "member",
    ("GET", "/members/me/kudos"): "member",
    ("POST", "/members/me/kudos"): "member",
    ("GET", "/members/me/messages"): "member",
    ("GET", "/members/me/orders"): "member",
    ("POST", "/members/me/orders"): "member",
    **{(method.value, path): "member" for method, path in CREDENTIAL_ROUTES},
    ("GET", "/me"): "staff",
    ("GET", f"{STAFF_PROGRAM}/teams"): "staff",
    ("GET", f"{STAFF_PROGRAM}/teams/{{team}}"): "of the team",
    ("GET", f"{STAFF_PROGRAM}/nights"): "staff",
    ("GET", f"{STAFF_PROGRAM}/completion"): "staff",
    ("GET", f"{STAFF_PROGRAM}/members"): "staff",
    ("GET", STAFF_MEMBER): "of the team",
    ("GET", f"{STAFF_MEMBER}/talking-points"): "of the team",
    ("GET", f"{STAFF_PROGRAM}/waiting"): "staff",
    ("GET", f"{STAFF_PROGRAM}/audit"): "admin",
    ("GET", f"{STAFF_PROGRAM}/orders"): "admin",
    ("GET", f"{STAFF_PROGRAM}/orders.csv"): "admin",
    ("GET", f"{STAFF_PROGRAM}/messages"): "admin",
    ("GET", f"{STAFF_PROGRAM}/versions"): "admin",
    ("GET", f"{STAFF_PROGRAM}/versions/{{version}}"): "admin",
    ("GET", f"{STAFF_PROGRAM}/versions/{{version}}/changes"): "admin",
    ("GET", "/admin/reviews"): "viewer",
    ("POST", "/admin/reviews"): "reviewer",
    ("GET", "/admin/reviews/{review}"): "viewer",
    ("POST", "/admin/reviews/{review}/assignment"): "reviewer",
    ("POST", "/admin/reviews/{review}/decision"): "reviewer",
    ("PUT", f"{PROGRAM}/me"): "reviewer",
    ("POST", f"{PROGRAM}/checks"): "admin",
    ("POST", f"{PROGRAM}/drafts"): "admin",
    ("POST", f"{PROGRAM}/versions"): "admin",
    ("PATCH", "/api/gamification/rules"): "admin",
    ("POST", f"{PROGRAM}/pauses"): "admin",
    ("POST", f"{PROGRAM}/reviews/{{review}}/decision"): "reviewer",
    ("POST", f"{PROGRAM}/rotations"): "admin",
    ("POST", f"{PROGRAM}/members/file"): "admin",
    ("POST", f"{A_MEMBER}/grants"): "admin",
    ("POST", f"{A_MEMBER}/revocations"): "admin",
    ("POST", f"{A_MEMBER}/evaluations"): "admin",
    ("POST", f"{A_MEMBER}/orders"): "admin",
    ("GET", f"{A_MEMBER}/export"): "admin",
    ("POST", f"{A_MEMBER}/erasure"): "admin",
    ("POST", f"{A_MEMBER}/logins"): "admin",
    ("POST", f"{A_MEMBER}/unlinks"): "admin",
}
THROUGH: Mapping[Least, frozenset[str]] = {
    "member": frozenset({"member"}),
    "of the team": frozenset({"supervisor", "admin"}),
    "staff": frozenset({"supervisor", "viewer", "reviewer", "admin"}),
    "viewer": frozenset({"viewer", "reviewer", "admin"}),
    "reviewer": frozenset({"reviewer", "admin"}),
    "admin": frozenset({"admin"}),
}
ANNA = CLAIMS | {"sub": "anna"}
PEOPLE: Mapping[str, dict[str, Any]] = {
    "stranger": CLAIMS | {"sub": "nobody"},
    "member": CLAIMS,
    "supervisor": ANNA | {"cognito:groups": ["supervisor"], "custom:teams": str(LISTED.team)},
    "supervisor of another team": ANNA | {"cognito:groups": ["supervisor"], "custom:teams": "late"},
    "viewer": ANNA | {"cognito:groups": ["viewer"]},
    "reviewer": ANNA | {"cognito:groups": ["reviewer"]},
    "admin": ANNA | {"cognito:groups": ["admin"]},
}
BODIES: Mapping[str, dict[str, Any]] = {
    "/members/me/participation/{category}": {"takes_part": True},
    "/members/me/objections/{purpose}": {"objects": False},
    "/members/me/settings": {"language": "de", "after": 0},
    "/members/me/disputes": {"source": "academy", "id": "e0", "text": "it was not so"},
    "/members/me/contests": {"verdict": JUDGED.key, "text": "it was not so"},
    "/members/me/confirmations": {"member": LISTED.id, "source": "academy", "id": "h0"},
    "/members/me/orders": {"order": "o1", "item": "CHEAP"},
    "/api/gamification/rules": {
        "after": 1,
        "reason": "looked at it",
        "operations": [{"op": "replace", "path": "/rulebook/rules/PASSED/points", "value": 51}],
    },
    "/members/me/kudos": {"kudos": "chosen-1", "to": LISTED.id, "value": "helpful"},
    "/members/me/appointments/answers": {"appointment": f"{0:032x}.academy@ladder", "answer": "accepted"},
    "/members/me/calendar-feed": {},
    f"{PROGRAM}/me": {"plays": False},
    f"{PROGRAM}/members/file": {"text": "user\nolga\n", "request": "file-1"},
    f"{A_MEMBER}/unlinks": {"source": "academy", "user": "olga.raw", "reason": "looked at it"},
}
QUERIES = {f"{STAFF_PROGRAM}/versions/{{version}}/changes": "since=1"}
TARGETS = {f"{A_MEMBER}/erasure": LEAVING.id, f"{A_MEMBER}/logins": LISTED.id, f"{A_MEMBER}/unlinks": LISTED.id}


@pytest.fixture(scope="module")
def deployed() -> Iterator[DeployedApi]:
    with deployed_api() as made:
        yield made


def call(deployed: DeployedApi, method: str, path: str, headers: Mapping[str, str], program: str = "academy") -> int:
    body = BODIES[path] if path in BODIES else asked(path, member=MEMBER) if method in {"POST", "PUT"} else None
    where = path.format(
        program=program,
        member=LISTED.id if path.startswith(STAFF_PROGRAM) else TARGETS.get(path, MEMBER),
        team=LISTED.team,
        version=1,
        review=(OF_PROGRAM if path.startswith(PROGRAM) else HOLD).address,
        category=CHOSEN.key,
        badge=BADGE.key,
        purpose="judging",
    )
    answer = deployed.gateway.call(
        method,
        where,
        query=QUERIES.get(path, ""),
        headers={"content-type": "application/json", **headers},
        body=b"" if body is None else json.dumps(body).encode(),
    )
    return int(answer["statusCode"])


def test_the_table_has_every_route_of_the_document_and_each_is_behind_the_login_of_its_people() -> None:
    assert set(LEAST) == set(OPERATIONS)
    routes = {
        **{(method.value, path): {"member"} for method, path in (*MEMBER_ROUTES, *CREDENTIAL_ROUTES)},
        **{(method.value, path): {"of the team", "staff", "admin"} for method, path in SUPERVISION_ROUTES},
        **{(method.value, path): {"viewer", "reviewer", "admin"} for method, path in ADMIN_ROUTES},
        **{(method.value, path): {"reviewer", "admin"} for method, path in PUBLISHING_ROUTES},
    }
    assert all(LEAST[operation] in routes[operation] for operation in OPERATIONS)


@pytest.mark.parametrize("path", ["/issuers/academy/did.json", "/issuers/academy/status/1"])
def test_whoever_verifies_a_credential_needs_no_login_and_may_keep_the_answer(deployed: DeployedApi, path: str) -> None:
    assert call(deployed, "GET", "/members/me/badges/{badge}/credential", bearing(PEOPLE["member"])) == 200
    answer = deployed.gateway.call("GET", path)
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (200, "public, max-age=300")


@pytest.mark.parametrize(
    "path", ["/issuers/nobody/did.json", f"/issuers/{NIGHTLY.key}/did.json", "/issuers/academy/status/2"]
)
def test_nobody_learns_which_programs_there_are_from_what_is_open(deployed: DeployedApi, path: str) -> None:
    answer = deployed.gateway.call("GET", path)
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (404, "no-store")


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whoever_has_no_valid_token_is_told_nothing(deployed: DeployedApi, method: str, path: str) -> None:
    admin = PEOPLE["admin"]
    forged: list[Mapping[str, str]] = [
        {},
        {"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."},
        {"authorization": f"Basic {bearing(admin)['authorization'].removeprefix('Bearer ')}"},
        bearing(admin | {"exp": time.time() - 1}),
        bearing(admin | {"token_use": "access"}),
        bearing({name: value for name, value in admin.items() if name != "sub"}),
    ]
    assert [call(deployed, method, path, headers) for headers in forged] == [401] * len(forged)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_each_person_gets_through_the_routes_of_their_role_and_no_other(
    deployed: DeployedApi, method: str, path: str, person: str
) -> None:
    status, least = call(deployed, method, path, bearing(PEOPLE[person])), LEAST[method, path]
    role = person.partition(" ")[0]
    if person != role and least == "of the team":
        assert status == 404  # nobody learns which other teams there are
    elif role in THROUGH[least] or (least == "of the team" and role in THROUGH["staff"]):
        assert status not in {401, 403, 500, 503}
        assert (status == 404) == (least == "of the team" and role not in THROUGH[least]) or least == "member"
    else:
        assert status == 403


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(("method", "path"), [(method, path) for method, path in OPERATIONS if "{" in path])
def test_nobody_gets_into_another_program_whatever_they_are_in_their_own(
    deployed: DeployedApi, method: str, path: str, person: str
) -> None:
    """Neither by naming it nor with the token of another: what is there looks as if it were not."""
    claims = PEOPLE[person] | {"custom:program": NIGHTLY.key}
    status = call(deployed, method, path, bearing(claims), program="academy")
    assert status in ({403, 404, 200} if LEAST[method, path] == "member" else {403, 404})
    if "{program}" in path:
        assert call(deployed, method, path, bearing(PEOPLE[person]), program=NIGHTLY.key) in {403, 404}


def test_a_member_of_another_program_sees_nothing_of_this_one(deployed: DeployedApi) -> None:
    claims = CLAIMS | {"custom:program": NIGHTLY.key}  # a login that is linked in the academy alone
    statuses = {call(deployed, method, path, bearing(claims)) for method, path in OPERATIONS if "/members/me" in path}
    assert statuses == {403}
