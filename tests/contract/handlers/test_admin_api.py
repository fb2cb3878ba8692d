"""Who may ask what of the admin's routes: each route, each role, own and foreign program; and what is no token."""

import json
import time
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from infra.local.emulator import Emulator
from ladder.domain.reviews.permissions import ROLES
from tests.builders.admin_api import AL, JO, OWN, PROGRAMS, ROUTES, EmulatedAdminApi, asked, claims, emulated_admin_api
from tests.builders.reviews import ENTRY, HOLD, MEMBER
from tests.builders.stores import EMULATED, Tables
from tests.fakes.gateway import bearing

pytestmark = EMULATED

LEAST: dict[tuple[str, str], str] = {
    ("GET", "/admin/reviews"): "viewer",
    ("POST", "/admin/reviews"): "reviewer",
    ("GET", "/admin/reviews/{review}"): "viewer",
    ("POST", "/admin/reviews/{review}/assignment"): "reviewer",
    ("POST", "/admin/reviews/{review}/decision"): "reviewer",
    ("PUT", "/admin/programs/{program}/me"): "reviewer",
    ("POST", "/admin/programs/{program}/checks"): "admin",
    ("POST", "/admin/programs/{program}/drafts"): "admin",
    ("POST", "/admin/programs/{program}/versions"): "admin",
    ("PATCH", "/api/gamification/rules"): "admin",
    ("POST", "/admin/programs/{program}/pauses"): "admin",
    ("POST", "/admin/programs/{program}/reviews/{review}/decision"): "reviewer",
    ("POST", "/admin/programs/{program}/rotations"): "admin",
    ("POST", "/admin/programs/{program}/members/file"): "admin",
    ("POST", "/admin/programs/{program}/members/{member}/grants"): "admin",
    ("POST", "/admin/programs/{program}/members/{member}/revocations"): "admin",
    ("POST", "/admin/programs/{program}/members/{member}/evaluations"): "admin",
    ("GET", "/admin/programs/{program}/members/{member}/export"): "admin",
    ("POST", "/admin/programs/{program}/members/{member}/erasure"): "admin",
    ("POST", "/admin/programs/{program}/members/{member}/orders"): "admin",
    ("POST", "/admin/programs/{program}/members/{member}/logins"): "admin",
    ("POST", "/admin/programs/{program}/members/{member}/unlinks"): "admin",
}


@pytest.fixture
def api(aws: Emulator, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedAdminApi]:
    with emulated_admin_api(aws, tables, monkeypatch) as opened:
        yield opened


def expected(method: str, path: str, role: str | None, program: str, *, own: bool = False) -> set[int]:
    """Roles first, then whether it is there, then whose case it is. The academy has no nights to make again."""
    if role is None or ROLES.index(role) < ROLES.index(LEAST[method, path]):
        return {403}
    if (method, path) == ("GET", "/admin/reviews"):
        return {200}
    if method == "PATCH":
        return {202 if program in PROGRAMS else 404}  # of the login's program; another admin has to confirm it
    if program != "academy":
        return {404}
    if path.endswith("/rotations"):
        return {409}
    if path.endswith("/orders") and not own:
        return {404}  # Jo ordered nothing
    about_a_member = path.startswith("/admin/reviews") or "{member}" in path
    return {403} if own and about_a_member and method == "POST" else {200, 201}


def test_the_table_has_every_route() -> None:
    assert set(LEAST) == set(ROUTES)


def test_each_route_answers_each_role_in_its_own_program_and_in_another(api: EmulatedAdminApi) -> None:
    for (method, path), role, program in product(ROUTES, (None, *ROLES), (*PROGRAMS, "nowhere")):
        status, told = api.ask(path, claims(role, program), api.opened_for(path), method=method)
        assert status in expected(method, path, role, program), (method, path, role, program, told)


def test_nobody_but_a_reader_gets_anywhere_in_their_own_case(api: EmulatedAdminApi) -> None:
    for (method, path), role in product(ROUTES, ROLES):
        status, told = api.ask(path, claims(role), api.opened_for(path, member=OWN), member=OWN, method=method)
        assert status in expected(method, path, role, "academy", own=True), (method, path, role, told)


