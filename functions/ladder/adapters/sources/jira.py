"""Jira's webhooks: an issue that reached a status which means done.

Secret: `{"secrets": [text, …]}`; `X-Hub-Signature` is the body's HMAC-SHA256. It covers no time of sending, so a replay
is only stopped by the event's id: the issue's key and the number of the change. An issue that was opened again and is
done once more is another change; whether it pays once more is for the rule to say (`once: per task`).
Options: `done`, the statuses that mean done ("Done, Closed"); by default those of Jira's own category "done", as the
issue is when the call is sent. `member`: `assignee` (the default) or `user`, who moved it. An issue of nobody is
ignored.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from ladder.adapters.sources.answers import accepted
from ladder.adapters.sources.reading import BODY, Moment, Name, decoded, each_for_itself, listed, moment, present
from ladder.adapters.sources.signatures import require_hex
from ladder.domain.activities.inbound import Contents, Event, HookRequest, Keys
from ladder.domain.programs.source import Source

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
    id: Name
    items: list[_Item]


class _Heading(msgspec.Struct):
    webhookEvent: str  # noqa: N815


class _Body(msgspec.Struct):
    issue: _Issue
    timestamp: Moment
    changelog: _Changelog | None = None
    user: _Person | None = None


def verify(call: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:  # noqa: ARG001
    require_hex(call, keys, "x-hub-signature", prefix="sha256=")


def read(call: HookRequest, source: Source) -> Contents:
    """Only an event that may count is looked at closely."""
    kind = ({**TYPES, **source.events}).get(decoded(call.body, _Heading).webhookEvent)
    if kind is None:
        return Contents(ignored=1)
    return each_for_itself([(BODY, call.body)], lambda _, raw: _event(decoded(raw, _Body), kind, source))


def _event(told: _Body, kind: str, source: Source) -> Event | None:
    person = told.user if source.options.get("member") == "user" else told.issue.fields.assignee
    stage = _done_as(told, source)
    if not (person and person.accountId and told.changelog and stage):
        return None
    return Event(
        place="issue",
        id=f"{told.issue.key}:{told.changelog.id}",
        type=kind,
        occurred_at=moment(told.timestamp, "timestamp"),
        member=person.accountId,
        attributes=present(task=told.issue.key, stage=stage, due=told.issue.fields.duedate),
    )


def _done_as(told: _Body, source: Source) -> str | None:
    """The status that this change led to, where it means done."""
    changes = told.changelog.items if told.changelog else []
    reached = next((item.toString for item in changes if item.field == "status"), None)
    status = told.issue.fields.status
    done = listed(source.options.get(DONE, "")) or ({status.name} if status.statusCategory.key == DONE else set())
    return reached if reached in done else None
