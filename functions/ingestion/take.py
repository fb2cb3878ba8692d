"""Take: events that are genuine become activities of members, all of them or none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ladder.domain.activity import CORRECTED, Activity, Delivery
from ladder.domain.bounds import activity_of, normal
from ladder.domain.inbound import LONGEST_ID, Contents, Event, Malformed, Taken, Unread
from ladder.domain.source import Source
from ladder.domain.written import Written, as_recorded, text_of
from ladder.ports.inbound import Activities, Cases, Identities, Parking

MENTIONS = ("colleague",)  # attributes that are somebody else's user id in the source


@dataclass(frozen=True, slots=True)
class Apart:
    """What cannot be taken; `raw`: whose it is in the source, "" where that is not to be read either."""

    raw: str
    record: str
    why: str


def take(
    contents: Contents,
    source: Source,
    *,
    program: str,
    judged: Collection[str],
    now: datetime,
    identities: Identities,
    quarantine: Parking,
    activities: Activities,
    cases: Cases,
) -> Taken:
    """Returns after both queues have everything: sent again, either tells nothing new.

    One event out of bounds, and nothing is sent and nobody made known.
    But where its sender could not mend it: then it is set apart, with its member or else its source, and the others
    are taken. What a member sent together is one delivery; events of erased members are dropped. Whom an event only
    mentions is known by a mark from here on, and so is what somebody wrote, but where it is judged.
    `judged`: the types of event whose texts are; no other text is sent anywhere.
    """
    read, apart = _read(contents, source, now=now)
    read = [(raw, _without_names(activity, identities)) for raw, activity in read]
    raws = {raw for raw, _ in read} | {each.raw for each in apart if each.raw}
    members = identities.resolve(program, source.key, raws) if raws else {}
    parked = _park(apart, source, members, program=program, quarantine=quarantine)
    known = [(member, activity) for raw, activity in read if (member := members[raw]) is not None]
    if known:
        written = [_written(program, member, activity, identities) for member, activity in known]
        activities.send(_deliveries(program, [(each.member, each.recorded) for each in written]))
        if posts := [each for each in written if each.recorded.type in judged and _judgeable(each)]:
            cases.send(posts)
    dropped = len(read) - len(known) + len(apart) - parked
    return Taken(accepted=len(known), ignored=contents.ignored + dropped, unreadable=parked, ids=contents.ids)


def _read(contents: Contents, source: Source, *, now: datetime) -> tuple[list[tuple[str, Activity]], list[Apart]]:
    """Raises Malformed for an event that its sender can mend."""
    read = list[tuple[str, Activity]]()
    apart = [_nobodys(unread) for unread in contents.unread]
    for event in map(normal, contents.events):
        try:
            read.append((event.member, activity_of(event, source=source.key, received_at=now)))
        except Malformed as error:
            if not event.record:
                raise
            apart.append(Apart(_owner(event), event.record, str(error)))
    return read, apart


def _nobodys(unread: Unread) -> Apart:
    return Apart("", unread.record, unread.why)


def _owner(event: Event) -> str:
    return event.member if len(event.member) <= LONGEST_ID else ""


def _park(
    apart: Collection[Apart],
    source: Source,
    members: Mapping[str, str | None],
    *,
    program: str,
    quarantine: Parking,
) -> int:
    """How many were set apart: nothing of an erased member is kept."""
    parked = 0
    for each in apart:
        owner = members[each.raw] if each.raw else f"source:{source.key}"
        if owner is not None:
            quarantine.park(program, owner, each.record, each.why)
            parked += 1
    return parked


def _without_names(activity: Activity, identities: Identities) -> Activity:
    """Nobody's user id gets into another member's ledger, where it would outlive him."""
    mentioned = {name: value for name, value in activity.attributes.items() if name in MENTIONS and value is not None}
    marks = {name: identities.mark(activity.source, str(value)) for name, value in mentioned.items()}
    return replace(activity, attributes={**activity.attributes, **marks}) if marks else activity


def _written(program: str, member: str, activity: Activity, identities: Identities) -> Written:
    """The ledger keeps things for good, so no text gets there: a digest and a length stand for it."""
    key = identities.mark(f"texts of {activity.source}", activity.id)
    recorded = as_recorded(activity, key)
    return Written(program=program, member=member, recorded=recorded, text=text_of(activity), key=key)


def _judgeable(written: Written) -> bool:
    """What was written anew; a correction tells of something else, and comes too late for its verdict."""
    return bool(written.text) and written.recorded.type != CORRECTED


def _deliveries(program: str, known: Sequence[tuple[str, Activity]]) -> list[Delivery]:
    """One a member, in the order of first appearance."""
    together: dict[str, list[Activity]] = {}
    for member, activity in known:
        together.setdefault(member, []).append(activity)
    return [Delivery(program, member, tuple(activities)) for member, activities in together.items()]
