"""What an admin does by hand, over HTTP: which requests are refused, and what the same request twice comes to."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.emulator import Emulator
from ladder.adapters.dynamodb.packing import to_json
from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.adapters.dynamodb.staff import DynamoDeclarations
from ladder.domain.audit.records import NO_MEMBER
from ladder.domain.reviews.permissions import ROLES, Role
from tests.builders.academy import BADGE, RULE, academy
from tests.builders.admin_api import AL, JO, NIGHTLY, OWN, EmulatedAdminApi, asked, claims, emulated_admin_api
from tests.builders.stores import EMULATED, Tables

pytestmark = EMULATED

ADMIN: Role = "admin"
READERS = {role: claims(role, sub="ole") for role in ROLES}
PROGRAM = "/admin/programs/{program}"
MEMBER = f"{PROGRAM}/members/{{member}}"
REASONED = [
    f"{PROGRAM}/versions",
    f"{PROGRAM}/pauses",
    f"{PROGRAM}/rotations",
    f"{MEMBER}/grants",
    f"{MEMBER}/revocations",
    f"{MEMBER}/evaluations",
    f"{MEMBER}/erasure",
]
REQUESTED = [path for path in REASONED if "request" in asked(path)]
EARNED = 150  # by an assessment, and by the path that it ends
DRAFT = json.loads(to_json(academy(name="Anna's")))


@pytest.fixture
def api(aws: Emulator, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmulatedAdminApi]:
    with emulated_admin_api(aws, tables, monkeypatch) as opened:
        yield opened


def refused(api: EmulatedAdminApi, path: str, body: dict[str, Any] | bytes, status: int = 422) -> str:
    found, problem = api.ask(path, claims(ADMIN), body=body)
    assert (found, problem["status"]) == (status, status), problem
    assert (api.sent(), api.audited()) == ([], [])
    return str(problem["detail"])


def test_a_reason_is_a_sentence_and_a_request_an_id(api: EmulatedAdminApi) -> None:
    for path in REASONED:
        for reason in ("no", " " * 9, "x" * 501, 7, None):
            refused(api, path, {**asked(path), "reason": reason})
        refused(api, path, {**asked(path), "more": 1})
    for path in REQUESTED:
        for request in ("", "x" * 65, "a#b", "\ud800", 7, None):
            refused(api, path, {**asked(path), "request": request})


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"points": 0},
        {"points": -5},
        {"points": "5"},
        {"points": 5.5},
        {"points": True},
        {"points": 2**60},
        {"points": 5, "badge": BADGE.key},
        {"badge": BADGE.key, "tier": 0},
        {"badge": "x" * 65},
    ],
)
def test_a_grant_is_points_or_a_badge(api: EmulatedAdminApi, given: dict[str, Any]) -> None:
    refused(api, f"{MEMBER}/grants", {"request": "r", "reason": "looked at it", **given})


def test_points_are_queued_once_under_their_request(api: EmulatedAdminApi) -> None:
    path, body = f"{MEMBER}/grants", {"request": "r1", "reason": "a lost event", "points": 50}
    answers = [api.ask(path, claims(ADMIN), body=body) for _ in range(2)]
    assert [(status, told["again"]) for status, told in answers] == [(201, False), (200, True)]
    assert {(each["member"], each["activities"][0]["id"]) for each in api.sent()} == {(JO.id, "grant:r1")}
    assert api.audited() == ["audit.points_granted"]
    assert api.ask(path, claims(ADMIN), body={**body, "points": 60})[0] == 409


def test_a_badge_is_granted_and_an_entry_taken_back(api: EmulatedAdminApi) -> None:
    badge = {"request": "r1", "reason": "a lost event", "badge": BADGE.key}
    assert api.ask(f"{MEMBER}/grants", claims(ADMIN), body=badge)[0] == 201
    assert api.ask(f"{MEMBER}/grants", claims(ADMIN), body={**badge, "request": "r2", "badge": "NONE"})[0] == 404
    assert api.ask(f"{MEMBER}/revocations", claims(ADMIN))[0] == 201
    never = {**asked(f"{MEMBER}/revocations"), "id": "never"}
    assert api.ask(f"{MEMBER}/revocations", claims(ADMIN), body=never)[0] == 404
    assert api.audited() == ["audit.badge_granted", "audit.entry_revoked"]


def test_somebody_who_is_nobody_of_the_program_is_not_there(api: EmulatedAdminApi) -> None:
    for act in ("grants", "revocations", "evaluations", "erasure", "logins", "export"):
        assert api.ask(f"{MEMBER}/{act}", claims(ADMIN), member="f" * 32)[0] == 404, act
        assert api.ask(f"{MEMBER}/{act}", claims(ADMIN), member="jo")[0] == 422, act
    assert api.audited() == []


def test_a_member_is_exported_and_evaluated_anew(api: EmulatedAdminApi) -> None:
    status, told = api.ask(f"{MEMBER}/export", claims(ADMIN))
    assert (status, told["roster"]["user"], told["items"]["state"][0]["earned"]) == (200, "jo", EARNED)
    status, told = api.ask(f"{MEMBER}/evaluations", claims(ADMIN))
    assert (status, told["earned"], told["changed"]) == (200, EARNED, False)


def test_who_was_forgotten_is_exported_and_granted_nothing(api: EmulatedAdminApi) -> None:
    answers = [api.ask(f"{MEMBER}/erasure", claims(ADMIN), member=JO.id) for _ in range(2)]
    assert [(status, told["again"]) for status, told in answers] == [(201, False), (200, True)]
    assert api.ask(f"{MEMBER}/grants", claims(ADMIN))[0] == 404
    assert api.ask(f"{MEMBER}/logins", claims(ADMIN))[0] == 404
    assert "jo" not in [each.user for each in api.live.stores().published.roster("academy")]
    assert (api.audited(), api.sent()) == (["audit.member_erased"], [])


def test_a_login_leads_to_one_member(api: EmulatedAdminApi) -> None:
    path = f"{MEMBER}/logins"
    assert [api.ask(path, claims(ADMIN))[0] for _ in range(2)] == [200, 200]
    answers = [api.ask(path, claims(ADMIN), member=AL.id) for _ in range(2)]
    assert [status for status, _ in answers] == [202, 202]
    assert answers[0] == answers[1]
    assert api.ask(path, claims(ADMIN), body={"source": "none", "user": "jo"})[0] == 404
    assert api.ask(path, claims(ADMIN), member=OWN)[0] == 403
    assert api.ask(path, claims(ADMIN), body={"source": "login", "user": ""})[0] == 422


def test_a_login_is_moved_by_two_admins_and_unlinked_by_one(api: EmulatedAdminApi) -> None:
    path = f"{MEMBER}/logins"
    assert api.ask(path, claims(ADMIN))[0] == 200
    _, told = api.ask(path, claims(ADMIN), member=AL.id)
    review, approved = f"/admin/reviews/{told['review']}", {"decision": "approve", "reason": "I asked both"}
    decision = f"{review}/decision"
    said = {who: api.ask(review, who_asks, method="GET")[1]["summary"] for who, who_asks in READERS.items()}
    assert {who: ("user" in each, "salt" in each) for who, each in said.items()} == {
        "viewer": (False, False),
        "reviewer": (False, False),
        "admin": (True, False),
    }
    for mine, status in ((claims(ADMIN), 403), (claims(sub="ole"), 403), (claims(ADMIN, sub="ole"), 201)):
        assert api.ask(decision, mine, method="POST", body=approved)[0] == status
    assert "user" not in api.ask(review, claims(ADMIN), method="GET")[1]["summary"]
    unlinking = {"source": "login", "user": "jo@example.com", "reason": "not theirs"}
    unlinks = f"{MEMBER}/unlinks"
    assert api.ask(unlinks, claims(ADMIN), member=JO.id, body=unlinking)[0] == 404
    answers = [api.ask(unlinks, claims(ADMIN), member=AL.id, body=unlinking)[0] for _ in range(2)]
    assert answers == [201, 200]
    assert api.ask(unlinks, claims(ADMIN), member=AL.id, body={"source": "login", "user": "x"})[0] == 422
    assert api.audited() == [
        "audit.id_linked",
        "audit.id_linked",
        "audit.id_unlinked",
        "audit.id_unlinked",
        "audit.review_approved",
        "audit.review_opened",
    ]


def test_what_is_paused_stands_still_from_the_next_version_on(api: EmulatedAdminApi) -> None:
    path, body = f"{PROGRAM}/pauses", {"what": "rule", "key": RULE.key, "paused": True, "reason": "too generous"}
    answers = [api.ask(path, claims(ADMIN), body=body) for _ in range(2)]
    assert [(status, told["version"], told["again"]) for status, told in answers] == [(201, 2, False), (200, 2, True)]
    assert api.ask(path, claims(ADMIN), body={**body, "key": "NONE"})[0] == 404
    assert api.ask(path, claims(ADMIN), body={**body, "what": "member"})[0] == 422
    assert api.audited() == ["audit.paused"]


def test_a_draft_is_tried_and_then_published_upon_what_it_was_made_from(api: EmulatedAdminApi) -> None:
    status, trial = api.ask(f"{PROGRAM}/drafts", claims(ADMIN), body={"program": ruled(points=90)})
    assert (status, trial["after"], trial["complete"], trial["changed"]) == (200, 1, True, 1)
    assert trial["members"] == [{"member": JO.id, "now": EARNED, "draft": EARNED + 40, "gained": [], "lost": []}]
    assert api.audited() == ["audit.draft_tried"]
    publication = {"program": DRAFT, "after": 1, "reason": "spring"}
    answers = [api.ask(f"{PROGRAM}/versions", claims(ADMIN), body=publication) for _ in range(2)]
    assert [(status, told["version"]) for status, told in answers] == [(201, 2), (200, 2)]
    status, problem = api.ask(
        f"{PROGRAM}/versions", claims(ADMIN, sub="ben"), body={**publication, "program": ruled(points=90)}
    )
    assert (status, "anna published version 2" in problem["detail"]) == (409, True)
    assert sorted(api.audited()) == ["audit.draft_tried", "audit.program_published"]


def test_a_program_is_sent_as_its_files_or_as_it_is_stored_and_never_as_both(api: EmulatedAdminApi) -> None:
    files = {"file": "a.yaml", "texts": {"a.yaml": "program: academy\nname: the academy\ntime_zone: Europe/Paris\n"}}
    publication = {"files": files, "after": 1, "reason": "spring"}
    status, told = api.ask(f"{PROGRAM}/checks", claims(ADMIN), body=files)
    assert (status, told["playable"], {each["file"] for each in told["problems"]}) == (200, False, {"a.yaml"})
    assert all(each["line"] >= 1 and each["hint"] for each in told["problems"])  # it lacks what members have
    for body in ({**publication, "program": DRAFT}, {"after": 1, "reason": "spring"}):
        assert api.ask(f"{PROGRAM}/versions", claims(ADMIN), body=body)[0] == 422
    broken = {**files, "texts": {"a.yaml": "program: academy\nname: [\n"}}
    status, problem = api.ask(f"{PROGRAM}/versions", claims(ADMIN), body={**publication, "files": broken})
    assert (status, "a.yaml:" in problem["detail"]) == (422, True)


def declare_second_admin(api: EmulatedAdminApi) -> None:
    declarations = DynamoDeclarations(api.members, audit=api.live.tables.audit)
    after = declarations.of("academy", "ben")
    declarations.declare("academy", "ben", None, role="admin", after=after, at=datetime.now(UTC))


def confirmed(api: EmulatedAdminApi, told: dict[str, Any], by: str = "ben", decision: str = "approve") -> int:
    body = {"decision": decision, "reason": "I looked at it"}
    about_program = told["review"].startswith(NO_MEMBER)
    path = f"{PROGRAM if about_program else '/admin'}/reviews/{told['review']}/decision"
    return api.ask(path, claims(ADMIN, sub=by), method="POST", body=body)[0]


def test_a_version_is_published_by_two_admins_and_whoever_confirms_it_sees_the_draft(api: EmulatedAdminApi) -> None:
    declare_second_admin(api)
    publication = {"program": ruled(points=90), "after": 1, "reason": "spring"}
    answers = [api.ask(f"{PROGRAM}/versions", claims(ADMIN), body=publication) for _ in range(2)]
    assert [(status, told["again"], told["waits_for"]) for status, told in answers] == [
        (202, False, ["ben"]),
        (202, True, ["ben"]),
    ]
    told = answers[0][1]
    status, shown = api.ask(f"/admin/reviews/{told['review']}", claims(ADMIN, sub="ben"), method="GET")
    assert (status, shown["review"]["about"], shown["review"]["opened_by"]) == (200, {"version": "2"}, "anna")
    assert shown["draft"]["rulebook"]["rules"][0]["points"] == 90
    assert api.ask(f"{PROGRAM}/drafts", claims(ADMIN, sub="ben"), body={"program": shown["draft"]})[0] == 200
    _, viewed = api.ask(f"/admin/reviews/{told['review']}", claims("viewer", sub="ida"), method="GET")
    assert viewed["draft"] is None
    assert [confirmed(api, told, by) for by in ("anna", "ben", "ben", "ole")] == [403, 201, 200, 409]
    current = api.live.stores().published.current("academy")
    assert (current.version, current.rulebook.rules[0].points) == (2, 90)
    assert sorted(api.audited()) == [
        "audit.draft_tried",
        "audit.program_published",
        "audit.review_approved",
        "audit.review_opened",
    ]


def test_a_version_that_somebody_else_published_first_is_not_confirmed(api: EmulatedAdminApi) -> None:
    declare_second_admin(api)
    first, second = (
        api.ask(f"{PROGRAM}/versions", claims(ADMIN), body={"program": ruled(points=n), "after": 1, "reason": "spring"})
        for n in (90, 80)
    )
    assert [confirmed(api, told) for _, told in (first, second)] == [201, 409]
    assert confirmed(api, second[1], decision="reject") == 201
    assert api.live.stores().published.current("academy").rulebook.rules[0].points == 90


def test_a_member_is_erased_by_two_admins(api: EmulatedAdminApi) -> None:
    declare_second_admin(api)
    path = f"{MEMBER}/erasure"
    answers = [api.ask(path, claims(ADMIN), member=JO.id) for _ in range(2)]
    assert [(status, told["again"]) for status, told in answers] == [(202, False), (202, True)]
    assert "jo" in [each.user for each in api.live.stores().published.roster("academy")]
    assert [confirmed(api, answers[0][1], by) for by in ("anna", "ben")] == [403, 201]
    assert "jo" not in [each.user for each in api.live.stores().published.roster("academy")]
    assert api.ask(path, claims(ADMIN), member=JO.id)[0] == 200
    assert confirmed(api, answers[0][1]) == 404
    assert sorted(api.audited()) == ["audit.member_erased", "audit.review_approved", "audit.review_opened"]


def test_an_erasure_that_is_not_confirmed_erases_nobody(api: EmulatedAdminApi) -> None:
    declare_second_admin(api)
    _, told = api.ask(f"{MEMBER}/erasure", claims(ADMIN), member=JO.id)
    assert confirmed(api, told, decision="reject") == 201
    assert "jo" in [each.user for each in api.live.stores().published.roster("academy")]
    assert api.ask(f"{MEMBER}/export", claims(ADMIN))[0] == 200


def test_an_erasure_that_was_cut_off_after_it_was_confirmed_goes_on_when_it_is_confirmed_again(
    api: EmulatedAdminApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare_second_admin(api)
    _, told = api.ask(f"{MEMBER}/erasure", claims(ADMIN), member=JO.id)

    def killed(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(DynamoErasures, "close", killed)
        assert confirmed(api, told) == 500
    assert confirmed(api, told) == 200
    assert "jo" not in [each.user for each in api.live.stores().published.roster("academy")]


def test_a_large_grant_is_queued_when_another_admin_confirms_it(api: EmulatedAdminApi) -> None:
    declare_second_admin(api)
    most = academy().rulebook.most_granted
    large = {"request": "r1", "reason": "a lost event", "points": most}
    assert api.ask(f"{MEMBER}/grants", claims(ADMIN), body=large)[0] == 201
    status, told = api.ask(f"{MEMBER}/grants", claims(ADMIN), body={**large, "request": "r2"})
    assert (status, [each["activities"][0]["id"] for each in api.sent()]) == (202, ["grant:r1"])
    assert [confirmed(api, told) for _ in range(2)] == [201, 200]
    assert {each["activities"][0]["id"] for each in api.sent()} == {"grant:r2"}
    assert api.ask(f"{MEMBER}/grants", claims(ADMIN), body={**large, "request": "r2"})[0] == 200
    assert sorted(api.audited()) == ["audit.points_granted", "audit.review_approved", "audit.review_opened"]


def ruled(**changed: Any) -> dict[str, Any]:
    rule = {**DRAFT["rulebook"]["rules"][0], **changed}
    return {**DRAFT, "rulebook": {**DRAFT["rulebook"], "rules": [rule]}}


@pytest.mark.parametrize("act", ["drafts", "versions"])
def test_a_program_with_a_field_too_many_or_of_another_kind_is_none(api: EmulatedAdminApi, act: str) -> None:
    path = f"{PROGRAM}/{act}"
    for draft, place in (
        ({**DRAFT, "bonus": 1}, "bonus: is not a key that is known here"),
        (ruled(bonus=1), "rules.PASSED.bonus: is not a key that is known here"),
        (ruled(points="50"), 'rules.PASSED.points: "50" is not a whole number. Write a whole number of points'),
        (ruled(points=-1), "rules.PASSED.points: -1 is too small"),
        ({**DRAFT, "name": "\ud800"}, "body.program.name has the character U+D800, which no text can carry"),
        ({**DRAFT, "key": "bank"}, "The draft belongs to “bank”"),
        ({}, "program: is missing. Write the program's key"),
    ):
        assert place in refused(api, path, {**asked(path), "program": draft})
    refused(api, path, {**asked(path), "program": [DRAFT]})


def test_only_a_program_may_be_large(api: EmulatedAdminApi) -> None:
    for path, most in (
        (f"{PROGRAM}/checks", 262_144),
        (f"{PROGRAM}/drafts", 262_144),
        (f"{PROGRAM}/versions", 262_144),
        (f"{PROGRAM}/pauses", 16_384),
    ):
        body = json.dumps(asked(path)).encode()
        assert api.ask(path, claims(ADMIN), body=body.ljust(most))[0] == 200
        assert f"{most:,}" in refused(api, path, body.ljust(most + 1), 413)


def test_a_rotation_is_made_again_once_for_each_request(api: EmulatedAdminApi) -> None:
    path, mine = f"{PROGRAM}/rotations", claims(ADMIN, NIGHTLY.key)
    body = asked(path)
    first, second = (api.ask(path, mine, program=NIGHTLY.key, body=body) for _ in range(2))
    assert (first[0], second[0], first[1]["rotation"]) == (201, 200, second[1]["rotation"])
    assert api.ask(path, mine, program=NIGHTLY.key)[1]["rotation"].endswith("#0002")
    past = {**asked(path), "date": "2026-01-01"}
    assert api.ask(path, mine, program=NIGHTLY.key, body=past)[0] == 409
    assert api.ask(path, mine, program=NIGHTLY.key, body={**past, "date": "yesterday"})[0] == 422
