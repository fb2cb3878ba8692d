"""A system that signs what it sends is heard at the deployed API, and nobody else is."""

import base64
import gzip
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.cli.program_file import load_program
from infra.cli.stack import Stack
from infra.local.api import Answer, Api
from infra.local.call_history import call_history
from infra.local.stage import Stage, stage
from tests.paths import PROGRAMS

PROGRAM = PROGRAMS / "academy.yaml"
JSON = {"content-type": "application/json"}
KEY = b"a key that the quiz and we have in common"


@pytest.fixture(scope="module")
def academy() -> Iterator[Stage]:
    with stage(load_program(PROGRAM), call_history(1, data=Path("nowhere"))) as live:
        secret = json.dumps({"secrets": [f"whsec_{base64.b64encode(KEY).decode()}"]})
        live.aws.client("secretsmanager").create_secret(Name="ladder/dev/academy/sources/quiz", SecretString=secret)
        yield live


def passed(*, member: str, event: str) -> bytes:
    told: dict[str, Any] = {
        "id": event,
        "type": "assessment.submitted",
        "occurred_at": datetime.now(UTC).isoformat(),
        "member": member,
        "attributes": {"assessment": "final", "score": 72},
    }
    return json.dumps(told).encode()


def post(
    academy: Stage, body: bytes, headers: Mapping[str, str] = JSON, *, to: str = "quiz", key: bytes = KEY
) -> Answer:
    sent = str(int(time.time()))
    signed = base64.b64encode(hmac.digest(key, f"msg_1.{sent}.".encode() + body, hashlib.sha256)).decode()
    proof = {"webhook-id": "msg_1", "webhook-timestamp": sent, "webhook-signature": f"v1,{signed}"}
    return Api(academy.aws, academy.outputs).post(f"/hooks/academy/{to}", body, {**headers, **proof})


def known(academy: Stage) -> int:
    """How many hashes of raw ids lead to a member."""
    items = academy.aws.client("dynamodb").scan(TableName=academy.outputs["MembersTable"])["Items"]
    return sum(item["sk"] == {"S": "IDENTITY"} for item in items)


def test_a_signed_event_is_taken_and_its_member_known_from_then_on(academy: Stage) -> None:
    before = known(academy)
    assert post(academy, passed(member="zoë", event="1")).status in {200, 202}
    assert post(academy, passed(member="zoë", event="2")).status in {200, 202}
    assert known(academy) == before + 1


def test_a_body_that_is_packed_arrives_as_it_was_signed_where_it_is_called_what_it_is(academy: Stage) -> None:
    """`application/json` would let the API read it as text, which no gzip survives."""
    packed = gzip.compress(passed(member="mia", event="3"))
    told = {"content-type": "application/octet-stream", "content-encoding": "gzip"}
    assert post(academy, packed, told).status in {200, 202}


def test_a_forged_event_is_refused_and_leaves_nothing(academy: Stage) -> None:
    before = known(academy)
    assert post(academy, passed(member="eve", event="4"), key=b"guessed").status == 401
    assert known(academy) == before


def test_a_hook_that_nobody_configured_is_answered_as_a_forged_event_is(academy: Stage) -> None:
    assert post(academy, passed(member="eve", event="5"), to="another").status == 401


def test_another_process_finds_the_program_on_the_stage(academy: Stage) -> None:
    """A tool knows no more of it than where it runs, and its outputs."""
    programs = Stack(academy.aws.client, academy.outputs).members.published
    assert programs.current(academy.program.key) == academy.program
    assert programs.roster(academy.program.key) == academy.roster
