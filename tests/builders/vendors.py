"""Each vendor as it would call: what it writes, under which signature, and what its scheme cannot do."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ladder.domain.activities.source import HookRequest, Keys, Source, SourceKind
from tests.builders.webhook_signatures import (
    ADDRESS,
    API_KEY,
    sign_absorb,
    sign_basic,
    sign_cornerstone,
    sign_hubspot,
    sign_jira,
    sign_standard,
)

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
NEW, OLD, WRONG = "bmV3IGtleSBvZiB0aGUgc291cmNl", "b2xkIGtleSBvZiB0aGUgc291cmNl", "d3Jvbmcga2V5IG9mIHRoZSBzb3VyY2U="

type Sign = Callable[[bytes, str, datetime], Mapping[str, str]]  # body, secret, the moment of sending -> headers
type Write = Callable[[list[int]], Any]  # numbers of events -> a body


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    kind: SourceKind
    sign: Sign
    write: Write  # event n is of user `user-<n % 3>` and has an id of its own
    unknown: Any  # a body with one event of an unknown type
    wrong_types: Any
    heartbeat: Any  # a body without any event; None: the vendor has no such thing
    altered: tuple[str, str]  # what in the text of event 1 becomes what, under the same id
    timed: bool  # False: the scheme has no time of sending, so ±301 s mean nothing to it
    signs_body: bool = True  # False: the scheme proves who calls, and nothing about the body
    mends: bool = False  # whoever sends can mend what was sent, so a call of which nothing is good is refused
    groups: bool = True  # False: a call carries one event
    options: Mapping[str, str] = field(default_factory=dict)
    accepted: int = 202

    @property
    def source(self) -> Source:
        return Source(key="academy", kind=self.kind, options=self.options)

    def call(
        self, body: object, *, secret: str = NEW, sent: datetime = NOW, headers: Mapping[str, str] | None = None
    ) -> HookRequest:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return HookRequest(
            method="POST", url=ADDRESS, headers={**self.sign(raw, secret, sent), **(headers or {})}, body=raw
        )


def keys(*secrets: str) -> Keys:
    return Keys(secrets, {"api_keys": [API_KEY]})


def when(number: int) -> datetime:
    return NOW - timedelta(minutes=number)


def iso(number: int) -> str:
    return when(number).isoformat()


def millis(number: int) -> int:
    return int(when(number).timestamp() * 1000)


def user(number: int) -> str:
    return f"user-{number % 3}"


def standard(number: int, kind: str = "learner.completed_module") -> dict[str, Any]:
    return {
        "id": f"e{number}",
        "type": kind,
        "occurred_at": iso(number),
        "member": user(number),
        "attributes": {"module": f"m{number}", "score": 87.5, "passed": True},
    }


def cornerstone(number: int, case: str = "TrainingCompleted") -> dict[str, Any]:
    data = {
        "eventId": f"e{number}",
        "trainingId": f"m{number}",
        "targetUserId": user(number),
        "trainingTitle": "Fraud",
        "trainingActionDateTimestamp": iso(number),
        "dueDateTimestamp": iso(0),
    }
    name = case[:1].lower() + case[1:]
    return {"offset": number, "value": {"headers": {}, "lmsEventsCase": case, name: {"data": data}}}


def docebo(number: int) -> dict[str, Any]:
    return {"fired_at": when(number).strftime("%Y-%m-%d %H:%M:%S"), "user_id": user(number), "course_id": number}


def docebo_body(event: str, numbers: list[int]) -> dict[str, Any]:
    parts = [docebo(number) for number in numbers]
    grouped = {"payload": parts[0]} if len(parts) == 1 else {"payloads": parts}
    return {"message_id": "wh-1", "webhook_id": 7, "event": event, "fired_by_batch_action": False, **grouped}


def absorb(number: int, kind: str = "CourseCompleted") -> dict[str, Any]:
    return {"id": f"e{number}", "eventType": kind, "userId": user(number), "timestamp": iso(number), "courseId": number}


def xapi(number: int, verb: str = "http://adlnet.gov/expapi/verbs/completed") -> dict[str, Any]:
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "actor": {"objectType": "Agent", "account": {"homePage": "https://lms.example.com", "name": user(number)}},
        "verb": {"id": verb},
        "object": {"id": f"https://lms.example.com/m{number}"},
        "result": {"score": {"scaled": 0.875}, "success": True, "duration": "PT1H2M3.5S"},
        "timestamp": iso(number),
    }


def hubspot(number: int, kind: str = "deal.propertyChange") -> dict[str, Any]:
    return {
        "eventId": 100 + number,
        "subscriptionType": kind,
        "objectId": 7,
        "propertyName": "dealstage",
        "propertyValue": "closedwon",
        "occurredAt": millis(number),
        "attemptNumber": 0,
        "sourceId": f"userId:{user(number)}",
    }


def jira(number: int, event: str = "jira:issue_updated") -> dict[str, Any]:
    status = {"name": "Done", "statusCategory": {"key": "done"}}
    return {
        "webhookEvent": event,
        "timestamp": millis(number),
        "issue": {
            "key": f"OPS-{number}",
            "fields": {"assignee": {"accountId": user(number)}, "status": status, "duedate": "2026-04-01"},
        },
        "changelog": {"id": str(500 + number), "items": [{"field": "status", "toString": "Done"}]},
    }


VENDORS = [
    Vendor(
        kind="standard",
        altered=("87.5", "12.5"),
        sign=sign_standard,
        write=lambda numbers: {"events": [standard(number) for number in numbers]},
        unknown=standard(1, "tea.brewed"),
        wrong_types={"events": [{**standard(1), "id": 7}]},
        heartbeat={"events": []},
        timed=True,
        mends=True,
    ),
    Vendor(
        kind="cornerstone",
        altered=('"m1"', '"m2"'),
        sign=sign_cornerstone,
        write=lambda numbers: {"subscriptionId": "s", "records": [cornerstone(number) for number in numbers]},
        unknown={"records": [cornerstone(1, "UserCreated")]},
        wrong_types={"records": [{"value": {"lmsEventsCase": 7}}]},
        heartbeat={"records": []},
        timed=True,
    ),
    Vendor(
        kind="docebo",
        altered=('"course_id": 1', '"course_id": 2'),
        sign=sign_basic,
        write=lambda numbers: docebo_body("course.enrollment.completed", numbers),
        unknown=docebo_body("user.created", [1]),
        wrong_types={"message_id": "wh-1", "event": "course.enrollment.completed", "payload": {"user_id": None}},
        heartbeat={"message_id": "wh-1", "event": "course.enrollment.completed", "payloads": []},
        timed=False,
        signs_body=False,
    ),
    Vendor(
        kind="absorb",
        altered=('"courseId": 1', '"courseId": 2'),
        sign=sign_absorb,
        write=lambda numbers: [absorb(number) for number in numbers],
        unknown=absorb(1, "DepartmentCreated"),
        wrong_types=[{**absorb(1), "userId": ["u"]}],
        heartbeat=[],
        timed=True,  # where a header has a time; Absorb's scheme is unconfirmed, and the default is without
        options={"timestamp_header": "x-sent"},
    ),
    Vendor(
        kind="xapi",
        altered=("0.875", "0.125"),
        sign=sign_basic,
        write=lambda numbers: [xapi(number) for number in numbers],
        unknown=xapi(1, "https://example.com/verbs/dreamt"),
        wrong_types=[{**xapi(1), "actor": "me"}],
        heartbeat=[],
        timed=False,
        signs_body=False,
        mends=True,
        accepted=200,
    ),
    Vendor(
        kind="hubspot",
        altered=("closedwon", "closedlost"),
        sign=sign_hubspot,
        write=lambda numbers: [hubspot(number) for number in numbers],
        unknown=[hubspot(1, "line_item.merge")],
        wrong_types=[{**hubspot(1), "objectId": "seven"}],
        heartbeat=[],
        timed=True,
    ),
    Vendor(
        kind="jira",
        altered=("2026-04-01", "2026-05-01"),
        sign=sign_jira,
        write=lambda numbers: jira(numbers[0]),
        unknown=jira(1, "jira:issue_created"),
        wrong_types={**jira(1), "issue": []},
        heartbeat=None,
        timed=False,
        groups=False,
    ),
]