def test_whoever_has_not_said_who_they_are_reads_and_says_so_and_does_nothing_else(api: EmulatedAdminApi) -> None:
    for (method, path), role in product(ROUTES, ("reviewer", "admin")):
        if method == "PUT":
            continue
        status, told = api.ask(path, claims(role, sub="new"), api.opened_for(path), method=method)
        if method == "GET" and "export" not in path:
            assert status == 200, (path, told)
        else:
            assert status == 403, (method, path, role)
            assert role == "reviewer" or "/admin/programs/academy/me" in told["detail"], told
    assert (api.audited(), api.sent()) == ([], [])


def test_a_second_account_says_who_it_is_before_it_decides_and_never_decides_that_ones_case(
    api: EmulatedAdminApi,
) -> None:
    mine, others = api.opened(member=JO.id), api.opened()
    me, path = "/admin/programs/{program}/me", "/admin/reviews/{review}/decision"
    second = claims("admin", sub="second")
    assert api.ask(path, second, mine)[0] == 403
    assert [api.ask(me, second, body={"member": JO.id})[0] for _ in range(2)] == [201, 200]
    assert api.ask(me, second, body={"member": AL.id})[0] == 201
    assert api.ask(me, second, body={"plays": False})[0] == 201
    for member in (JO.id, AL.id):
        status, told = api.ask("/admin/programs/{program}/members/{member}/grants", second, member=member)
        assert (status, "own case" in told["detail"]) == (403, True)
    assert api.ask(path, second, mine)[0] == 403
    assert api.ask(path, second, others)[0] == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"member": "jo"},
        {"member": None},
        {"plays": True},
        {"plays": "no"},
        {"plays": False, "member": "a" * 32},
        [],
    ],
)
def test_one_is_a_member_or_does_not_play(api: EmulatedAdminApi, body: Any) -> None:
    path = "/admin/programs/{program}/me"
    assert api.ask(path, claims(sub="second"), body=json.dumps(body).encode())[0] == 422
    assert api.ask(path, claims(sub="anna"), body={"plays": False})[0] == 409


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"exp": time.time() - 1}, 401),
        ({"exp": None}, 401),
        ({"exp": "never"}, 401),
        ({"token_use": "access", "client_id": "c"}, 401),
        ({"token_use": None}, 401),
        ({"sub": None}, 401),
        ({"custom:program": None}, 403),
        ({"custom:program": ["academy", "bank"]}, 403),
        ({"cognito:groups": None}, 403),
        ({"cognito:groups": ["ADMIN", "root"]}, 403),
        ({"cognito:groups": []}, 403),
    ],
)
def test_what_is_no_login_of_staff_opens_no_route_and_changes_nothing(
    api: EmulatedAdminApi, changes: dict[str, Any], status: int
) -> None:
    review = api.opened()
    for method, path in ROUTES:
        found, problem = api.ask(path, claims("admin", **changes), review, method=method)
        assert (found, problem["status"]) == (status, status), (method, path)
    assert api.queue.find("academy", [(review.member, review.id)]) == [review]
    assert (api.sent(), api.audited()) == ([], [])


def test_without_a_token_the_gateway_itself_refuses(api: EmulatedAdminApi) -> None:
    assert {api.ask(path, None, method=method)[0] for method, path in ROUTES} == {401}


def test_an_approval_is_queued_once_under_its_id_however_often_it_is_given(api: EmulatedAdminApi) -> None:
    review, path = api.opened(), "/admin/reviews/{review}/decision"
    answers = [api.ask(path, claims(), review) for _ in range(2)]
    assert [status for status, _ in answers] == [201, 200]
    assert [told["again"] for _, told in answers] == [False, True]
    source, event = ENTRY.key
    sent = {(each["member"], each["activities"][0]["id"]) for each in api.sent()}
    assert sent == {(review.member, f"release:{source}:{event}:50")}
    assert api.ask(path, claims(sub="ole"), review)[0] == 409


