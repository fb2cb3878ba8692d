"""The API keeps to its document: the real handlers on an emulated AWS, under requests that a generator made up."""

import base64
import importlib
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infra.local.emulator import Emulator, emulator
from infra.local.openapi_command import document
from infra.models import MODELS
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.members import Kept, Members
from ladder.adapters.dynamodb.packing import to_json
from ladder.adapters.dynamodb.reviews import DynamoReviews
from ladder.adapters.dynamodb.table import Table
from ladder.domain.activity import Activity
from ladder.domain.calendar import due
from ladder.domain.inbound import LOGIN
from ladder.domain.members import Member
from ladder.domain.reviews.rights import ROLES
from ladder.usage import Usage
from rewards.desk import Desk
from rewards.reward import reward
from tests.contract.ledgers import members_table
from tests.contract.sources.signing import sign_standard
from tests.contract.sources.vendors import NEW as KEY_OF_SOURCE
from tests.domain import sample_program, sample_rulebook
from tests.domain.test_reviews import HOLD
from tests.gateway import Gateway, Handler, bearing

EXAMPLES = 12  # of an operation and a mode: in all less than 150 requests
MEMBER, KEY = f"{7:032x}", "the key of identities"
EARLY = replace(sample_rulebook.ITEM, price=60)
CHEAP = replace(sample_rulebook.ITEM, key="CHEAP", price=1, stock=None)
TABLES = ("programs", "audit")
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
CLAIMS = {"token_use": "id", "sub": "zoe", "custom:program": "academy", "exp": time.time() + 600}
STAFF = CLAIMS | {"sub": "anna", "cognito:groups": ["viewer", "reviewer", "admin"]}
NIGHTLY = sample_program.program()  # which has nights to make again
LISTED, LEAVING = Member(id=f"{8:032x}", user="olga"), Member(id=f"{9:032x}", user="otto")
ENDLESS = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Timestamp": "2999-01-01T00:00:00Z", "End": True}}}
OPERATIONS = {
    f"{method.upper()} {path}": (path, method) for path, route in document()["paths"].items() for method in route
}


@dataclass(frozen=True, slots=True)
class Deployed:
    gateway: Gateway
    members: Members

    def get(self, path: str, claims: dict[str, Any], query: str = "") -> tuple[int, Any]:
        answer = self.gateway.call("GET", f"/members/me/{path}", query=query, headers=bearing(claims))
        return answer["statusCode"], json.loads(answer["body"])

    def post(self, path: str, body: bytes | dict[str, Any], kind: str = "application/json") -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": kind, **bearing(CLAIMS)}
        answer = self.gateway.call("POST", f"/members/me/{path}", headers=headers, body=raw)
        return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture(scope="module")
def deployed() -> Iterator[Deployed]:
    with emulator() as aws, pytest.MonkeyPatch.context() as patch:
        environment = {
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "LADDER_PROGRAMS_TABLE": "programs",
            "LADDER_MEMBERS_TABLE": "members",
            "LADDER_AUDIT_TABLE": "audit",
            "LADDER_ACTIVITIES_QUEUE_URL": f"{aws.endpoint}/000000000000/activities.fifo",
            "LADDER_CASES_QUEUE_URL": f"{aws.endpoint}/000000000000/cases.fifo",
            "LADDER_IDENTITY_SECRET": "identity",
            "LADDER_ANCHORS_BUCKET": "none",
            "LADDER_USER_POOL": _people(aws),
            "LADDER_ROTATION_MACHINE": _machine(aws),
            "LADDER_JUDGE_MODELS": " ".join(MODELS),
        }
        for name, value in environment.items():
            patch.setenv(name, value)
        members = _seeded(aws)
        names = ("progress.handler", "ingestion.handler", "admin.handler")
        with _fresh(names[0]) as progress, _fresh(names[1]) as ingestion, _fresh(names[2]) as admin:
            yield Deployed(Gateway(progress.handler, _signing(ingestion.handler), admin.handler), members)


