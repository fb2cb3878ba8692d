"""Jira's webhooks: an issue that reached a status which means done.

Secret: `{"secrets": [text, …]}`; `X-Hub-Signature` is the body's HMAC-SHA256. It does not cover the time of sending, so
only the event's id stops a replay: the issue's key and the number of the change. An issue that was reopened and is done
again is another change; the rule decides whether it pays again (`once: per task`).
Options: `done`, the statuses that mean done ("Done, Closed"); by default those of Jira's own category "done", as the
issue is when the request is sent. `member`: `assignee` (the default) or `user`, who moved it. An issue without that
person is ignored.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from ladder.adapters.sources.webhook import (
    BODY,
    Id,
    Timestamp,
    accepted,
    decode,
    parse_each,
    parse_time,
    require_hex_hmac,
    split_option,
    without_empty,
)
from ladder.domain.activities.activity import Event
from ladder.domain.activities.source import Contents, HookRequest, Keys, Source

answer = accepted
TYPES: Mapping[str, str] = {"jira:issue_updated": "task.completed"}
DONE = "done"


class _Category(msgspec.Struct):
    key: str = ""


class _Status(msgspec.Struct):
    name: str = ""
    statusCategory: _Category = msgspec.field(default_factory=_Category)  # noqa: N815


class _Person(msgspec.Struct):
    accountId: str = ""  # noqa: N815


class _Fields(msgspec.Struct):
    assignee: _Person | None = None
    status: _Status = msgspec.field(default_factory=_Status)
    duedate: str | None = None


class _Issue(msgspec.Struct):
    key: str
    fields: _Fields


class _Item(msgspec.Struct):
    field: str
    toString: str | None = None  # noqa: N815


class _Changelog(msgspec.Struct):
    id: Id
    items: list[_Item]


class _Heading(msgspec.Struct):
    webhookEvent: str  # noqa: N815


class _Body(msgspec.Struct):
    issue: _Issue
    timestamp: Timestamp
    changelog: _Changelog | None = None
    user: _Person | None = None


def verify(request: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:  # noqa: ARG001
    require_hex_hmac(request, keys, "x-hub-signature", prefix="sha256=")


def read(request: HookRequest, source: Source) -> Contents:
    """Parse a request; only an event that may count is validated in full."""
    type_ = ({**TYPES, **source.events}).get(decode(request.body, _Heading).webhookEvent)
    if type_ is None:
        return Contents(ignored=1)
    return parse_each([(BODY, request.body)], lambda _, raw: _event(decode(raw, _Body), type_, source))


def _event(body: _Body, type_: str, source: Source) -> Event | None:
    """Return the event of a change that led to a status which means done."""
    person = body.user if source.options.get("member") == "user" else body.issue.fields.assignee
    if not (person and person.accountId and body.changelog):
        return None
    stage = next((item.toString for item in body.changelog.items if item.field == "status"), None)
    status = body.issue.fields.status
    done = split_option(source.options.get(DONE, "")) or ({status.name} if status.statusCategory.key == DONE else set())
    if not stage or stage not in done:
        return None
    return Event(
        place="issue",
        id=f"{body.issue.key}:{body.changelog.id}",
        type=type_,
        occurred_at=parse_time(body.timestamp, "timestamp"),
        member=person.accountId,
        attributes=without_empty(task=body.issue.key, stage=stage, due=body.issue.fields.duedate),
    )
