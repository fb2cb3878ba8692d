"""Requests of staff to the deployed admin API."""

import json
from typing import Any

from infra.local.api import Api
from infra.local.login import Login
from tests.e2e.deployed_academy import DeployedAcademy

JSON = {"content-type": "application/json"}


def asked(
    academy: DeployedAcademy, path: str, bearer: str | None, body: dict[str, Any] | None = None
) -> tuple[int, Any]:
    api = Api(academy.live.aws, academy.live.outputs)
    raw = json.dumps(body).encode() if body else b""
    answer = api.post(path, raw, JSON, token=bearer) if body else api.get(path, token=bearer)
    return answer.status, json.loads(answer.body)


def elsewhere(academy: DeployedAcademy, user: str) -> str:
    """An admin's token as good as any, but for another client of the same pool: its audience is not ours."""
    cognito, pool = academy.live.aws.client("cognito-idp"), academy.live.outputs["StaffPoolId"]
    other = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="another", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )
    outputs = {**academy.live.outputs, "StaffPoolClientId": other["UserPoolClient"]["ClientId"]}
    return Login(academy.live.aws, outputs).token(user, program=academy.live.program.key, role="admin")


def said(academy: DeployedAcademy, path: str, bearer: str | None, body: dict[str, Any] | None) -> int:
    api = Api(academy.live.aws, academy.live.outputs)
    return api.put(path, json.dumps(body).encode(), JSON, token=bearer).status


def token(academy: DeployedAcademy, user: str, role: str | None, program: str | None = None) -> str:
    """Of somebody who has said that they do not play, where their role lets them decide."""
    login, of = Login(academy.live.aws, academy.live.outputs), program or academy.live.program.key
    made = login.token(user, program=of, role=role)
    if role in {"reviewer", "admin"}:
        api = Api(academy.live.aws, academy.live.outputs)
        api.put(f"/admin/programs/{of}/me", b'{"plays": false}', JSON, token=made).json()
    return made
