"""A short demonstration, whose last night is today: its members log in, its drafts are tried, and tomorrow goes on."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from rich.console import Console

from infra.cli.demo.dates import dated
from infra.cli.demo.document import Summary
from infra.cli.demo.play import play
from infra.cli.program_file import load_program
from infra.cli.texts import texts
from infra.local.api import Api
from infra.local.call_history import call_history
from infra.local.login import Login
from infra.local.nights import run_night
from infra.local.stage import Stage, identities, stage
from ladder.adapters.dynamodb.packing import to_json
from ladder.domain.activities.activity import LOGIN
from ladder.domain.calendar.schedule import local_day
from tests.builders.programs import with_values
from tests.e2e.finished_nights import rotation
from tests.paths import PROGRAMS

JSON = {"content-type": "application/json"}
NIGHTS = 4
OPT_IN = "STAY_ON_THE_LINE"


class Played:
    """The stage after the demonstration, with the login of the member who has earned most."""

    def __init__(self, live: Stage, summary: Summary) -> None:
        self.live, self.summary = live, summary
        self.api, self.program = Api(live.aws, live.outputs), live.program.key
        best = max(summary.points.accounts, key=lambda account: account.earned).agent
        self.slot, self.member = next((n, each) for n, each in enumerate(live.roster) if each.user == best)
        login = Login(live.aws, live.outputs)
        self.token = login.token(best, program=self.program)
        identities(live.aws, live.outputs).link(self.program, LOGIN, login.subject(best), self.member.id)
        self.admin = login.token("adam", program=self.program, role="admin")  # who has declared not to play

    @property
    def today(self) -> date:
        return local_day(self.live.program.schedule, datetime.now(UTC))

    def progress(self) -> dict[str, Any]:
        shown: dict[str, Any] = self.api.get("/members/me/progress", token=self.token).json()
        return shown

    def choose(self, category: str, *, takes_part: object) -> tuple[int, dict[str, Any]]:
        path, body = f"/members/me/participation/{category}", json.dumps({"takes_part": takes_part}).encode()
        answer = self.api.put(path, body, JSON, token=self.token)
        return answer.status, json.loads(answer.body)


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    bank = load_program(PROGRAMS / "bank.yaml")
    chosen = tuple(
        replace(category, participation="opt_in") if category.key == OPT_IN else category
        for category in bank.challenges.categories
    )
    drawn, rng = call_history(1, data=Path("nowhere")), Random(1)  # noqa: S311
    program, history = dated(with_values(bank, categories=chosen), drawn, NIGHTS, now=datetime.now(UTC))
    with stage(program, history, new_id=lambda: rng.randbytes(16).hex()) as live:
        yield Played(live, play(live, history, say=texts(), status=Console(stderr=True, quiet=True)))


def test_the_last_night_is_today(played: Played) -> None:
    assert [night.date for night in played.summary.nights] == [
        played.today - timedelta(days=before) for before in range(NIGHTS - 1, -1, -1)
    ]
    assert played.summary.comparison.mismatches == ()


def test_progress_shows_todays_challenges_and_streaks_that_go_on(played: Played) -> None:
    progress = played.progress()

    assert progress["challenges"]["state"] == "ready"
    assert progress["challenges"]["challenges"]
    streaks = {streak["key"]: streak["current"] for streak in progress["milestones"]["streaks"]}
    assert any(streaks.values())
    assert progress["points"]["earned"] > 0


def test_a_draft_is_tried_on_thirty_days_that_hold_all_that_was_earned(played: Played) -> None:
    draft = json.loads(to_json(played.live.stores.programs.current(played.program)))
    for rule in draft["rulebook"]["rules"]:
        rule["points"] *= 2
    path = f"/admin/programs/{played.program}/drafts"

    trial = played.api.post(path, json.dumps({"program": draft}).encode(), JSON, token=played.admin).json()

    assert trial["days"] == 30
    assert trial["complete"]
    assert trial["changed"] > 0
    assert sum(each["draft"] for each in trial["members"]) > sum(each["now"] for each in trial["members"]) > 0


def test_a_member_joins_an_opt_in_category_for_tomorrow_and_leaves_it_again(played: Played) -> None:
    (shown,) = played.progress()["participation"]
    assert (shown["category"], shown["takes_part"], shown["first_day"]) == (OPT_IN, False, None)
    assert not any(OPT_IN in {live.category for live in night.live} for night in played.summary.nights)
    tomorrow = played.today + timedelta(days=1)

    status, chosen = played.choose(OPT_IN, takes_part=True)

    assert (status, chosen["takes_part"], chosen["first_day"]) == (200, True, tomorrow.isoformat())
    assert played.progress()["participation"] == [chosen]
    run_night(played.live, tomorrow)
    night = rotation(played.live, tomorrow)
    standing = played.live.stores.assignments.load(played.program, night.claim.rotation)[OPT_IN]
    assert OPT_IN in night.planned.selected
    assert [slot for slot, tier in enumerate(standing.played) if tier] == [played.slot]
    groups = played.live.program.challenges.category(OPT_IN).groups
    assert {user for group in groups for user in played.live.simulator.members(group)} == {played.member.user}
    assert played.choose(OPT_IN, takes_part=False)[1]["takes_part"] is False


@pytest.mark.parametrize(
    ("category", "takes_part", "status"),
    [("FIRST_TIME_RIGHT", False, 409), ("NO_SUCH", True, 404), (OPT_IN, "yes", 422)],
)
def test_a_choice_that_is_none_is_refused_with_the_reason(
    played: Played, category: str, takes_part: object, status: int
) -> None:
    answered, problem = played.choose(category, takes_part=takes_part)
    assert (answered, bool(problem["detail"])) == (status, True)
