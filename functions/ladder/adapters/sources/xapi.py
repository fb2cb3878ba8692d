"""xAPI 1.0.3 and 2.0: a statement, or an array of them, from any learning system or record store that emits it.

Secret: `{"secrets": ["user:password", …]}`, HTTP Basic as xAPI demands; the proof contains no time, so only the
statement's id stops a replay. A statement without one is identified by a digest of its content. The response is what
xAPI asks for: 200 and the ids in their order.

Who: the account's name, or mbox, mbox_sha1sum or openid. The option `account` is `name` (the default) or `full`, with
the home page before it, for a source that reports for several systems. A group's statements are ignored.
What: `object.id` is the `module`, or the `course` where its type is one; the parent that is a course is the `course`.
Who likes a post, or votes for it, confirms it: `object.id` is the `post`, the statement that wrote it (a reference to
one) or the post's own address, which is the `post` of whatever was commented as one.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from ladder.adapters.sources.webhook import decode, is_array, parse_each, parse_time, require_basic_auth, without_empty
from ladder.domain.activities.activity import POST_CONFIRMED, Event
from ladder.domain.activities.source import Contents, HookRequest, HookResponse, IngestResult, Keys, Source
from ladder.domain.validation.constraints import Plain

VERSION = {"X-Experience-API-Version": "1.0.3"}
ADL, TINCAN, VIDEO = (
    "http://adlnet.gov/expapi/verbs/",
    "http://id.tincanapi.com/verb/",
    "https://w3id.org/xapi/video/verbs/",
)
ACROSSX, ACTIVITY_STREAMS = "https://w3id.org/xapi/acrossx/verbs/", "http://activitystrea.ms/schema/1.0/"
MODULE, COURSE, ASSESSMENT, ACCESS = (
    "learner.completed_module",
    "user.completed",
    "assessment.submitted",
    "content.accessed",
)
TYPES: Mapping[str, str] = {
    **dict.fromkeys((f"{ADL}completed", f"{VIDEO}completed"), MODULE),
    **dict.fromkeys((f"{ADL}passed", f"{ADL}failed", f"{ADL}scored", f"{ADL}answered"), ASSESSMENT),
    **dict.fromkeys((f"{ADL}experienced", f"{ADL}initialized", f"{ADL}launched", f"{ADL}attempted"), ACCESS),
    **dict.fromkeys((f"{ADL}interacted", f"{VIDEO}played", f"{TINCAN}viewed", f"{TINCAN}downloaded"), ACCESS),
    f"{ADL}attended": "calendar.attended",
    f"{ADL}commented": "forum.posted",
    **dict.fromkeys((f"{TINCAN}voted-up", f"{ACROSSX}liked", f"{ACTIVITY_STREAMS}like"), POST_CONFIRMED),
}
POSTS = ("/activitytype/comment", "/activitytype/forum-reply", "/activitytype/blog")  # an object of these is a post
OUR_PLATFORM = "Ladder"  # of statements that we wrote: where they come back they mean nothing new
PASSED = {f"{ADL}passed": True, f"{ADL}failed": False}
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_LENGTHS = (86_400, 3_600, 60, 1)


class _Account(msgspec.Struct):
    name: str
    homePage: str = ""  # noqa: N815


class _Actor(msgspec.Struct):
    objectType: str = "Agent"  # noqa: N815
    account: _Account | None = None
    mbox: str = ""
    mbox_sha1sum: str = ""
    openid: str = ""


class _Verb(msgspec.Struct):
    id: str


class _Definition(msgspec.Struct):
    type: str = ""


class _Object(msgspec.Struct):
    id: str = ""  # missing in a statement about a person
    definition: _Definition = msgspec.field(default_factory=_Definition)


class _Score(msgspec.Struct):
    scaled: float | None = None
    raw: float | None = None
    max: float | None = None


class _Result(msgspec.Struct):
    score: _Score = msgspec.field(default_factory=_Score)
    success: bool | None = None
    completion: bool | None = None
    duration: str = ""
    response: str = ""


class _ContextActivities(msgspec.Struct):
    parent: list[_Object] | _Object = msgspec.field(default_factory=list)


class _Context(msgspec.Struct):
    platform: str = ""
    contextActivities: _ContextActivities = msgspec.field(default_factory=_ContextActivities)  # noqa: N815


class _Statement(msgspec.Struct):
    actor: _Actor
    verb: _Verb
    object: _Object
    timestamp: str
    id: str = ""
    result: _Result = msgspec.field(default_factory=_Result)
    context: _Context = msgspec.field(default_factory=_Context)


def verify(request: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:  # noqa: ARG001
    require_basic_auth(request, keys)


def answer(result: IngestResult) -> HookResponse:
    return HookResponse(status=200, body=list(result.ids), headers=VERSION)


def read(request: HookRequest, source: Source) -> Contents:
    many = is_array(request.body)
    raws = decode(request.body, list[msgspec.Raw]) if many else [msgspec.Raw(request.body)]
    records = [(f"[{n}]" if many else "body", bytes(raw)) for n, raw in enumerate(raws)]
    ids = list[str]()

    def parse(path: str, raw: bytes) -> Event | None:
        statement_id, event = _statement(raw, path, source)
        ids.append(statement_id)
        return event

    return replace(parse_each(records, parse, sender_can_correct=True), ids=tuple(ids))


def _statement(raw: bytes, path: str, source: Source) -> tuple[str, Event | None]:
    """Return the statement's id, and its event where it means one."""
    statement = decode(raw, _Statement, path=path)
    statement_id = statement.id or hashlib.sha256(raw).hexdigest()[:32]
    type_ = ({**TYPES, **source.events}).get(statement.verb.id)
    member = _member(statement.actor, source)
    if not type_ or not member or statement.context.platform == OUR_PLATFORM:
        return statement_id, None
    return statement_id, Event(
        place=path,
        id=statement_id,
        type=COURSE if type_ == MODULE and _is_course(statement.object) else type_,
        occurred_at=parse_time(statement.timestamp, f"{path}.timestamp"),
        member=member,
        attributes={"post": statement.object.id} if type_ == POST_CONFIRMED else _attributes(statement),
    )


