"""A program of 400 members and four weeks of nights by the real handler: pages read a bounded part of it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from ladder.adapters.dynamodb.assignments import DynamoAssignments
from ladder.adapters.dynamodb.histories import DynamoHistories
from ladder.adapters.dynamodb.rotations import DynamoRotations
from ladder.domain.calendar.schedule import local_day
from ladder.domain.challenges.completion import OUTCOMES
from ladder.domain.members.roster import Member
from ladder.domain.points.ledger import LedgerChange, State
from tests.builders.supervised import CARE, PACE, PROGRAM, Supervised
from tests.e2e.deployed_api import CLAIMS, DeployedApi, deployed_api
from tests.e2e.read_items import Read, reading
from tests.fakes.gateway import bearing

MEMBERS, TEAMS, NIGHTS = 400, 8, 28
A_TEAM = MEMBERS // TEAMS
NOW = datetime.now(UTC)
LARGE = replace(PROGRAM, key="large")
ROSTER = tuple(
    Member(id=f"{1000 + slot:032x}", user=f"agent{slot:03d}", name=f"Person {slot:03d}", team=f"team {slot % TEAMS}")
    for slot in range(MEMBERS)
)
STAFF = CLAIMS | {"sub": "anna", "custom:program": LARGE.key}
SUPERVISOR = STAFF | {"cognito:groups": ["supervisor"], "custom:teams": "team 3"}
ADMIN = STAFF | {"cognito:groups": ["admin"]}


@pytest.fixture(scope="module")
def deployed() -> Iterator[DeployedApi]:
    with deployed_api() as made:
        _fill(made)
        yield made


def _fill(deployed: DeployedApi) -> None:
    """Nights with everybody's tier, value and outcome, and a state of each member with points that wait."""
    stores, rng = deployed.members, Random(400)  # noqa: S311
    stores.published.publish(LARGE)
    stores.published.enrol(LARGE.key, ROSTER)
    on_tables: dict[str, Any] = {
        "rotations": DynamoRotations(stores.programs, audit="audit"),
        "assignments": DynamoAssignments(stores.programs),
        "histories": DynamoHistories(stores.programs),
    }
    supervised = Supervised(program=LARGE, **on_tables)
    today = local_day(LARGE.schedule, NOW)
    outcomes = [outcome for outcome in OUTCOMES if outcome in {"completed", "missed", "not playing"}]
    for days in range(NIGHTS, 0, -1):
        day = today - timedelta(days=days)
        tiers = {key: [rng.choice((1, 2, 3)) for _ in ROSTER] for key in (PACE, CARE)}
        settled = {key: [rng.choice(outcomes) for _ in ROSTER] for key in (PACE, CARE)}
        supervised.night(day, tiers, settled)
        supervised.measured(day, {"AHT": [rng.uniform(200, 400) for _ in ROSTER], "QA": [90.0] * MEMBERS})
    ledger = stores.ledger(stores.compiled(LARGE.key))
    for member in ROSTER:
        change = LedgerChange(
            program=LARGE.key,
            member=member.id,
            before=State(),
            after=State(earned=rng.randrange(9_000), held=5),
            entries=[],
            due_at=NOW,
        )
        ledger.commit(change)


def asked(deployed: DeployedApi, path: str, claims: dict[str, Any], query: str = "") -> tuple[Any, Read]:
    with reading("supervision") as read:
        answer = deployed.gateway.call("GET", f"/programs/{LARGE.key}/{path}", query=query, headers=bearing(claims))
    assert answer["statusCode"] == 200, answer["body"]
    return json.loads(answer["body"]), read


def test_a_team_reads_its_own_members_and_each_night_once(deployed: DeployedApi) -> None:
    team, read = asked(deployed, "teams/team 3", SUPERVISOR)
    assert len(team["members"]) == A_TEAM
    assert all(member["waiting"] for member in team["members"])
    assert any(member["stuck"] for member in team["members"])
    assert [member["member"]["name"] for member in team["members"]] == sorted(
        member.display_name for member in ROSTER if member.team == "team 3"
    )
    assert read.items <= A_TEAM + 3 * (NIGHTS + 1) + 10  # rotations, assignments and outcomes


def test_a_list_of_members_comes_by_pages_and_a_search_finds_one_of_them(deployed: DeployedApi) -> None:
    page, read = asked(deployed, "members", ADMIN, "limit=50")
    assert (len(page["members"]), page["found"]) == (50, MEMBERS)
    assert read.items <= 10
    names = [member["name"] for member in page["members"]]
    while page["after"]:
        position = page["after"].replace("\n", "%0A").replace(" ", "%20")
        page, _ = asked(deployed, "members", ADMIN, f"limit=50&after={position}")
        names += [member["name"] for member in page["members"]]
    assert names == [member.display_name for member in ROSTER]
    found, _ = asked(deployed, "members", ADMIN, "search=person%20123")
    assert [member["user"] for member in found["members"]] == ["agent123"]


def test_one_member_is_read_without_the_others(deployed: DeployedApi) -> None:
    member = ROSTER[3]
    shown, read = asked(deployed, f"members/{member.id}", SUPERVISOR)
    assert len(shown["days"]["days"]) >= NIGHTS - 1
    assert read.items <= 5 * (NIGHTS + 1)
    talk, _ = asked(deployed, f"members/{member.id}/talking-points", SUPERVISOR)
    assert talk["points"]


def test_nights_and_completion_read_the_nights_and_count_everybody(deployed: DeployedApi) -> None:
    nights, read = asked(deployed, "nights", ADMIN)
    assert len(nights["nights"]) == NIGHTS - 1  # of 28 days, today among them
    assert read.items <= 3 * NIGHTS
    completion, read = asked(deployed, "completion", ADMIN)
    assert read.items <= 4 * (NIGHTS + 1)
    asked_a_day = [sum(count["decided"] for count in day["counts"]) for day in completion["days"]]
    assert all(MEMBERS < decided < 2 * MEMBERS for decided in asked_a_day)  # two categories, a third does not work


def test_what_waits_reads_no_members_at_all_where_nothing_does(deployed: DeployedApi) -> None:
    waiting, read = asked(deployed, "waiting", ADMIN)
    assert waiting["items"] == []
    assert read.items <= 10
