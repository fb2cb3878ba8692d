"""A message of the activities queue, read back: what `sqs` wrote, checked before anything rests on it."""

from datetime import UTC, datetime

import msgspec

from ladder.domain.activity import Activity, Delivery
from ladder.domain.errors import Rejected
from ladder.domain.rewards.soundness import unsound
from ladder.domain.rulebook import Plain


class Told(msgspec.Struct):
    source: str
    id: str
    type: str
    occurred_at: datetime
    attributes: dict[str, Plain]


class Message(msgspec.Struct):
    program: str
    member: str
    activities: list[Told]
    received_at: datetime | None = None


def read_message(body: str) -> Delivery:
    """Raises Rejected, naming the place, where it is not what a sender of ours writes."""
    try:
        message = msgspec.json.decode(body, type=Message)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Rejected(f"not a message of activities: {error}") from error
    activities = tuple(_activity(told, message.received_at) for told in message.activities)
    for place, activity in enumerate(activities):
        if why := unsound(activity):
            raise Rejected(f"activities[{place}]: {why}")
    return Delivery(message.program, message.member, activities)


def _activity(told: Told, received_at: datetime | None) -> Activity:
    if told.occurred_at.tzinfo is None:
        raise Rejected(f"{told.source} {told.id}: occurred_at needs a zone, such as 2026-03-01T10:00:00Z")
    return Activity(
        source=told.source,
        id=told.id,
        type=told.type,
        occurred_at=told.occurred_at.astimezone(UTC),
        received_at=received_at,
        attributes=told.attributes,
    )
