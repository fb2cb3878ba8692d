"""Take: events that are genuine become activities of members, all of them or none."""

from collections.abc import Sequence
from datetime import datetime

from ladder.domain.activity import Activity, Delivery
from ladder.domain.inbound import Contents, Taken, activity_of
from ladder.domain.rulebook import Source
from ladder.ports import Activities, Identities


def take(
    contents: Contents, source: Source, *, program: str, now: datetime, identities: Identities, activities: Activities
) -> Taken:
    """Returns after the queue has everything. One event out of bounds, and nothing is sent and nobody made known.

    What a member sent together is one delivery; events of erased members are dropped.
    """
    read = [(event.member, activity_of(event, source=source.key, received_at=now)) for event in contents.events]
    members = identities.resolve(program, source.key, {raw for raw, _ in read}) if read else {}
    known = [(member, activity) for raw, activity in read if (member := members[raw]) is not None]
    if known:
        activities.send(_deliveries(program, known))
    return Taken(accepted=len(known), ignored=contents.ignored + len(read) - len(known), ids=contents.ids)


def _deliveries(program: str, known: Sequence[tuple[str, Activity]]) -> list[Delivery]:
    """One a member, in the order of first appearance."""
    together: dict[str, list[Activity]] = {}
    for member, activity in known:
        together.setdefault(member, []).append(activity)
    return [Delivery(program, member, tuple(activities)) for member, activities in together.items()]