def test_a_review_is_decided_where_what_it_is_about_is_changed_and_the_other_route_names_that_one(
    api: EmulatedAdminApi,
) -> None:
    of_members, of_programs = "/admin/reviews/{review}/decision", "/admin/programs/{program}/reviews/{review}/decision"
    for right, wrong in ((of_members, of_programs), (of_programs, of_members)):
        review = api.opened_for(right)
        status, told = api.ask(wrong, claims(), review)
        assert (status, told["parameters"]["path"]) == (409, right.format(program="academy", review=review.address))
        assert [api.ask(right, claims(), review)[0] for _ in range(2)] == [201, 200]


def test_what_is_approved_after_an_erasure_is_not_there_and_nothing_is_queued(api: EmulatedAdminApi) -> None:
    review, path = api.opened(), "/admin/reviews/{review}/decision"
    name, client = api.members.name, api.aws.client("dynamodb")
    state = {"pk": {"S": f"academy#{review.member}"}, "sk": {"S": "STATE"}, "erased_at": {"S": "2026-11-01"}}
    client.put_item(TableName=name, Item=state)
    assert api.ask(path, claims(), review)[0] == 404
    client.delete_item(
        TableName=name, Key={"pk": {"S": f"academy#{review.member}"}, "sk": {"S": f"REVIEW#{review.id}"}}
    )
    assert api.ask(path, claims(), review)[0] == 404
    assert api.sent() == []


def opening(api: EmulatedAdminApi, by: str = "anna", **changed: Any) -> tuple[int, dict[str, Any]]:
    path = "/admin/reviews"
    return api.ask(path, claims(sub=by), method="POST", body={**asked(path), **changed})


def test_an_entry_is_given_to_be_verified_once_and_somebody_else_decides_it(api: EmulatedAdminApi) -> None:
    first, again = opening(api), opening(api, by="ole")
    assert (first[0], again[0]) == (201, 200)
    assert first[1] | {"again": True} == again[1]
    path = f"/admin/reviews/{first[1]['id']}"
    decision = json.dumps({"decision": "reject", "reason": "it was not so"}).encode()
    told = {"content-type": "application/json"}
    answers = [
        api.gateway.call("POST", f"{path}/decision", headers={**told, **bearing(claims(sub=subject))}, body=decision)
        for subject in ("anna", "ole", "ida")
    ]
    assert [each["statusCode"] for each in answers] == [403, 201, 409]
    assert api.audited() == ["audit.review_opened", "audit.review_rejected"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"kind": "hold"}, 422),
        ({"member": "jo"}, 422),
        ({"id": ""}, 422),
        ({"id": "x" * 301}, 422),
        ({"source": None}, 422),
        ({"reason": "no"}, 422),
        ({"to": ""}, 422),
        ({"to": "a b"}, 422),
        ({"points": 5}, 422),
        ({"id": "never"}, 404),
        ({"member": "f" * 32}, 404),
    ],
)
def test_what_is_no_entry_to_look_at_opens_nothing(api: EmulatedAdminApi, changed: dict[str, Any], status: int) -> None:
    assert opening(api, **changed)[0] == status
    assert (api.queue.waiting("academy"), api.audited()) == ([], [])


