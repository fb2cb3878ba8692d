"""A member logs in at the deployed stack and reads their own progress; no other token is let in."""

import json
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3 import OB3Verifier

from infra.cli.driver.sending import Queue
from infra.cli.program_file import load_program
from infra.local.api import Api
from infra.local.call_history import call_history
from infra.local.login import Login
from infra.local.stage import Stage, stage
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.domain.activities.activity import LOGIN
from tests.builders.open_badges import VERIFIERS, Refused, did_address, verify_with_openbadgeslib
from tests.paths import PROGRAMS

PROGRAM = PROGRAMS / "academy.yaml"
READABLE = ["progress", "ledger", "catalogue"]


@pytest.fixture(scope="module")
def academy() -> Iterator[Stage]:
    with stage(load_program(PROGRAM), call_history(1, data=Path("nowhere"))) as live:
        yield live


@pytest.fixture(scope="module")
def zoe(academy: Stage) -> str:
    """The id token of somebody whom an administrator has linked."""
    login = Login(academy.aws, academy.outputs)
    token = login.token("zoe", program="academy")
    people = DynamoIdentities(academy.members.members, key=lambda: _identity_key(academy))
    people.link("academy", LOGIN, login.subject("zoe"), "0" * 32)
    return token


def _identity_key(academy: Stage) -> str:
    told = academy.aws.client("lambda").get_function_configuration(FunctionName=academy.outputs["ProgressFunction"])
    secret = told["Environment"]["Variables"]["LADDER_IDENTITY_SECRET"]
    text: str = academy.aws.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    return text


@pytest.mark.parametrize("path", READABLE)
def test_a_linked_login_reads_what_is_their(academy: Stage, zoe: str, path: str) -> None:
    answer = Api(academy.aws, academy.outputs).get(f"/members/me/{path}", token=zoe)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")


def test_what_is_not_affordable_is_refused_as_a_problem(academy: Stage, zoe: str) -> None:
    api, told = Api(academy.aws, academy.outputs), {"content-type": "application/json"}
    answer = api.post("/members/me/orders", b'{"order": "1", "item": "CERTIFICATE"}', told, token=zoe)
    assert (answer.status, answer.headers["content-type"]) == (409, "application/problem+json")


def test_an_access_token_passes_the_gateway_and_not_the_function(academy: Stage) -> None:
    token = Login(academy.aws, academy.outputs).access_token("zoe", program="academy")
    assert Api(academy.aws, academy.outputs).get("/members/me/progress", token=token).status == 401


def test_a_login_that_nobody_linked_is_told_whom_to_ask(academy: Stage) -> None:
    token = Login(academy.aws, academy.outputs).token("max", program="academy")
    answer = Api(academy.aws, academy.outputs).get("/members/me/progress", token=token)
    assert answer.status == 403
    assert b"Ask your administrator" in answer.body


def test_without_a_token_the_gateway_refuses(academy: Stage) -> None:
    assert Api(academy.aws, academy.outputs).get("/members/me/progress").status == 401


ZOE, NOW = "0" * 32, datetime.now(UTC)


def queued(academy: Stage, **activity: Any) -> None:
    """Tell rewards what zoe did, and wait until it is in the ledger."""
    body = {"program": "academy", "member": ZOE, "received_at": NOW.isoformat(), "activities": [activity]}
    sqs = academy.aws.client("sqs")
    sqs.send_message(
        QueueUrl=academy.outputs["ActivitiesQueueUrl"],
        MessageBody=json.dumps(body),
        MessageGroupId=f"academy#{ZOE}",
        MessageDeduplicationId=secrets.token_hex(16),
    )
    Queue(sqs, academy.outputs).drain()


def site(academy: Stage, issuer: str) -> dict[str, bytes]:
    """Return what the API answers at the addresses that verifiers ask: the program's address is another one here."""
    api, address = Api(academy.aws, academy.outputs), did_address(issuer).removesuffix("/did.json")
    answers = {path: api.get(f"/issuers/academy/{path}") for path in ("did.json", "status/1")}
    assert {answer.status for answer in answers.values()} == {200}
    return {f"{address}/{path}": answer.body for path, answer in answers.items()}


def test_a_badge_is_taken_along_verified_and_revoked_once_the_ledger_takes_it_back(academy: Stage, zoe: str) -> None:
    api, issuer = Api(academy.aws, academy.outputs), "did:web:ladder.academy.example.org:issuers:academy"
    assert api.get("/members/me/badges/VIEWER/credential", token=zoe).status == 404
    watched = {"module": "video-1", "course": "course-v1:FUN-MOOC+00001+session01"}
    queued(
        academy,
        source="player",
        id="watched-1",
        type="learner.completed_module",
        occurred_at=NOW.isoformat(),
        attributes=watched,
    )
    taken = json.loads(api.get("/members/me/badges/VIEWER/credential", token=zoe).body)
    files = {kind: api.get(f"/members/me/badges/VIEWER/credential.{kind}", token=zoe) for kind in ("jwt", "svg", "png")}
    assert OB3Verifier.extract_token_from_png(files["png"].body) == taken["jwt"]
    assert OB3Verifier.extract_token_from_svg(files["svg"].body) == taken["jwt"] == files["jwt"].body.decode()
    for verify in VERIFIERS:
        verify(taken["jwt"], issuer, site(academy, issuer))

    undone = {"source": "player", "id": "watched-1", "reason": "it was not them"}
    queued(academy, source="ladder", id="undo-1", type="entry.reversed", occurred_at=NOW.isoformat(), attributes=undone)
    until = time.monotonic() + 60
    while time.monotonic() < until and _is_valid(taken["jwt"], issuer, site(academy, issuer)):
        time.sleep(0.5)
    for verify in VERIFIERS:
        with pytest.raises(Refused, match=r"(?i)status|revoked"):
            verify(taken["jwt"], issuer, site(academy, issuer))
    assert api.get("/members/me/badges/VIEWER/credential", token=zoe).status == 404


def _is_valid(token: str, issuer: str, served: dict[str, bytes]) -> bool:
    try:
        verify_with_openbadgeslib(token, issuer, served)
    except Refused:
        return False
    return True
