"""xAPI 1.0.3 and 2.0: a statement, or an array of them, from any learning system or record store that emits it.

Secret: `{"secrets": ["user:password", …]}`, HTTP Basic as xAPI has it; there is no time in the proof, so a replay is
only stopped by the statement's id. A statement without one is known by a digest of what it says. The answer is what
xAPI asks for: 200 and the ids in their order.

Who: the account's name, or mbox, mbox_sha1sum or openid. The option `account` is `name` (the default) or `full`, with
the home page before it, for a source that speaks for several. What a group did is nobody's, and ignored.
What: `object.id` is the `module`, or the `course` where its type is one; the parent that is a course is the `course`.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from ladder.adapters.sources.reading import decoded, each_for_itself, is_list, moment, present, refuse_many
from ladder.adapters.sources.signatures import require_basic
from ladder.domain.activities.inbound import Contents, Event, HookRequest, HookResponse, IngestResult, Keys
from ladder.domain.programs.rules import Plain
from ladder.domain.programs.source import Source

VERSION = {"X-Experience-API-Version": "1.0.3"}
ADL, TINCAN, VIDEO = (
    "http://adlnet.gov/expapi/verbs/",
    "http://id.tincanapi.com/verb/",
    "https://w3id.org/xapi/video/verbs/",
)
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
}
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
    id: str = ""  # a statement about a person has none
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


class _Around(msgspec.Struct):
    parent: list[_Object] | _Object = msgspec.field(default_factory=list)


class _Context(msgspec.Struct):
    contextActivities: _Around = msgspec.field(default_factory=_Around)  # noqa: N815


class _Statement(msgspec.Struct):
    actor: _Actor
    verb: _Verb
    object: _Object
    timestamp: str
    id: str = ""
    result: _Result = msgspec.field(default_factory=_Result)
    context: _Context = msgspec.field(default_factory=_Context)


def verify(call: HookRequest, source: Source, keys: Keys, *, now: datetime) -> None:  # noqa: ARG001
    require_basic(call, keys)


def answer(taken: IngestResult) -> HookResponse:
    return HookResponse(status=200, body=list(taken.ids), headers=VERSION)


def read(call: HookRequest, source: Source) -> Contents:
    many = is_list(call.body)
    raws = decoded(call.body, list[msgspec.Raw]) if many else [msgspec.Raw(call.body)]
    refuse_many(len(raws))
    placed = [(f"[{n}]" if many else "body", bytes(raw)) for n, raw in enumerate(raws)]
    ids = list[str]()

    def event(place: str, raw: bytes) -> Event | None:
        known, found = _read(raw, place, source)
        ids.append(known)
        return found

    return replace(each_for_itself(placed, event, mendable=True), ids=tuple(ids))


def _read(raw: bytes, place: str, source: Source) -> tuple[str, Event | None]:
    told = decoded(raw, _Statement, place=place)
    known = told.id or hashlib.sha256(raw).hexdigest()[:32]
    kind = ({**TYPES, **source.events}).get(told.verb.id)
    member = _member(told.actor, source)
    if not kind or not member:
        return known, None
    course = _is_course(told.object)
    return known, Event(
        place=place,
        id=known,
        type=COURSE if kind == MODULE and course else kind,
        occurred_at=moment(told.timestamp, f"{place}.timestamp"),
        member=member,
        attributes=_attributes(told),
    )


def _member(actor: _Actor, source: Source) -> str:
    if actor.objectType == "Group":
        return ""
    if actor.account is None:
        return actor.mbox.lower() or actor.mbox_sha1sum or actor.openid
    full = source.options.get("account") == "full"
    return f"{actor.account.homePage}/{actor.account.name}" if full else actor.account.name


def _attributes(told: _Statement) -> Mapping[str, Plain]:
    parent = told.context.contextActivities.parent
    courses = [each.id for each in (parent if isinstance(parent, list) else [parent]) if _is_course(each)]
    itself = _is_course(told.object)
    return present(
        module=None if itself else told.object.id,
        course=told.object.id if itself else next(iter(courses), None),
        score=_per_cent(told.result.score),
        passed=PASSED.get(told.verb.id, told.result.success),
        completion=told.result.completion,
        seconds=_seconds(told.result.duration),
        text=told.result.response if told.verb.id == f"{ADL}commented" else None,
    )


def _is_course(thing: _Object) -> bool:
    return thing.definition.type.endswith("/activities/course")


def _per_cent(score: _Score) -> float | None:
    if score.scaled is not None:
        return round(100 * score.scaled, 6)
    return round(100 * score.raw / score.max, 6) if score.raw is not None and score.max else score.raw


def _seconds(duration: str) -> float | None:
    """Of an ISO 8601 duration in days and less; others are left out."""
    found = _DURATION.fullmatch(duration)
    parts = [part or "0" for part in found.groups()] if found else []
    return sum(float(part) * length for part, length in zip(parts, _LENGTHS, strict=False)) or None
