"""Receive points that another system gives: a signed request with a reason of the program's list, once under its id.

The points are an ordinary activity: a rule with `points_from: points` says whether and how they pay, inside every cap.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ladder.domain.activities.activity import POINTS_REPORTED, Event, activity_of, deliveries, normalized
from ladder.domain.activities.ports import Activities, Identities, Keyring, PointRequests, Sources, Vendor
from ladder.domain.activities.source import HookRequest, Source
from ladder.domain.errors import Conflict, InvalidRequest, MemberErased, TooLarge, Unknown
from ladder.domain.message import Message

REASONS, MOST = "reason_codes", "most_points"  # options of a source: its list, and the most that one request gives
USUAL_MOST = 100
MOST_BYTES = 4_096
FIELDS = ("user_id", "points", "reason_code", "event_id", "occurred_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPoints:
    """`again`: the same was received before."""

    event_id: str
    points: int
    reason_code: str
    again: bool


def receive_points(
    request: HookRequest,
    *,
    user: str,
    program: str,
    source: str,
    now: datetime,
    sources: Sources,
    vendor: Vendor,
    keyring: Keyring,
    identities: Identities,
    activities: Activities,
    requests: PointRequests,
) -> ReportedPoints:
    """Queue the points as one activity. Sending a request again sends the same activity, which the ledger takes once.

    `vendor`: the dialect whose signature is asked for. The signature covers the body alone, so the body repeats what
    the address and `Idempotency-Key` say.

    Raises InvalidSignature where it is not signed by the source, or the source gives no points; InvalidRequest with
    what to send instead; Conflict where the id was used for other points; MemberErased.
    """
    if len(request.body) > MOST_BYTES:
        raise TooLarge(f"a body of {len(request.body)} bytes: send at most {MOST_BYTES}")
    configured = sources.find(program, source)
    if configured is None or configured.kind != "standard" or not (codes := reason_codes(configured)):
        raise Unknown
    vendor.verify(request, configured, keyring.of(program, configured), now=now)
    told = _fields(request.body)
    if told["user_id"] != user or told["event_id"] != request.headers.get("idempotency-key", ""):
        raise InvalidRequest(Message("ingestion.points_not_as_addressed"))
    if told["reason_code"] not in codes:
        raise InvalidRequest(
            Message("ingestion.unknown_reason_code", {"code": told["reason_code"], "known": ", ".join(codes)})
        )
    points, most = told["points"], most_points(configured)
    if not 1 <= points <= most:
        raise InvalidRequest(Message("ingestion.points_out_of_bounds", {"points": points, "most": most}))
    event = Event(
        place="body",
        id=told["event_id"],
        type=POINTS_REPORTED,
        occurred_at=told["occurred_at"],
        member=user,
        attributes={"points": points, "reason_code": told["reason_code"]},
    )
    activity = activity_of(normalized(event), source=source, received_at=now)
    member = identities.resolve(program, source, {user})[user]
    if member is None:
        raise MemberErased("the member was erased")
    content = json.dumps([points, told["reason_code"], activity.occurred_at.isoformat()])
    digest = hashlib.sha256(content.encode()).hexdigest()
    if requests.digest(program, member, activity.key) not in {None, digest}:
        raise Conflict(Message("ingestion.event_id_used"))
    activities.send(deliveries([(program, member, activity)]))  # first: an id that is known has been sent
    again = not requests.save(program, member, activity.key, digest, now=now)
    return ReportedPoints(event_id=activity.id, points=points, reason_code=told["reason_code"], again=again)


def reason_codes(source: Source) -> tuple[str, ...]:
    listed = (code.strip() for code in source.options.get(REASONS, "").split(","))
    return tuple(code for code in listed if code)


def most_points(source: Source) -> int:
    text = source.options.get(MOST, "")
    return int(text) if text.isascii() and text.isdigit() else USUAL_MOST


def _fields(body: bytes) -> dict[str, Any]:
    """Return the fields of the body, each of its type. Raises InvalidRequest."""
    try:
        pairs = json.loads(body, object_pairs_hook=list)
        told = dict(pairs)
        sound = isinstance(pairs, list) and len(told) == len(pairs) == len(FIELDS) and set(told) == set(FIELDS)
        texts = sound and all(isinstance(told[name], str) for name in FIELDS if name != "points")
        whole = sound and isinstance(told["points"], int) and not isinstance(told["points"], bool)
        moment = datetime.fromisoformat(told["occurred_at"]) if texts else None
    except (ValueError, TypeError, RecursionError):
        moment, whole = None, False
    if moment is None or moment.tzinfo is None or not whole:
        raise InvalidRequest(Message("ingestion.points_not_of_this_form", {"fields": ", ".join(FIELDS)}))
    return {**told, "occurred_at": moment}