def _people(aws: Emulator) -> str:
    cognito = aws.client("cognito-idp")
    pool: str = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    for role in ROLES:
        cognito.create_group(UserPoolId=pool, GroupName=role)
    return pool


def _machine(aws: Emulator) -> str:
    """Of executions that begin, and do nothing."""
    made = aws.client("stepfunctions").create_state_machine(
        name="rotation", definition=json.dumps(ENDLESS), roleArn="arn:aws:iam::000000000000:role/any"
    )
    arn: str = made["stateMachineArn"]
    return arn


def _signing(hooks: Handler) -> Handler:
    """As a source signs whatever it sends."""

    def signed(event: dict[str, Any], context: Any) -> dict[str, Any]:
        body = event.get("body", "")
        raw = base64.b64decode(body) if event["isBase64Encoded"] else body.encode()
        return hooks(
            event | {"headers": event["headers"] | sign_standard(raw, KEY_OF_SOURCE, datetime.now(UTC))}, context
        )

    return signed


@contextmanager
def _fresh(module: str) -> Iterator[Any]:
    """Read anew under this environment, and forgotten after it."""
    sys.modules.pop(module, None)
    yield importlib.import_module(module)
    sys.modules.pop(module, None)


def _seeded(aws: Emulator) -> Members:
    client = aws.client("dynamodb")
    members_table(client, "members")
    for name in TABLES:
        client.create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            BillingMode="PAY_PER_REQUEST",
        )
    secrets = aws.client("secretsmanager")
    secrets.create_secret(Name="identity", SecretString=KEY)
    secrets.create_secret(Name="ladder/academy", SecretString=json.dumps({"secrets": [KEY_OF_SOURCE]}))
    for queue in ("activities.fifo", "cases.fifo"):
        aws.client("sqs").create_queue(QueueName=queue, Attributes={"FifoQueue": "true"})
    table = Table(client, "members", Usage())
    members = Members(members=table, programs=Table(client, "programs", Usage()), audit="audit", kept=Kept())
    members.published.publish(sample_rulebook.book(catalogue=(EARLY, CHEAP)))
    members.published.enrol("academy", (LISTED, LEAVING))
    members.published.publish(NIGHTLY)
    DynamoIdentities(table, key=lambda: KEY).link("academy", LOGIN, "zoe", MEMBER)
    book, now = members.book("academy"), datetime.now(UTC)
    desk = Desk(
        member=MEMBER,
        book=book,
        books=lambda version: members.version("academy", version),
        ledger=members.ledger(book.program),
        purse=members.purse,
        now=now,
    )
    passed = [
        Activity(
            source="academy",
            id=f"e{number}",
            type="assessment.submitted",
            occurred_at=now - timedelta(minutes=9 - number),
            received_at=now,
            attributes={"passed": True, "module": f"m{number}"},
        )
        for number in range(3)
    ]
    reward(desk, passed, pause=lambda tries: None)
    DynamoReviews(table).open(HOLD)
    return members


def test_the_document_is_valid_openapi() -> None:
    schemathesis.openapi.from_dict(document()).validate()


def test_the_check_of_the_document_would_notice() -> None:
    broken = document()
    del broken["info"]
    with pytest.raises(Exception, match="info"):
        schemathesis.openapi.from_dict(broken).validate()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_answer_is_a_5xx_or_undocumented(deployed: Deployed, operation: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_dict(document())
    schema.app = deployed.gateway.wsgi
    path, method = OPERATIONS[operation]
    seen = set[int]()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method].as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            _aim(case, operation)
        answer = case.call_and_validate(headers=bearing(_claims_for(path)), checks=CHECKS)
        seen.add(answer.status_code)

    run()
    assert mode is GenerationMode.NEGATIVE or seen & {200, 201, 202}


def _claims_for(path: str) -> dict[str, Any]:
    if path.endswith("/rotations"):
        return STAFF | {"custom:program": NIGHTLY.key}
    return STAFF if "/admin/" in path else CLAIMS