def test_the_queue_is_asked_for_with_filters(api: EmulatedAdminApi) -> None:
    review = api.opened()
    api.opened(kind="peer")
    api.ask("/admin/reviews/{review}/assignment", claims(), review)

    def told(query: str) -> tuple[int, list[str]]:
        answer = api.gateway.call("GET", "/admin/reviews", query=query, headers=bearing(claims()))
        body = json.loads(answer["body"])
        assert answer["headers"]["cache-control"] == "no-store"
        return answer["statusCode"], [each["id"] for each in body.get("reviews", ())]

    for query in (
        "kind=hold",
        "assigned=me",
        f"member={review.member}",
        "min_age_hours=1&kind=hold",
        "limit=100&kind=hold",
    ):
        assert told(query) == (200, [review.address]), query
    for query in (
        "kind=none",
        "assigned=them",
        "member=zoe",
        "min_age_hours=-1",
        "limit=0",
        "after=x",
        "limit=1&limit=2",
    ):
        assert told(query)[0] == 422, query
    assert len(told("limit=1")[1]) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"decision": "approve"}, 422),
        ({"decision": "approve", "reason": "no"}, 422),
        ({"decision": "approve", "reason": " " * 9}, 422),
        ({"decision": "approve", "reason": "x" * 501}, 422),
        ({"decision": "maybe", "reason": "looked at"}, 422),
        ({"decision": "approve", "reason": "looked at", "points": 9}, 422),
        ({"decision": "approve", "reason": "looked at", "badge": "CHAMPION"}, 422),
        ({"decision": "change", "reason": "looked at"}, 422),
        ({"decision": "approve", "reason": "looked at", "attributes": {"A": 1}}, 422),
        ({"decision": "approve", "reason": "looked at", "attributes": {"a": {}}}, 422),
        ({"decision": "approve", "reason": "looked at", "attributes": {"a": 2**60}}, 422),
        ({"decision": "approve", "reason": "looked at", "attributes": {"a": float("nan")}}, 422),
        ({"decision": "reject", "reason": "looked at", "badge": None, "remedy": None, "attributes": {}}, 201),
    ],
)
def test_a_decision_that_is_none_changes_nothing(api: EmulatedAdminApi, body: dict[str, Any], status: int) -> None:
    review = api.opened()
    answer = api.gateway.call(
        "POST",
        f"/admin/reviews/{review.address}/decision",
        headers={"content-type": "application/json", **bearing(claims())},
        body=json.dumps(body).encode(),
    )
    assert answer["statusCode"] == status, answer["body"]
    (stored,) = api.queue.find("academy", [(review.member, review.id)])
    assert (stored.status == "open") == (status == 422)


@pytest.mark.parametrize("address", ["x", f"{MEMBER}", f"{MEMBER}.{'0' * 31}", f"{MEMBER}.{'G' * 32}"])
def test_an_address_that_can_be_none_is_refused(api: EmulatedAdminApi, address: str) -> None:
    answer = api.gateway.call("GET", f"/admin/reviews/{address}", headers=bearing(claims()))
    assert answer["statusCode"] == 422


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"decision": "maybe", "reason": "no"}, [("decision", "none_of_these"), ("reason", "too_short")]),
        (
            {"decision": "approve", "reason": "x" * 501, "points": 9},
            [("reason", "too_long"), ("points", "unknown_field")],
        ),
        ({"decision": "approve"}, [("reason", "missing")]),
        ({"decision": "approve", "reason": 7, "badge": ""}, [("reason", "not_a_text"), ("badge", "too_short")]),
    ],
)
def test_a_wrong_body_is_refused_field_by_field_in_the_readers_language(
    api: EmulatedAdminApi, body: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    headers = {**bearing(claims()), "content-type": "application/json", "accept-language": "de-AT, en;q=0.5"}
    answer = api.gateway.call(
        "POST", f"/admin/reviews/{HOLD.address}/decision", headers=headers, body=json.dumps(body).encode()
    )
    problem = json.loads(answer["body"])
    assert [(error["where"], error["code"]) for error in problem["errors"]] == [
        (f"body.{field}", f"web.{code}") for field, code in errors
    ]
    assert (answer["statusCode"], answer["headers"]["content-language"]) == (422, "de")
    assert problem["detail"].startswith("Die Anfrage ist nicht gültig. body.")
    assert all(error["text"] in problem["detail"] for error in problem["errors"])


def test_a_review_is_read_in_the_language_of_whoever_decides_it(api: EmulatedAdminApi) -> None:
    opened, texts = api.opened(), []
    for language in ("en", "de"):
        headers = {**bearing(claims()), "accept-language": language}
        answer = api.gateway.call("GET", f"/admin/reviews/{opened.address}", headers=headers)
        review = json.loads(answer["body"])
        effect = review["effects"]["approve"]
        assert (answer["statusCode"], effect["code"]) == (200, "reviews.points_are_paid")
        assert [reason["code"] for reason in review["review"]["because"]] == [reason.code for reason in HOLD.because]
        texts.append(effect["text"])
    assert texts == ["The held points are paid.", "Die vorgemerkten Punkte werden gutgeschrieben."]
