"""Take: events that are genuine become activities of members, all of them or none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from ladder.domain.activities.activity import CORRECTED, LONGEST_ID, Activity, Delivery
from ladder.domain.activities.inbound import MENTIONS, Contents, Event, IngestResult, Malformed, UnreadableRecord
from ladder.domain.activities.ports import Activities, Cases, Identities, QuarantineStore
from ladder.domain.activities.validation import ILLEGIBLE, activity_of, normalized
from ladder.domain.activities.written_text import WrittenText, as_recorded, text_of
from ladder.domain.errors import NotCarried
from ladder.domain.programs.source import Source


@dataclass(frozen=True, slots=True)
class Apart:
    """What cannot be taken; `raw`: whose it is in the source; it and `id` are "" where they cannot be read."""

    raw: str
    record: str
    why: str
    id: str = ""


def take(
    contents: Contents,
    source: Source,
    *,
    program: str,
    judged: Collection[str],
    now: datetime,
    identities: Identities,
    quarantine: QuarantineStore,
    activities: Activities,
    cases: Cases,
) -> IngestResult:
    """Returns after both queues have everything: sent again, either tells nothing new.

    An event out of bounds costs the others nothing: it is set apart, with its member or else its source. Where nothing
    else is in the call and its sender can mend it, the call is refused: nothing is kept and nobody made known.
    What a member sent together is one delivery; events of erased members are dropped. Whom an event only mentions is
    known by a mark from here on, and so is what somebody wrote, but where it is judged.
    `judged`: the types of event whose texts are; no other text is sent anywhere.
    """
    read, apart = _read(contents, source, now=now)
    read = [(raw, _without_names(activity, identities)) for raw, activity in read]
    raws = {raw for raw, _ in read} | {each.raw for each in apart if each.raw}
    members = identities.resolve(program, source.key, raws) if raws else {}
    parked = _park(apart, source, members, program=program, quarantine=quarantine)
    known = [(member, activity) for raw, activity in read if (member := members[raw]) is not None]
    dropped = len(read) - len(known) + len(apart) - parked
    if known:
        written = [_written(program, member, activity, identities) for member, activity in known]
        told = _deliveries(program, [(each.member, each.recorded) for each in written])
        posts = [each for each in written if each.recorded.type in judged and _judgeable(each)]
        for body, why in [*_uncarried(activities, told), *_uncarried(cases, posts)]:
            quarantine.add(program, _nobody(source), body, why)
            parked += 1
    refused = tuple(each.why for each in apart) if contents.mendable else ()
    ids = tuple(each for each in contents.ids if each not in {wrong.id for wrong in apart})
    return IngestResult(
        accepted=len(known), ignored=contents.ignored + dropped, unreadable=parked, refused=refused, ids=ids
    )


def _read(contents: Contents, source: Source, *, now: datetime) -> tuple[list[tuple[str, Activity]], list[Apart]]:
    """Raises Malformed where an event cannot be set apart, and where nothing is good of what the sender can mend."""
    read = list[tuple[str, Activity]]()
    apart = [_nobodys(unread) for unread in contents.unread]
    for event in map(normalized, contents.events):
        try:
            read.append((event.member, activity_of(event, source=source.key, received_at=now)))
        except Malformed as error:
            if not event.record:
                raise
            apart.append(Apart(_owner(event), event.record, str(error), event.id))
    if contents.mendable and apart and not read and not contents.ignored:
        raise Malformed.whole([each.why for each in apart])
    return read, apart


class _Queue[T](Protocol):
    def send(self, messages: Sequence[T], /) -> None: ...


def _uncarried[T](queue: _Queue[T], messages: Sequence[T]) -> list[tuple[str, str]]:
    """Messages that the queue refuses for good, and why; it has all the others."""
    try:
        if messages:
            queue.send(messages)
    except NotCarried as refusal:
        return [(body, str(refusal)) for body in refusal.bodies]
    return []


def _nobody(source: Source) -> str:
    return f"source:{source.key}"


def _nobodys(unread: UnreadableRecord) -> Apart:
    return Apart("", unread.record, unread.why)


def _owner(event: Event) -> str:
    return event.member if 0 < len(event.member) <= LONGEST_ID and not ILLEGIBLE.search(event.member) else ""


def _park(
    apart: Collection[Apart],
    source: Source,
    members: Mapping[str, str | None],
    *,
    program: str,
    quarantine: QuarantineStore,
) -> int:
    """How many were set apart: nothing of an erased member is kept."""
    parked = 0
    for each in apart:
        owner = members[each.raw] if each.raw else _nobody(source)
        if owner is not None:
            quarantine.add(program, owner, each.record, each.why)
            parked += 1
    return parked


def _without_names(activity: Activity, identities: Identities) -> Activity:
    """Nobody's user id gets into another member's ledger, where it would outlive him."""
    mentioned = {name: value for name, value in activity.attributes.items() if name in MENTIONS and value is not None}
    marks = {name: identities.fingerprint(activity.source, str(value)) for name, value in mentioned.items()}
    return replace(activity, attributes={**activity.attributes, **marks}) if marks else activity


def _written(program: str, member: str, activity: Activity, identities: Identities) -> WrittenText:
    """The ledger keeps things for good, so no text gets there: a digest and a length stand for it."""
    key = identities.fingerprint(f"texts of {activity.source}", activity.id)
    recorded = as_recorded(activity, key)
    return WrittenText(program=program, member=member, recorded=recorded, text=text_of(activity), key=key)


def _judgeable(written: WrittenText) -> bool:
    """What was written anew; a correction tells of something else, and comes too late for its verdict."""
    return bool(written.text) and written.recorded.type != CORRECTED


def _deliveries(program: str, known: Sequence[tuple[str, Activity]]) -> list[Delivery]:
    """One a member, in the order of first appearance."""
    together: dict[str, list[Activity]] = {}
    for member, activity in known:
        together.setdefault(member, []).append(activity)
    return [Delivery(program, member, tuple(activities)) for member, activities in together.items()]
