"""An admin's hand on the deployed bundle: every act twice is one, and afterwards audit and ledgers hold."""

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.cli.demo.learning_system import connect_learning_system
from infra.cli.driver.sending import Queue
from infra.cli.main import main
from infra.cli.openapi import document
from infra.cli.program_file import load_program
from infra.cli.stack import Stack
from infra.local.call_history import call_history
from infra.local.login import Login
from infra.local.stage import stage
from ladder.adapters.dynamodb.packing import to_json
from ladder.domain.audit.records import NO_MEMBER
from ladder.domain.calendar.schedule import due
from ladder.domain.members.roster import Member
from ladder.domain.programs.program import SecondPerson
from tests.builders.admin_api import asked as fitting
from tests.e2e.admin_requests import asked, elsewhere, said, token
from tests.e2e.deployed_academy import PROGRAM, DeployedAcademy, in_queue, message, passed

ADMIN = "ada"
PATIENCE_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class DeployedAdmin(DeployedAcademy):
    """The campus, and an admin in it."""

    bearer: str

    @property
    def key(self) -> str:
        return self.live.program.key

    def path(self, act: str, member: Member | None = None) -> str:
        of = f"/admin/programs/{self.key}"
        return f"{of}/members/{member.id}/{act}" if member else f"{of}/{act}"

    def ask(self, path: str, token: str | None = None) -> tuple[int, Any]:
        return asked(self, path, token or self.bearer)

    def twice(self, path: str, **body: Any) -> Any:
        """The same request again: made, and then found; what was told the first time."""
        told = {"reason": "looked at it", **body}
        answers = [asked(self, path, self.bearer, told) for _ in range(2)]
        assert [status for status, _ in answers] == [201, 200], answers
        assert [each["again"] for _, each in answers] == [False, True]
        return answers[0][1]

    def has(self, member: Member) -> dict[str, Any]:
        """Once nothing waits: their points, and their badges."""
        self.balance(member)
        state, _ = self.live.members.ledger(self.live.program).load(self.key, member.id, [])
        return {"earned": state.earned, "badges": {*state.badges}}

    def left(self, member: Member) -> tuple[int, int]:
        """As `balance`, of somebody who was erased."""
        Queue(self.live.aws.client("sqs"), self.live.outputs).drain()
        ledger = self.live.members.ledger(self.live.program)
        return ledger.load_including_erased(self.key, member.id).earned, len(ledger.entries(self.key, member.id))

    def audited(self) -> list[str]:
        table = Stack(self.live.aws.client, self.live.outputs).audit
        return [each["what"] for each in table.query(self.key) if "what" in each]


@pytest.fixture(scope="module")
def opened() -> Iterator[DeployedAdmin]:
    """Without the program's cap, of which no night has allotted anything, and with one admin for everything."""
    program, alone = load_program(PROGRAM), SecondPerson(publishing=False, erasing=False, grants_above=100_000)
    uncapped = replace(program, caps=replace(program.caps, program_daily_points=None), second_person=alone)
    with stage(uncapped, call_history(1, data=Path("nowhere"))) as live:
        school = connect_learning_system(live)
        yield DeployedAdmin(live, school, token(DeployedAcademy(live, school), ADMIN, "admin"))


@pytest.fixture
def admin(opened: DeployedAdmin, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeployedAdmin]:
    """Whatever was done in it: the audit is sealed and verifies, every ledger adds up, and no message failed."""
    yield opened
    place = Stack(opened.live.aws.client, opened.live.outputs)
    monkeypatch.setattr("infra.cli.stack.connect", lambda stack: place)
    commands = (("audit", "seal"), ("audit", "verify"), ("ledger", "verify"))
    assert [main(command) for command in commands] == [0, 0, 0]
    assert Queue(opened.live.aws.client("sqs"), opened.live.outputs).failed() == 0


def request() -> str:
    return secrets.token_hex(8)


