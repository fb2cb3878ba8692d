"""What comes by itself on the deployed bundle: what an edit gives at once, and the end of whoever left long ago."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.cli.demo.learning_system import connect_learning_system
from infra.cli.program_file import load_program
from infra.local.call_history import call_history
from infra.local.login import Login
from infra.local.stage import stage
from ladder.domain.activities.activity import EDITED, LADDER
from ladder.domain.members.leavers import Leavers
from ladder.domain.members.roster import Member
from ladder.domain.points.rulebook import Requirement, Unlock
from tests.e2e.admin_requests import asked, said
from tests.e2e.deployed_academy import PROGRAM, DeployedAcademy, passed

ADMIN = "ada"


@pytest.fixture(scope="module")
def academy() -> Iterator[DeployedAcademy]:
    program = load_program(PROGRAM)
    leavers = Leavers(erased_after_days=30)
    uncapped = replace(program, caps=replace(program.caps, program_daily_points=None), leavers=leavers)
    with stage(uncapped, call_history(1, data=Path("nowhere"))) as live:
        yield DeployedAcademy(live, connect_learning_system(live))


def invoked(academy: DeployedAcademy, function: str, event: dict[str, Any]) -> dict[str, Any]:
    answer = academy.live.aws.client("lambda").invoke(
        FunctionName=academy.live.outputs[function], Payload=json.dumps(event).encode()
    )
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, told
    return told


def test_what_an_edit_gives_at_once_comes_within_the_hour_and_once(academy: DeployedAcademy) -> None:
    """An unlock that asks for less than before is theirs without a further event; nobody else hears of the edit."""
    learner, idle = academy.member(), academy.member()
    academy.school.post([passed(learner, "fraud")])
    earned, entries = academy.balance(learner)
    assert invoked(academy, "RewardsFunction", {"release": True}) == {"released": 0, "looked_back": 0}
    live = academy.live.program
    easy = Unlock(key="EASY", name="the easy course", requires=(Requirement(points=1),))
    published = academy.live.stores.programs.current(live.key)
    edited = replace(published, version=published.version + 1)
    edited = replace(edited, rulebook=replace(edited.rulebook, unlocks=(*edited.rulebook.unlocks, easy)))
    academy.live.stores.programs.publish(edited)
    assert [invoked(academy, "RewardsFunction", {"release": True})["looked_back"] for _ in range(2)] == [1, 0]
    assert academy.balance(learner) == (earned, entries + 1)
    ledger = academy.live.members.ledger(edited)
    state, _ = ledger.load(live.key, learner.id, [])
    assert "EASY" in state.unlocks
    newest = next(ledger.latest(live.key, learner.id, page=1))
    assert (newest.activity.source, newest.activity.type) == (LADDER, EDITED)
    assert academy.balance(idle) == (0, 0)


def test_whoever_left_long_ago_is_erased_and_whoever_left_lately_or_plays_is_not(academy: DeployedAcademy) -> None:
    gone, lately, playing = (academy.member() for _ in range(3))
    academy.school.post([passed(member, "fraud") for member in (gone, lately, playing)])
    balances = [academy.balance(member) for member in (gone, lately, playing)]
    programs, key, today = academy.live.stores.programs, academy.live.program.key, datetime.now(UTC).date()
    left = {gone.id: today - timedelta(days=40), lately.id: today - timedelta(days=3)}

    def leaving(member: Member) -> Member:
        return replace(member, active=False, left_on=left[member.id]) if member.id in left else member

    programs.enrol(key, tuple(map(leaving, programs.roster(key))))
    event = {"deliver": True, "leavers": True}
    assert [invoked(academy, "AdminFunction", event)["erased"] for _ in range(2)] == [1, 0]
    listed = {member.id: member for member in programs.roster(key)}
    assert (listed[gone.id].erased, listed[gone.id].name) == (True, None)
    assert not any(listed[member.id].erased for member in (lately, playing))
    ledger = academy.live.members.ledger(academy.live.program)
    facts = ledger.entries(key, gone.id)
    assert (sum(fact.points for fact in facts), len(facts)) == balances[0]  # they stay, as facts about nobody
    assert not any(gone.user in str(fact) for fact in facts)
    assert [academy.balance(member) for member in (lately, playing)] == balances[1:]


def test_somebody_of_the_staff_says_by_their_user_name_which_member_they_are(academy: DeployedAcademy) -> None:
    """Then what is about that member is their own case, whatever their login."""
    login, own, key = Login(academy.live.aws, academy.live.outputs), academy.member(), academy.live.program.key
    bearer, path = login.token(ADMIN, program=key, role="admin"), f"/admin/programs/{key}/me"
    assert said(academy, path, bearer, {"user": "nobody of that name"}) == 404
    assert [said(academy, path, bearer, {"user": own.user}) for _ in range(2)] == [201, 200]
    status, profile = asked(academy, "/me", bearer)
    assert (status, profile["member"], profile["name"], profile["declared"]) == (200, own.id, own.display_name, True)
    given = {"request": "r1", "reason": "looked at it", "points": 5}
    assert asked(academy, f"/admin/programs/{key}/members/{own.id}/grants", bearer, given)[0] == 403