def _member(actor: _Actor, source: Source) -> str:
    if actor.objectType == "Group":
        return ""
    if actor.account is None:
        return actor.mbox.lower() or actor.mbox_sha1sum or actor.openid
    full = source.options.get("account") == "full"
    return f"{actor.account.homePage}/{actor.account.name}" if full else actor.account.name


def _attributes(statement: _Statement) -> Mapping[str, Plain]:
    parent = statement.context.contextActivities.parent
    parents = parent if isinstance(parent, list) else [parent]
    parent_course = next((activity.id for activity in parents if _is_course(activity)), None)
    is_course, is_text = _is_course(statement.object), statement.verb.id == f"{ADL}commented"
    return without_empty(
        module=None if is_course else statement.object.id,
        course=statement.object.id if is_course else parent_course,
        score=_percent(statement.result.score),
        passed=PASSED.get(statement.verb.id, statement.result.success),
        completion=statement.result.completion,
        seconds=_seconds(statement.result.duration),
        post=statement.object.id if is_text and statement.object.definition.type.endswith(POSTS) else None,
        text=statement.result.response if is_text else None,
    )


def _is_course(activity: _Object) -> bool:
    return activity.definition.type.endswith("/activities/course")


def _percent(score: _Score) -> float | None:
    if score.scaled is not None:
        return round(100 * score.scaled, 6)
    return round(100 * score.raw / score.max, 6) if score.raw is not None and score.max else score.raw


def _seconds(duration: str) -> float | None:
    """Convert an ISO 8601 duration of days and smaller units; None for any other."""
    match = _DURATION.fullmatch(duration)
    parts = [part or "0" for part in match.groups()] if match else []
    return sum(float(part) * length for part, length in zip(parts, _LENGTHS, strict=False)) or None
