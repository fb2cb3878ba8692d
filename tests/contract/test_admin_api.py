"""Who may ask what of the admin's routes: each route, each role, own and foreign program; and what is no token."""

import importlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pytest

from infra.api import ADMIN_ROUTES
from infra.local.emulator import Emulator
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.table import Table
from ladder.domain.inbound import LOGIN
from ladder.domain.reviews.review import Review, review_id
from ladder.domain.reviews.rights import ROLES
from tests.contract.conftest import EMULATED, NUMBERS, Tables
from tests.contract.ledgers import stage
from tests.domain.sample_rulebook import academy
from tests.domain.test_reviews import ENTRY, HOLD, MEMBER
from tests.gateway import Gateway, bearing

pytestmark = EMULATED

KEY = "the key of identities"
OWN = "0" * 32  # whom the staff's login is linked to
PROGRAMS = ("academy", "bank")
ASKED: dict[str, dict[str, Any]] = {
    "/admin/reviews/{review}/assignment": {"to": "me"},
    "/admin/reviews/{review}/decision": {"decision": "approve", "reason": "looked at it"},
}
LEAST: dict[str, str] = {
    "/admin/reviews": "viewer",
    "/admin/reviews/{review}": "viewer",
    "/admin/reviews/{review}/assignment": "reviewer",
    "/admin/reviews/{review}/decision": "reviewer",
}
REVIEWING = {path: method.value for path, method in ADMIN_ROUTES.items() if path in LEAST}


@dataclass(frozen=True, slots=True)
class Office:
    gateway: Gateway
    members: Table
    queue: DynamoReviewQueue
    aws: Emulator
    queue_url: str

    def ask(self, path: str, claims: dict[str, Any] | None, review: Review = HOLD) -> tuple[int, dict[str, Any]]:
        method, body = REVIEWING[path], ASKED.get(path)
        answer = self.gateway.call(
            method,
            path.replace("{review}", review.address),
            headers={"content-type": "application/json", **(bearing(claims) if claims is not None else {})},
            body=json.dumps(body).encode() if body else b"",
        )
        return answer["statusCode"], json.loads(answer["body"])

    def opened(self, **changed: Any) -> Review:
        number = next(NUMBERS)
        fresh = {"id": review_id("hold", str(number)), "member": f"{number + 1:032x}"}
        review = replace(HOLD, **{**fresh, **changed})
        self.queue.open(review)
        return review

    def sent(self) -> list[dict[str, Any]]:
        sqs, found = self.aws.client("sqs"), list[dict[str, Any]]()
        while messages := sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(each["Body"]) for each in messages]
            for each in messages:
                sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=each["ReceiptHandle"])
        return found


def claims(role: str | None = "reviewer", program: str = "academy", **changes: Any) -> dict[str, Any]:
    told = {
        "token_use": "id",
        "sub": "anna",
        "custom:program": program,
        "cognito:groups": [role] if role else None,
        "exp": time.time() + 600,
    }
    return {name: value for name, value in {**told, **changes}.items() if value is not None}