def _aim(case: Any, operation: str) -> None:
    """What is made up would hit nothing that is there."""
    if "{program}/" in operation and "/admin/" in operation:
        _aim_by_hand(case, operation.rpartition("/")[2])
        return
    if "{source}" in operation:
        case.path_parameters = {"program": "academy", "source": "academy"}
    elif "{review}" in operation:
        case.path_parameters = {"review": HOLD.address}
        case.body = _fitting(case.body) if operation.startswith("POST") else case.body
    elif operation == "POST /admin/reviews":
        case.body = {**case.body, "member": MEMBER, "source": "academy", "id": "e0", "to": None}
    elif operation.endswith("orders"):
        case.body |= {"item": "CHEAP"}
    elif operation.endswith("disputes"):
        case.body |= {"source": "academy", "id": "e0"}


def _aim_by_hand(case: Any, act: str) -> None:
    member = {"erasure": LEAVING.id, "logins": LISTED.id}.get(act, MEMBER)
    case.path_parameters = {
        "program": NIGHTLY.key if act == "rotations" else "academy",
        **({"member": member} if "member" in case.path_parameters else {}),
    }
    draft = json.loads(to_json(sample_rulebook.book(catalogue=(EARLY, CHEAP))))
    aimed: dict[str, dict[str, Any]] = {
        "drafts": {"program": draft},
        "versions": {"program": draft, "after": 1},
        "pauses": {"what": "rule", "key": sample_rulebook.RULE.key, "paused": False},
        "rotations": {"date": due(NIGHTLY.schedule, datetime.now(UTC)).isoformat()},
        "revocations": {"source": "academy", "id": "e0"},
        "logins": {"source": LOGIN},
    }
    if act == "grants":
        aimed["grants"] = {"points": 5} if "points" in case.body else {"badge": sample_rulebook.BADGE.key, "tier": 1}
    if act in aimed:
        case.body |= aimed[act]


def _fitting(body: dict[str, Any]) -> dict[str, Any]:
    """A hold is approved, and work given back: there is no reviewer to give it to."""
    return {"to": "nobody"} if "to" in body else {"decision": "approve", "reason": body["reason"]}


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({}, 200, ""),
        ({"exp": time.time() - 1}, 401, "log in again"),
        ({"exp": None}, 401, "log in again"),
        ({"exp": "never"}, 401, "log in again"),
        ({"exp": "inf"}, 401, "log in again"),
        ({"exp": "nan"}, 401, "log in again"),
        ({"token_use": "access"}, 401, "id token"),
        ({"token_use": None}, 401, "id token"),
        ({"sub": None}, 401, "id token"),
        ({"custom:program": None}, 403, "not linked to a member"),
        ({"custom:program": "bank"}, 403, "not linked to a member"),
        ({"custom:program": ["academy", "bank"]}, 403, "not linked to a member"),
        ({"custom:program": ["academy"]}, 200, ""),
        ({"sub": "nobody"}, 403, "this login is not linked to a member; ask your administrator"),
    ],
)
@pytest.mark.parametrize("path", ["progress", "ledger", "catalogue"])
def test_a_token_opens_its_own_members_door_or_none(
    deployed: Deployed, path: str, changes: dict[str, Any], status: int, said: str
) -> None:
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    found, body = deployed.get(path, claims)
    assert found == status
    assert said in body.get("detail", "")


def test_without_a_token_the_gateway_itself_refuses(deployed: Deployed) -> None:
    assert deployed.gateway.call("GET", "/members/me/progress")["statusCode"] == 401


