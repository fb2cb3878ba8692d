"""A member logs in at the deployed stack and reads their own progress; no other token is let in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.cli.program_file import load_program
from infra.local.api import Api
from infra.local.call_history import call_history
from infra.local.login import Login
from infra.local.stage import Stage, stage
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.domain.activities.activity import LOGIN
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