def test_a_draft_is_tried_published_paused_and_resumed_and_pays_as_it_stands(admin: DeployedAdmin) -> None:
    before, during, after = admin.member(), admin.member(), admin.member()
    admin.school.post([passed(before, "fraud")])
    assert admin.balance(before) == (50, 1)
    draft = _draft(admin, points=70)
    version = admin.live.stores.programs.current_version(admin.key)
    _, trial = asked(admin, admin.path("drafts"), admin.bearer, {"program": draft})
    assert (trial["after"], [each["draft"] - each["now"] for each in trial["members"]]) == (version, [20])
    assert admin.live.stores.programs.current_version(admin.key) == version

    made = admin.twice(admin.path("versions"), program=draft, after=version)
    assert (made["version"], admin.balance(before)) == (version + 1, (50, 1))  # what was earned stays as it was
    stale = {"program": _draft(admin, points=90), "after": version, "reason": "looked at it"}
    status, problem = asked(admin, admin.path("versions"), token(admin, "ben", "admin"), stale)
    assert (status, f"published version {version + 1}" in problem["detail"]) == (409, True)

    standing = {"what": "rule", "key": "MODULE_PASSED"}
    admin.twice(admin.path("pauses"), **standing, paused=True)
    admin.school.post([passed(during, "fraud")])
    assert admin.balance(during) == (0, 1)
    admin.twice(admin.path("pauses"), **standing, paused=False)
    admin.school.post([passed(after, "fraud")])
    assert (admin.balance(after), admin.balance(during)) == ((70, 1), (0, 1))
    said = admin.audited()
    assert [said.count(f"audit.{word}") for word in ("paused", "resumed")] == [1, 1]


def _draft(admin: DeployedAdmin, *, points: int) -> dict[str, Any]:
    """The current version, but for what a module pays."""
    draft: dict[str, Any] = json.loads(to_json(admin.live.stores.programs.current(admin.key)))
    (rule,) = [each for each in draft["rulebook"]["rules"] if each["key"] == "MODULE_PASSED"]
    rule["points"] = points
    return draft


def test_points_and_a_badge_are_given_taken_back_and_evaluated_anew(admin: DeployedAdmin) -> None:
    member = admin.member()
    points = admin.twice(admin.path("grants", member), request=request(), points=120)
    badge = admin.twice(admin.path("grants", member), request=request(), badge="GUIDE")
    assert admin.has(member) == {"earned": 120, "badges": {"GUIDE"}}
    for given in (points, badge):
        entry = {"source": given["source"], "id": given["id"]}
        admin.twice(admin.path("revocations", member), request=request(), **entry)
    assert admin.has(member) == {"earned": 0, "badges": set()}
    again = {"source": badge["source"], "id": badge["id"], "request": request(), "reason": "once more"}
    assert asked(admin, admin.path("revocations", member), admin.bearer, again)[0] == 200  # it is taken back already
    admin.twice(admin.path("grants", member), request=request(), badge="GUIDE")
    assert admin.has(member) == {"earned": 0, "badges": {"GUIDE"}}
    assert admin.balance(member)[1] == 5  # three that were given, and two that were taken back
    evaluation = {"request": request(), "reason": "looked at it"}
    answers = [asked(admin, admin.path("evaluations", member), admin.bearer, evaluation) for _ in range(2)]
    assert [(status, told["changed"]) for status, told in answers] == [(200, False)] * 2


def test_who_is_exported_and_erased_leaves_points_of_nobody_and_is_not_there_any_more(admin: DeployedAdmin) -> None:
    member = admin.member()
    event = passed(member, "fraud")
    admin.school.post([event])
    entry = {"source": admin.school.source.key, "id": event["id"]}
    earned, entries = admin.balance(member)
    said = {**entry, "text": "I never did that at all"}
    assert asked(admin, "/members/me/disputes", admin.token(member), said)[0] == 201
    (review,) = [each for each in admin.ask("/admin/reviews")[1]["reviews"] if each["member"] == member.id]
    status, told = admin.ask(admin.path("export", member))
    assert (status, told["roster"]["user"], len(told["items"]["entry"])) == (200, member.user, entries)
    assert said["text"] in json.dumps(told)

    assert admin.twice(admin.path("erasure", member))["facts"] == entries
    _, told = admin.ask(admin.path("export", member))
    assert not [word for word in (member.user, said["text"], event["id"]) if word in _without_audit(told)]
    upheld = {"decision": "approve", "remedy": "reverse", "reason": "looked at it"}
    assert asked(admin, f"/admin/reviews/{review['id']}/decision", admin.bearer, upheld)[0] == 404
    given = {"request": request(), "reason": "looked at it", "points": 5}
    assert asked(admin, admin.path("grants", member), admin.bearer, given)[0] == 404

    admin.school.post([passed(member, "loans")])
    in_queue(admin, message(admin, member, passed(member, "loans")), f"{admin.key}#{member.id}")  # past the API
    assert admin.left(member) == (earned, entries)


