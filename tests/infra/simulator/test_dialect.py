"""The simulated platform: the words it understands and the answers it gives."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import urllib3

from infra.local.simulator import Simulator
from ladder.domain.challenges.ports import Reading
from tests.infra.simulator.dialect import CHALLENGES, Talk, posted, token

DAY = date(2023, 10, 27)


def test_a_challenge_is_created_and_listed_in_the_words_of_the_dialect(talk: Talk) -> None:
    status, created = talk("POST", CHALLENGES, posted())

    assert status == 200
    assert created == posted(id=created["id"])
    assert talk("GET", f"{CHALLENGES}?status=ACTIVE")[1]["entities"] == [created]
    assert talk("GET", f"{CHALLENGES}?status=INACTIVE")[1]["entities"] == []


def test_a_list_comes_in_pages(talk: Talk) -> None:
    ids = [talk("POST", CHALLENGES, posted())[1]["id"] for _ in range(5)]

    pages = [talk("GET", f"{CHALLENGES}?pageNumber={number}&pageSize=2")[1] for number in (1, 2, 3, 4)]

    assert [entity["id"] for page in pages for entity in page["entities"]] == ids
    assert {(page["pageSize"], page["pageCount"], page["total"]) for page in pages} == {(2, 3, 5)}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", CHALLENGES, posted(group_ids=["tier9"]), 404),
        ("POST", CHALLENGES, posted(group_ids=[]), 400),
        ("POST", CHALLENGES, posted(start_time="yesterday"), 400),
        ("POST", CHALLENGES, posted(start_time="2023-10-27T00:00:00"), 400),
        ("POST", CHALLENGES, {"name": "no more"}, 400),
        ("POST", CHALLENGES, ["no object"], 400),
        ("PATCH", f"{CHALLENGES}/nothing", {"status": "INACTIVE"}, 404),
        ("PATCH", f"{CHALLENGES}/nothing", {"status": "ACTIVE"}, 400),
        ("POST", "/api/v2/users/zoe/groups", {"id": "tier1"}, 404),
        ("POST", "/api/v2/users/ann/groups", {"id": "tier9"}, 404),
        ("DELETE", "/api/v2/groups/tier1/members?ids=" + ",".join(["ann"] * 51), None, 400),
        ("GET", "/api/v2/wem/metrics/users/ann?metric=AHT", None, 400),
        ("GET", "/api/v2/wem/gamification/completions?date=today", None, 400),
        ("GET", f"{CHALLENGES}?pageNumber=one", None, 400),
        ("GET", "/api/v2/nothing", None, 404),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_message(
    talk: Talk, method: str, path: str, body: object, status: int
) -> None:
    found, answer = talk(method, path, body)

    assert (found, answer["status"]) == (status, status)
    assert answer["message"]


@pytest.mark.parametrize(("scope", "status"), [("wem:gamification:read", 200), ("wem:metrics:read", 403)])
def test_a_token_opens_what_its_scopes_name(simulator: Simulator, scope: str, status: int) -> None:
    with urllib3.PoolManager() as pool:
        bearer = {"Authorization": f"Bearer {token(pool, simulator, scope)}"}
        assert pool.request("GET", simulator.base_url + CHALLENGES, headers=bearer).status == status


def test_without_a_token_nothing_opens(simulator: Simulator) -> None:
    with urllib3.PoolManager() as pool:
        assert pool.request("GET", simulator.base_url + CHALLENGES).status == 401
        assert pool.request("POST", f"{simulator.base_url}/oauth/token").status == 401


def test_answers_come_at_once_over_a_connection_that_stays_open(talk: Talk) -> None:
    started = time.perf_counter()
    for _ in range(100):
        talk("GET", CHALLENGES)

    assert time.perf_counter() - started < 2.0  # forty milliseconds each would be four seconds


def test_metrics_are_the_days_that_were_measured(simulator: Simulator, talk: Talk) -> None:
    measured = [Reading("ann", DAY, 180.5, 40.0), Reading("ann", DAY - timedelta(days=2), float("nan"), 0.0)]
    simulator.load("AHT", measured, direction="lower")

    _, answer = talk("GET", "/api/v2/wem/metrics/users/ann?metric=AHT&interval=DAY&granularity=DAY&duration=30")

    assert answer == {
        "userId": "ann",
        "metric": "AHT",
        "values": [
            {"date": "2023-10-25", "value": None, "count": 0.0},
            {"date": "2023-10-27", "value": 180.5, "count": 40.0},
        ],
    }


def test_a_local_day_belongs_to_the_zone_it_is_played_in() -> None:
    auckland = ZoneInfo("Pacific/Auckland")
    start = datetime(2023, 10, 27, tzinfo=auckland).astimezone(UTC)
    times = {"start_time": start.isoformat(), "end_time": (start + timedelta(hours=23, minutes=59)).isoformat()}
    challenge = Simulator().create(posted(**times))

    assert [challenge.covers(DAY + timedelta(days=off), auckland) for off in (-1, 0, 1)] == [False, True, False]
