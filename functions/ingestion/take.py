"""Take: events that are genuine become activities of members, all of them or none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ladder.domain.activity import Activity, Delivery
from ladder.domain.inbound import Contents, Taken, activity_of
from ladder.domain.rulebook import Source
from ladder.ports import Activities, Identities

MENTIONS = ("colleague",)  # attributes that are somebody else's user id in the source


def take(
    contents: Contents, source: Source, *, program: str, now: datetime, identities: Identities, activities: Activities
) -> Taken:
    """Returns after the queue has everything. One event out of bounds, and nothing is sent and nobody made known.

    What a member sent together is one delivery; events of erased members are dropped. Whom an event only mentions is
    known by a mark from here on.
    """
    read = [(event.member, activity_of(event, source=source.key, received_at=now)) for event in contents.events]
    read = [(raw, _without_names(activity, identities)) for raw, activity in read]
    members = identities.resolve(program, source.key, {raw for raw, _ in read}) if read else {}
    known = [(member, activity) for raw, activity in read if (member := members[raw]) is not None]
    if known:
        activities.send(_deliveries(program, known))
    return Taken(accepted=len(known), ignored=contents.ignored + len(read) - len(known), ids=contents.ids)


def _without_names(activity: Activity, identities: Identities) -> Activity:
    """Nobody's user id gets into another member's ledger, where it would outlive him."""
    mentioned = {name: value for name, value in activity.attributes.items() if name in MENTIONS and value is not None}
    marks = {name: identities.mark(activity.source, str(value)) for name, value in mentioned.items()}
    return replace(activity, attributes={**activity.attributes, **marks}) if marks else activity


def _deliveries(program: str, known: Sequence[tuple[str, Activity]]) -> list[Delivery]:
    """One a member, in the order of first appearance."""
    together: dict[str, list[Activity]] = {}
    for member, activity in known:
        together.setdefault(member, []).append(activity)
    return [Delivery(program, member, tuple(activities)) for member, activities in together.items()]