def _without_audit(exported: dict[str, Any]) -> str:
    """Whose records keep a source's own ids of events."""
    return json.dumps({name: value for name, value in exported.items() if name != "audit"})


def test_the_rotation_of_today_is_made_again_once_for_each_request(admin: DeployedAdmin) -> None:
    today = due(admin.live.program.schedule, datetime.now(UTC)).isoformat()
    told = admin.twice(admin.path("rotations"), request=request(), date=today)
    rotations, deadline = admin.live.stores.rotations, time.monotonic() + PATIENCE_SECONDS
    while rotations.pointer(admin.key) != told["rotation"]:
        assert time.monotonic() < deadline, "it never became the current one"
        time.sleep(0.2)
    assert admin.audited().count("audit.rotation_requested") == admin.audited().count("audit.rotation_activated") == 1


def test_each_route_of_an_admin_answers_real_tokens_by_their_client_role_and_program(admin: DeployedAdmin) -> None:
    login = Login(admin.live.aws, admin.live.outputs)
    bearers = {
        "none": None,
        "access": login.access_token(ADMIN, program=admin.key, role="admin"),
        "another client": elsewhere(admin, ADMIN),
        "a member": token(admin, "nora", None),
        "no role": token(admin, "nora", ""),
        "viewer": token(admin, "vic", "viewer"),
        "reviewer": token(admin, "rita", "reviewer"),
        "foreign": token(admin, "eve", "admin", "another"),
    }
    before, member = sorted(admin.audited()), admin.member()
    for path, method in _operations():
        address = path.format(program=admin.key, member=member.id, review=f"{member.id}.{'0' * 32}")
        body = None if method == "get" else fitting(path)
        ask = said if method == "put" else lambda *told: asked(*told)[0]
        told = {who: ask(admin, address, bearer, body) for who, bearer in bearers.items()}
        assert told == _expected(path, method), (method, path)
    assert (sorted(admin.audited()), admin.balance(member)) == (before, (0, 0))


def _operations() -> list[tuple[str, str]]:
    paths = document()["paths"]
    return [(path, method) for path, routes in paths.items() if path.startswith("/admin/") for method in routes]


def _expected(path: str, method: str) -> dict[str, int]:
    """Of what is there for nobody a role that reaches hears 404, as another program's admin does of everything."""
    nothing = {"none": 401, "access": 401, "another client": 401, "a member": 401, "no role": 403}
    there = 404 if "{" in path or method == "post" else 200
    of_admins = path.startswith("/admin/programs/") and not path.endswith(("/me", "/decision"))
    viewer = there if method == "get" and not of_admins else 403
    return nothing | {"viewer": viewer, "reviewer": 403 if of_admins else there, "foreign": there}


def test_two_admins_publish_give_and_erase_once_the_program_asks_for_two(admin: DeployedAdmin) -> None:
    amy, ben = (token(admin, name, "admin") for name in ("amy", "ben"))  # who have granted nothing today
    member, most = admin.member(), admin.live.program.rulebook.most_granted
    version = admin.live.stores.programs.current_version(admin.key)
    draft = {**_draft(admin, points=75), "second_person": {"publishing": True, "erasing": True, "grants_above": None}}

    def by_two(path: str, **body: Any) -> list[int]:
        """The statuses of: asked for, confirmed by whoever asked, and by another."""
        status, told = asked(admin, path, amy, {"reason": "looked at it", **body})
        where = f"/admin/programs/{admin.key}" if told["review"].startswith(NO_MEMBER) else "/admin"
        decision = f"{where}/reviews/{told['review']}/decision"
        approved = {"decision": "approve", "reason": "looked at it"}
        return [status, *(asked(admin, decision, bearer, approved)[0] for bearer in (amy, ben))]

    assert by_two(admin.path("versions"), program=draft, after=version) == [202, 403, 201]
    assert admin.live.stores.programs.current_version(admin.key) == version + 1
    given = {"request": request(), "reason": "looked at it", "points": most}
    asked(admin, admin.path("grants", member), amy, given)
    assert by_two(admin.path("grants", member), request=request(), points=most) == [202, 403, 201]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while admin.balance(member) != (2 * most, 2):
        assert time.monotonic() < deadline, "the confirmed points never came"
    assert by_two(admin.path("erasure", member)) == [202, 403, 201]
    assert admin.left(member) == (2 * most, 2)