@pytest.fixture
def office(aws: Emulator, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    live, number = stage(tables), next(NUMBERS)
    url = aws.client("sqs").create_queue(QueueName=f"a-{number}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    aws.client("secretsmanager").create_secret(Name=f"identity-{number}", SecretString=KEY)
    environment = {
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "LADDER_PROGRAMS_TABLE": tables.programs,
        "LADDER_MEMBERS_TABLE": live.members,
        "LADDER_AUDIT_TABLE": tables.audit,
        "LADDER_ANCHORS_BUCKET": "none",
        "LADDER_ACTIVITIES_QUEUE_URL": url,
        "LADDER_IDENTITY_SECRET": f"identity-{number}",
        "LADDER_USER_POOL": "none",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    members = live.stores().members
    for program in PROGRAMS:
        live.publish(replace(academy(), key=program))
        DynamoIdentities(members, key=lambda: KEY).link(program, LOGIN, "anna", OWN)
    monkeypatch.delitem(sys.modules, "admin.handler", raising=False)
    handler = importlib.import_module("admin.handler").handler
    yield Office(
        Gateway(members=handler, admin=handler), members, DynamoReviewQueue(members, audit=tables.audit), aws, url
    )
    sys.modules.pop("admin.handler", None)


def expected(path: str, role: str | None, program: str, *, own: bool = False) -> set[int]:
    """Roles first, then whether it is there, then whose case it is."""
    if role is None or ROLES.index(role) < ROLES.index(LEAST[path]):
        return {403}
    if "{review}" not in path:
        return {200}
    if program != "academy":
        return {404}
    return {403} if own and REVIEWING[path] == "POST" else {200, 201}


def test_each_route_answers_each_role_in_its_own_program_and_in_another(office: Office) -> None:
    for path, role, program in product(REVIEWING, (None, *ROLES), (*PROGRAMS, "nowhere")):
        status, told = office.ask(path, claims(role, program), office.opened())
        assert status in expected(path, role, program), (path, role, program, told)


def test_nobody_but_a_reader_gets_anywhere_in_his_own_case(office: Office) -> None:
    for path, role in product(REVIEWING, ROLES):
        status, told = office.ask(path, claims(role), office.opened(member=OWN))
        assert status in expected(path, role, "academy", own=True), (path, role, told)


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
    office: Office, changes: dict[str, Any], status: int
) -> None:
    review = office.opened()
    for path in REVIEWING:
        found, problem = office.ask(path, claims("admin", **changes), review)
        assert (found, problem["status"]) == (status, status), path
    assert office.queue.find("academy", [(review.member, review.id)]) == [review]
    assert office.sent() == []


def test_without_a_token_the_gateway_itself_refuses(office: Office) -> None:
    assert {office.ask(path, None)[0] for path in REVIEWING} == {401}


def test_an_approval_is_queued_once_under_its_id_however_often_it_is_given(office: Office) -> None:
    review, path = office.opened(), "/admin/reviews/{review}/decision"
    answers = [office.ask(path, claims(), review) for _ in range(2)]
    assert [status for status, _ in answers] == [201, 200]
    assert [told["again"] for _, told in answers] == [False, True]
    source, event = ENTRY.key
    sent = {(each["member"], each["activities"][0]["id"]) for each in office.sent()}
    assert sent == {(review.member, f"release:{source}:{event}")}
    assert office.ask(path, claims(sub="ole"), review)[0] == 409


def test_what_is_approved_after_an_erasure_is_not_there_and_nothing_is_queued(office: Office) -> None:
    review, path = office.opened(), "/admin/reviews/{review}/decision"
    name, client = office.members.name, office.aws.client("dynamodb")
    state = {"pk": {"S": f"academy#{review.member}"}, "sk": {"S": "STATE"}, "erased_at": {"S": "2026-11-01"}}
    client.put_item(TableName=name, Item=state)
    assert office.ask(path, claims(), review)[0] == 404
    client.delete_item(
        TableName=name, Key={"pk": {"S": f"academy#{review.member}"}, "sk": {"S": f"REVIEW#{review.id}"}}
    )
    assert office.ask(path, claims(), review)[0] == 404
    assert office.sent() == []


def test_the_queue_is_asked_for_with_filters(office: Office) -> None:
    review = office.opened()
    office.opened(kind="peer")
    office.ask("/admin/reviews/{review}/assignment", claims(), review)

    def told(query: str) -> tuple[int, list[str]]:
        answer = office.gateway.call("GET", "/admin/reviews", query=query, headers=bearing(claims()))
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
        "assigned=him",
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
def test_a_decision_that_is_none_changes_nothing(office: Office, body: dict[str, Any], status: int) -> None:
    review = office.opened()
    answer = office.gateway.call(
        "POST",
        f"/admin/reviews/{review.address}/decision",
        headers={"content-type": "application/json", **bearing(claims())},
        body=json.dumps(body).encode(),
    )
    assert answer["statusCode"] == status, answer["body"]
    (stored,) = office.queue.find("academy", [(review.member, review.id)])
    assert (stored.status == "open") == (status == 422)


@pytest.mark.parametrize("address", ["x", f"{MEMBER}", f"{MEMBER}.{'0' * 31}", f"{MEMBER}.{'G' * 32}"])
def test_an_address_that_can_be_none_is_refused(office: Office, address: str) -> None:
    answer = office.gateway.call("GET", f"/admin/reviews/{address}", headers=bearing(claims()))
    assert answer["statusCode"] == 422
