"""A message of the activities queue, read back: what `sqs` wrote, checked before anything rests on it."""

from datetime import UTC, datetime

import msgspec

from ladder.domain.activity import Activity, Delivery, Read
from ladder.domain.errors import Rejected
from ladder.domain.rewards.soundness import unsound
from ladder.domain.rules import Plain


class Told(msgspec.Struct):
    source: str
    id: str
    type: str
    occurred_at: datetime
    attributes: dict[str, Plain]


class Message(msgspec.Struct):
    program: str
    member: str
    activities: list[msgspec.Raw]
    received_at: datetime | None = None


def read_message(body: str) -> Read:
    """Raises Rejected, naming the place, where it is not what a sender of ours writes, or nothing of it is sound."""
    message = _decoded(body)
    found = [(raw, *_sound(raw, place, message.received_at)) for place, raw in enumerate(message.activities)]
    sound = tuple(activity for _, activity, _ in found if activity)
    wrong = [(raw, why) for raw, activity, why in found if not activity]
    if wrong and not sound:
        raise Rejected(wrong[0][1])
    unsound = tuple((_alone(message, raw), why) for raw, why in wrong)
    return Read(Delivery(message.program, message.member, sound), unsound)


def _decoded(body: str) -> Message:
    try:
        return msgspec.json.decode(body, type=Message)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Rejected(f"not a message of activities: {error}") from error


def _sound(raw: msgspec.Raw, place: int, received_at: datetime | None) -> tuple[Activity | None, str]:
    """The activity, or why it is none."""
    try:
        activity = _activity(msgspec.json.decode(raw, type=Told), received_at)
    except (msgspec.DecodeError, UnicodeError, OverflowError) as error:
        return None, f"activities[{place}]: {error}"
    except Rejected as error:
        return None, str(error)
    why = unsound(activity)
    return (None, f"activities[{place}]: {why}") if why else (activity, "")


def _alone(message: Message, raw: msgspec.Raw) -> str:
    return msgspec.json.encode(msgspec.structs.replace(message, activities=[raw])).decode()


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
