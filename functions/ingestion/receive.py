"""Receive a webhook request, and turn genuine events into activities of members: all of them or none."""

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from ladder.domain.activities.activity import (
    CORRECTED,
    LONGEST_ID,
    MENTIONS,
    Activity,
    WrittenText,
    activity_of,
    as_recorded,
    deliveries,
    normalized,
    text_of,
)
from ladder.domain.activities.ports import Activities, Cases, Identities, Keyring, QuarantineStore, Sources, Vendor
from ladder.domain.activities.source import (
    MOST_BYTES,
    Contents,
    HookRequest,
    HookResponse,
    IngestResult,
    Source,
    SourceKind,
)
from ladder.domain.errors import Malformed, NotCarried, TooLarge, Unknown, Unsupported
from ladder.domain.validation.constraints import ILLEGIBLE

GZIP_WINDOW_BITS = 16 + zlib.MAX_WBITS


def receive(
    request: HookRequest,
    *,
    program: str,
    source: str,
    now: datetime,
    sources: Sources,
    vendors: Mapping[SourceKind, Vendor],
    keyring: Keyring,
    identities: Identities,
    quarantine: QuarantineStore,
    activities: Activities,
    cases: Cases,
) -> tuple[HookResponse, IngestResult]:
    """Return the response that the source expects, once the queues have everything. Any error: nothing was done.

    Nothing of the body is decoded before the request is verified. Receiving a request again sends the same again,
    which the ledger drops.
    """
    if len(request.body) > MOST_BYTES:
        raise TooLarge(f"a body of {len(request.body)} bytes: send at most {MOST_BYTES}")
    configured = sources.find(program, source)
    if configured is None:
        raise Unknown
    vendor = vendors[configured.kind]
    vendor.verify(request, configured, keyring.of(program, configured), now=now)
    result = ingest(
        vendor.read(decompressed(request), configured),
        configured,
        program=program,
        markers=sources.markers(program),
        judged=sources.judged_types(program),
        now=now,
        identities=identities,
        quarantine=quarantine,
        activities=activities,
        cases=cases,
    )
    return vendor.answer(result), result


def decompressed(request: HookRequest) -> HookRequest:
    """Return the request with gzip undone. Stops at the bound, whatever a header or the archive says of its length."""
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return request
    if encoding not in {"gzip", "x-gzip"}:
        raise Unsupported("this content encoding is not supported: send gzip, or none")
    stream = zlib.decompressobj(GZIP_WINDOW_BITS)
    try:
        body = stream.decompress(request.body, MOST_BYTES + 1)
    except zlib.error as error:
        raise Malformed("body", "not gzip: send what the content encoding says") from error
    if len(body) > MOST_BYTES:
        raise TooLarge(f"a body of more than {MOST_BYTES} bytes once it is unzipped: send less at once")
    if not stream.eof or stream.unused_data:
        raise Malformed("body", "truncated gzip, or data after its end: send one complete gzip member")
    return replace(request, body=body)


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A record to quarantine. `user`: its raw user id in the source; it and `id` are "" where they cannot be read."""

    user: str
    record: str
    why: str
    id: str = ""


def ingest(
    contents: Contents,
    source: Source,
    *,
    program: str,
    markers: Collection[str],
    judged: Collection[str],
    now: datetime,
    identities: Identities,
    quarantine: QuarantineStore,
    activities: Activities,
    cases: Cases,
) -> IngestResult:
    """Queue the events of a request, and return after both queues have everything: sending again changes nothing.

    An event out of bounds does not affect the others: it is quarantined, with its member or else with its source.
    Where the request contains nothing else and its sender can correct it, the request is refused: nothing is stored
    and no member is created. What a member sent together is one delivery; events of erased members are dropped. People
    whom an event only mentions are replaced by a fingerprint, and so is every text, except where it is judged.
    `judged`: the types of event whose texts are; no other text is sent anywhere. `markers`: courses that stand for
    badges.
    """
    contents = contents.without(markers) if markers else contents
    valid, rejected = _validated(contents, source, now=now)
    users = {user for user, _ in valid} | {record.user for record in rejected if record.user}
    members = identities.resolve(program, source.key, users) if users else {}
    source_owner = f"source:{source.key}"
    quarantined = 0
    for record in rejected:
        owner = members[record.user] if record.user else source_owner
        if owner is not None:  # nothing of an erased member is stored
            quarantine.add(program, owner, record.record, record.why)
            quarantined += 1
    known = [(member, activity) for user, activity in valid if (member := members[user]) is not None]
    dropped = len(valid) - len(known) + len(rejected) - quarantined
    if known:
        written = [_written(program, member, activity, identities) for member, activity in known]
        # A correction is about something else, and comes too late for its verdict.
        posts = [
            post for post in written if post.text and post.recorded.type in judged and post.recorded.type != CORRECTED
        ]
        together = deliveries((program, post.member, post.recorded) for post in written)
        for body, why in [*_send(activities, together), *_send(cases, posts)]:
            quarantine.add(program, source_owner, body, why)
            quarantined += 1
    rejected_ids = {record.id for record in rejected}
    return IngestResult(
        accepted=len(known),
        ignored=contents.ignored + dropped,
        unreadable=quarantined,
        refused=tuple(record.why for record in rejected) if contents.sender_can_correct else (),
        ids=tuple(event_id for event_id in contents.ids if event_id not in rejected_ids),
    )


def _validated(
    contents: Contents, source: Source, *, now: datetime
) -> tuple[list[tuple[str, Activity]], list[RejectedRecord]]:
    """Return activities with their raw user ids, and the records to quarantine.

    Raises Malformed where an event has no record to quarantine, and where nothing that the sender can correct is valid.
    """
    valid = list[tuple[str, Activity]]()
    rejected = [RejectedRecord("", unread.record, unread.why) for unread in contents.unread]
    for event in map(normalized, contents.events):
        try:
            valid.append((event.member, activity_of(event, source=source.key, received_at=now)))
        except Malformed as error:
            if not event.record:
                raise
            legible = 0 < len(event.member) <= LONGEST_ID and not ILLEGIBLE.search(event.member)
            rejected.append(RejectedRecord(event.member if legible else "", event.record, str(error), event.id))
    if contents.sender_can_correct and rejected and not valid and not contents.ignored:
        raise Malformed.whole([record.why for record in rejected])
    return valid, rejected


def _written(program: str, member: str, activity: Activity, identities: Identities) -> WrittenText:
    """Return the activity as the ledger stores it, which is permanent, and its text apart.

    A digest and a length replace the text. Fingerprints replace the user ids of people whom the activity mentions: in
    another member's ledger they would outlive their owner.
    """
    mentioned = {
        name: identities.fingerprint(activity.source, str(value))
        for name, value in activity.attributes.items()
        if name in MENTIONS and value is not None
    }
    key = identities.fingerprint(f"texts of {activity.source}", activity.id)
    recorded = as_recorded(replace(activity, attributes={**activity.attributes, **mentioned}), key)
    return WrittenText(program=program, member=member, recorded=recorded, text=text_of(activity), key=key)


class _Queue[T](Protocol):
    def send(self, messages: Sequence[T], /) -> None: ...


def _send[T](queue: _Queue[T], messages: Sequence[T]) -> list[tuple[str, str]]:
    """Send messages; return the bodies that the queue refuses permanently, and why. It has all the others."""
    try:
        if messages:
            queue.send(messages)
    except NotCarried as refusal:
        return [(body, str(refusal)) for body in refusal.bodies]
    return []
