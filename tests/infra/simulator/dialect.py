"""A challenge in the dialect's own words, and how a test talks to the simulator."""

from collections.abc import Callable
from typing import Any

import urllib3

from infra.local.simulator import Simulator

CHALLENGES = "/api/v2/wem/gamification/challenges"
EVERYTHING = "wem:gamification:read wem:gamification:write wem:metrics:read wem:users:read"
type Talk = Callable[..., Any]


def posted(**changed: object) -> dict[str, object]:
    return {
        "name": "AHT sprint",
        "description": "",
        "start_time": "2023-10-27T00:00:00Z",
        "end_time": "2023-10-27T23:59:59Z",
        "metric_key": "AHT",
        "target_value": 180,
        "points": 100,
        "status": "ACTIVE",
        "group_ids": ["tier2"],
        **changed,
    }


def token(pool: urllib3.PoolManager, simulator: Simulator, scope: str) -> str:
    answer = pool.request_encode_body(
        "POST",
        f"{simulator.base_url}/oauth/token",
        fields={"grant_type": "client_credentials", "scope": scope},
        headers=urllib3.make_headers(basic_auth="ladder-local:of-no-use-elsewhere"),
        encode_multipart=False,
    )
    return str(answer.json()["access_token"])