def test_asking_makes_nobody_known(deployed: Deployed) -> None:
    people = deployed.members.members
    deployed.get("progress", CLAIMS | {"sub": "somebody else"})
    assert DynamoIdentities(people, key=lambda: KEY).find("academy", LOGIN, "somebody else") is None


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 422),
        (b"{", "application/json", 422),
        (b"null", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'"text"', "application/json", 422),
        (b"[" * 10_000, "application/json", 422),
        (b'{"order": ' + b"9" * 9_000 + b"}", "application/json", 422),
        (b'{"order": "a", "item": "EARLY", "\\ud800": 1}', "application/json", 422),
        (b'{"order": "\\ud800", "item": "EARLY"}', "application/json", 422),
        (b'{"order": "a", "item": "\xff"}', "application/octet-stream", 415),
        (b'{"order": "a", "item": "EARLY"}', "text/plain", 415),
        (b"order=a&item=EARLY", "application/x-www-form-urlencoded", 415),
        (b"--x", "multipart/form-data; boundary=x", 415),
        (b" " * 20_000, "application/json", 413),
        (b'{"order": "a", "item": "EARLY", "price": 1}', "application/json", 422),
        (b'{"order": "", "item": "EARLY"}', "application/json", 422),
        (b'{"order": "%s", "item": "EARLY"}' % (b"x" * 101), "application/json", 422),
        (b'{"order": 1, "item": "EARLY"}', "application/json", 422),
        (b'{"order": "a", "item": "NOTHING"}', "application/json", 404),
    ],
)
def test_what_cannot_be_an_order_is_refused_in_one_form_and_changes_nothing(
    deployed: Deployed, body: bytes, kind: str, status: int
) -> None:
    before = deployed.get("catalogue", CLAIMS)
    found, problem = deployed.post("orders", body, kind)
    assert (found, problem["status"], set(problem)) == (status, status, {"type", "title", "status", "detail"})
    assert deployed.get("catalogue", CLAIMS) == before


def test_points_are_spent_once_an_order_and_stock_goes_with_them(deployed: Deployed) -> None:
    wanted = {"order": "näch/1#ü", "item": "EARLY"}
    (status, placed), again, other = (
        deployed.post("orders", wanted),
        deployed.post("orders", wanted),
        deployed.post("orders", {**wanted, "item": "OTHER"}),
    )
    assert (status, placed["price"], placed["again"]) == (201, 60, False)
    assert (again[0], again[1]) == (200, {**placed, "again": True})
    assert other[0] == 409
    _, offered = deployed.get("catalogue", CLAIMS)
    assert (offered["spendable"], offered["items"][0]["left"]) == (placed["spendable"], 4)


def test_an_entry_is_disputed_once_and_shown_with_its_dispute(deployed: Deployed) -> None:
    raised = {"source": "academy", "id": "e1", "text": "that was twice"}
    assert [deployed.post("disputes", raised)[0] for _ in range(2)] == [201, 200]
    assert deployed.post("disputes", raised | {"text": "or not"})[0] == 409
    assert deployed.post("disputes", raised | {"id": "e9"})[0] == 404
    _, page = deployed.get("ledger", CLAIMS)
    (entry,) = [each for each in page["entries"] if each["id"] == "e1"]
    assert (entry["dispute"]["text"], entry["dispute"]["state"]) == ("that was twice", "open")


def test_the_ledger_is_read_page_by_page_newest_first(deployed: Deployed) -> None:
    _, whole = deployed.get("ledger", CLAIMS)
    sequences, before, read = [each["sequence"] for each in whole["entries"]], "", list[int]()
    while True:
        _, page = deployed.get("ledger", CLAIMS, query=f"limit=2{before}")
        read += [each["sequence"] for each in page["entries"]]
        if page["before"] is None:
            break
        before = f"&before={page['before']}"
    assert read == sequences == sorted(sequences, reverse=True)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "before=0", "limit=1&limit=2", "before=-1"])
def test_a_page_that_cannot_be_is_422(deployed: Deployed, query: str) -> None:
    status, problem = deployed.get("ledger", CLAIMS, query=query)
    assert (status, problem["title"]) == (422, "Unprocessable Content")


def test_nothing_that_a_member_reads_is_kept_on_the_way(deployed: Deployed) -> None:
    for claims in (CLAIMS, CLAIMS | {"sub": "nobody"}, CLAIMS | {"exp": 0}):
        answer = deployed.gateway.call("GET", "/members/me/progress", headers=bearing(claims))
        assert answer["headers"]["cache-control"] == "no-store"


def test_a_route_that_is_not_there_is_404_in_the_same_form(deployed: Deployed) -> None:
    status, problem = deployed.get("colleagues", CLAIMS)
    assert (status, problem["title"]) == (404, "Not Found")
