"""The API keeps to its document: the real handlers on an emulated AWS, under requests that a generator made up."""

import time
from collections.abc import Iterator
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

from infra.cli.openapi import document
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.domain.activities.activity import LOGIN
from tests.e2e.aimed_requests import aim, claims_for
from tests.e2e.deployed_api import CLAIMS, KEY, DeployedApi, deployed_api
from tests.fakes.gateway import bearing

EXAMPLES = 12  # of an operation and a mode: in all less than 150 requests
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = {
    f"{method.upper()} {path}": (path, method) for path, route in document()["paths"].items() for method in route
}


@pytest.fixture(scope="module")
def deployed() -> Iterator[DeployedApi]:
    with deployed_api() as made:
        yield made


def test_the_document_is_valid_openapi() -> None:
    schemathesis.openapi.from_dict(document()).validate()


def test_the_check_of_the_document_would_notice() -> None:
    broken = document()
    del broken["info"]
    with pytest.raises(Exception, match="info"):
        schemathesis.openapi.from_dict(broken).validate()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_answer_is_a_5xx_or_undocumented(deployed: DeployedApi, operation: str, mode: GenerationMode) -> None:
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
            aim(case, operation, live=deployed.members.program("academy").version)
        answer = case.call_and_validate(headers=bearing(claims_for(path)), checks=CHECKS)
        seen.add(answer.status_code)

    run()
    assert mode is GenerationMode.NEGATIVE or seen & {200, 201, 202}


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
        ({"sub": "nobody"}, 403, "this login is not linked to a member. ask your administrator."),
    ],
)
@pytest.mark.parametrize("path", ["progress", "ledger", "catalogue"])
def test_a_token_opens_its_own_members_door_or_none(
    deployed: DeployedApi, path: str, changes: dict[str, Any], status: int, said: str
) -> None:
    claims = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    found, body = deployed.get(path, claims)
    assert found == status
    assert said in body.get("detail", "").casefold()


def test_without_a_token_the_gateway_itself_refuses(deployed: DeployedApi) -> None:
    assert deployed.gateway.call("GET", "/members/me/progress")["statusCode"] == 401


def test_asking_makes_nobody_known(deployed: DeployedApi) -> None:
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
    deployed: DeployedApi, body: bytes, kind: str, status: int
) -> None:
    before = deployed.get("catalogue", CLAIMS)
    found, problem = deployed.post("orders", body, kind)
    assert (found, problem["status"]) == (status, status)
    assert set(problem) - {"code", "parameters", "errors"} == {"type", "title", "status", "detail"}
    assert deployed.get("catalogue", CLAIMS) == before


def test_points_are_spent_once_an_order_and_stock_goes_with_them(deployed: DeployedApi) -> None:
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
    assert (offered["spendable"], offered["items"][0]["remaining"]) == (placed["spendable"], 4)


def test_an_entry_is_disputed_once_and_shown_with_its_dispute(deployed: DeployedApi) -> None:
    raised = {"source": "academy", "id": "e1", "text": "that was twice"}
    assert [deployed.post("disputes", raised)[0] for _ in range(2)] == [201, 200]
    assert deployed.post("disputes", raised | {"text": "or not"})[0] == 409
    assert deployed.post("disputes", raised | {"id": "e9"})[0] == 404
    _, page = deployed.get("ledger", CLAIMS)
    (entry,) = [each for each in page["entries"] if each["id"] == "e1"]
    assert (entry["dispute"]["text"], entry["dispute"]["state"]) == ("that was twice", "open")


def test_the_ledger_is_read_page_by_page_newest_first(deployed: DeployedApi) -> None:
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
def test_a_page_that_cannot_be_is_422(deployed: DeployedApi, query: str) -> None:
    status, problem = deployed.get("ledger", CLAIMS, query=query)
    assert (status, problem["title"]) == (422, "Unprocessable Content")


def test_nothing_that_a_member_reads_is_kept_on_the_way(deployed: DeployedApi) -> None:
    for claims in (CLAIMS, CLAIMS | {"sub": "nobody"}, CLAIMS | {"exp": 0}):
        answer = deployed.gateway.call("GET", "/members/me/progress", headers=bearing(claims))
        assert answer["headers"]["cache-control"] == "no-store"


def test_a_route_that_is_not_there_is_404_in_the_same_form(deployed: DeployedApi) -> None:
    status, problem = deployed.get("colleagues", CLAIMS)
    assert (status, problem["title"]) == (404, "Not Found")
