"""Points that another system gives: signed, for a reason of the list, once under their id, and inside every cap."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ingestion.receive_points import ReportedPoints, receive_points
from ladder.adapters.sources import standard
from ladder.domain.activities.activity import POINTS_REPORTED
from ladder.domain.activities.event_filter import Condition, EventFilter
from ladder.domain.activities.source import HookRequest, Source
from ladder.domain.errors import Conflict, InvalidRequest, InvalidSignature, Malformed, MemberErased, TooLarge
from ladder.domain.points.rules import Rule
from ladder.domain.programs.check import check
from ladder.messages.render import error_text
from tests.builders import academy
from tests.builders.academy_events import done
from tests.builders.vendors import NEW, NOW, OLD, WRONG
from tests.builders.webhook_signatures import sign_standard
from tests.builders.webhooks import MemoryKeyring, hook_of
from tests.fakes import MemoryActivities, MemoryIdentities, MemorySources
from tests.fakes.fault_injection import Killed
from tests.fakes.point_requests import MemoryPointRequests

GIVING = Source(key="coach", kind="standard", options={"reason_codes": "COACHED, HELPED", "most_points": "50"})
SILENT = Source(key="quiet", kind="standard")
BODY: dict[str, Any] = {
    "user_id": "jo.raw",
    "points": 20,
    "reason_code": "COACHED",
    "event_id": "given-1",
    "occurred_at": "2026-03-29T01:00:00Z",
}
RULE = Rule(
    key="COACHED",
    name="coached a colleague",
    match=EventFilter(types=(POINTS_REPORTED,), where=(Condition(attribute="reason_code", equals="COACHED"),)),
    points_from="points",
    daily_points=30,
)


@dataclass(slots=True)
class PointsApi:
    sources: MemorySources = field(default_factory=lambda: hook_of(GIVING, SILENT).sources)
    identities: MemoryIdentities = field(default_factory=MemoryIdentities)
    queue: MemoryActivities = field(default_factory=MemoryActivities)
    requests: MemoryPointRequests = field(default_factory=MemoryPointRequests)

    def gives(
        self,
        body: object = BODY,
        *,
        user: str = "jo.raw",
        key: str = "given-1",
        secret: str = NEW,
        source: str = "coach",
        sent: datetime = NOW,
        raw: bytes | None = None,
    ) -> ReportedPoints:
        content = json.dumps(body).encode() if raw is None else raw
        headers = {**sign_standard(content, secret, sent), "idempotency-key": key}
        return receive_points(
            HookRequest(method="POST", url="https://api/api/v1/users/jo.raw/points", headers=headers, body=content),
            user=user,
            program="bank",
            source=source,
            now=NOW,
            sources=self.sources,
            vendor=standard,
            keyring=MemoryKeyring(),
            identities=self.identities,
            activities=self.queue,
            requests=self.requests,
        )


@pytest.fixture
def api() -> PointsApi:
    return PointsApi()


def said(refused: pytest.ExceptionInfo[Exception]) -> str:
    return error_text(refused.value)


def test_points_become_an_activity_of_the_member_behind_the_user_id(api: PointsApi) -> None:
    reported = api.gives()
    [activity] = api.queue.activities
    assert reported == ReportedPoints(event_id="given-1", points=20, reason_code="COACHED", again=False)
    assert (activity.key, activity.type) == (("coach", "given-1"), POINTS_REPORTED)
    assert activity.attributes == {"points": 20, "reason_code": "COACHED"}
    assert "jo.raw" not in str(api.queue.sent)


def test_the_same_request_again_is_answered_as_a_replay_and_sent_as_the_same_activity(api: PointsApi) -> None:
    answers = [api.gives().again, api.gives(sent=NOW + timedelta(seconds=60), secret=OLD).again]
    assert answers == [False, True]
    first, second = api.queue.activities
    assert replace(first, received_at=None) == replace(second, received_at=None)


@pytest.mark.parametrize(
    "changes", [{"points": 21}, {"reason_code": "HELPED"}, {"occurred_at": "2026-03-29T00:59:00Z"}]
)
def test_an_id_that_stands_for_other_points_is_refused_and_nothing_is_sent(
    api: PointsApi, changes: dict[str, Any]
) -> None:
    api.gives()
    with pytest.raises(Conflict):
        api.gives(BODY | changes)
    assert len(api.queue.sent) == 1


def test_a_reason_that_is_not_on_the_list_is_answered_with_the_list(api: PointsApi) -> None:
    with pytest.raises(InvalidRequest) as refused:
        api.gives(BODY | {"reason_code": "LIKED"})
    assert said(refused) == "There is no reason_code LIKED. Send one of: COACHED, HELPED."
    assert api.queue.sent == []


@pytest.mark.parametrize("points", [0, -5, 51, 10**30])
def test_more_points_than_the_source_may_give_are_refused(api: PointsApi, points: int) -> None:
    with pytest.raises(InvalidRequest):
        api.gives(BODY | {"points": points})
    assert api.queue.sent == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        7,
        None,
        "text",
        BODY | {"more": 1},
        BODY | {"points": "20"},
        BODY | {"points": True},
        BODY | {"points": 2.5},
        BODY | {"event_id": 7},
        BODY | {"occurred_at": "today"},
        BODY | {"occurred_at": "2026-03-29T01:00:00"},
        BODY | {"occurred_at": None},
        {name: value for name, value in BODY.items() if name != "occurred_at"},
    ],
)
def test_a_body_of_another_form_is_told_the_fields(api: PointsApi, body: object) -> None:
    with pytest.raises(InvalidRequest, match=r"points_not_of_this_form"):
        api.gives(body)
    assert api.queue.sent == []


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[" * 3000, b'{"points": 1, "points": 50}'])
def test_what_is_no_json_or_says_a_thing_twice_is_refused(api: PointsApi, raw: bytes) -> None:
    with pytest.raises(InvalidRequest):
        api.gives(raw=raw)


@pytest.mark.parametrize("where", [{"user": "somebody.else"}, {"key": "given-2"}, {"key": ""}])
def test_a_signed_body_cannot_be_sent_to_another_address_or_under_another_key(
    api: PointsApi, where: dict[str, Any]
) -> None:
    """The signature covers the body alone."""
    with pytest.raises(InvalidRequest, match=r"points_not_as_addressed"):
        api.gives(**where)
    assert api.queue.sent == []


@pytest.mark.parametrize(
    "forged", [{"secret": WRONG}, {"sent": NOW - timedelta(seconds=301)}, {"source": "quiet"}, {"source": "nobody"}]
)
def test_who_is_not_the_source_or_has_no_list_hears_the_same(api: PointsApi, forged: dict[str, Any]) -> None:
    with pytest.raises(InvalidSignature) as refused:
        api.gives(**forged)
    assert said(refused) == "the call is not signed by the source"
    assert api.queue.sent == []


def test_a_body_that_is_too_large_is_not_read(api: PointsApi) -> None:
    with pytest.raises(TooLarge):
        api.gives(BODY | {"event_id": "x" * 5_000})


def test_an_id_out_of_bounds_is_refused(api: PointsApi) -> None:
    with pytest.raises(Malformed):
        api.gives(BODY | {"event_id": "x" * 3_000}, key="x" * 3_000)


def test_nothing_is_given_to_somebody_who_was_erased(api: PointsApi) -> None:
    api.gives()
    member = api.queue.sent[0].member
    api.identities.erase("bank", member)
    with pytest.raises(MemberErased):
        api.gives()
    assert len(api.queue.sent) == 1


def test_a_request_that_was_cut_off_after_the_queue_is_no_replay_and_is_sent_once_more(api: PointsApi) -> None:
    class Cut(MemoryPointRequests):
        def save(self, *given: object, **named: object) -> bool:
            raise Killed

    kept, api.requests = api.requests, Cut()
    with pytest.raises(Killed):
        api.gives()
    api.requests = kept
    assert api.gives().again is False
    assert len({activity.key for activity in api.queue.activities}) == 1


def test_the_points_are_paid_by_a_rule_inside_its_cap_and_the_programs(api: PointsApi) -> None:
    program = academy.capped(academy.rules(RULE), member_daily_points=25)
    for number in (1, 2):
        api.gives(BODY | {"event_id": f"given-{number}"}, key=f"given-{number}")
    state, entries = done(program, *api.queue.activities)
    assert (state.earned, [entry.points for entry in entries]) == (25, [20, 5])
    assert not [problem for problem in check(program) if problem.severity == "error"]


def test_no_source_may_report_them_as_events_of_its_own() -> None:
    mapped = replace(academy.SOURCE, events={"bonus": POINTS_REPORTED})
    problems = [problem for problem in check(academy.academy(sources=(mapped,))) if problem.path[0] == "sources"]
    assert [problem.severity for problem in problems] == ["error"]
    event = {
        "id": "e",
        "type": POINTS_REPORTED,
        "occurred_at": "2026-03-29T01:00:00Z",
        "member": "jo",
        "attributes": {},
    }
    call = HookRequest(method="POST", url="https://api", headers={}, body=json.dumps(event).encode())
    assert standard.read(call, academy.SOURCE).events == ()
