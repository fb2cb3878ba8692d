"""Activities to a FIFO queue: in order for each member, and the same body only once. Cases to one without order."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any

import msgspec

from ladder.adapters.aws import ATTEMPTS, Pause, backoff, busy_is_unavailable
from ladder.domain.activities.activity import MAX_BATCH, Activity, Delivery, ParsedMessage, validation_error
from ladder.domain.activities.written_text import WrittenText
from ladder.domain.challenges.completion import Completion
from ladder.domain.errors import NotCarried, Rejected, Unavailable
from ladder.domain.programs.rules import Plain

BATCH = 10  # messages that one call takes
UNCARRIED = re.compile("[\ud800-\udfff\ufffe\uffff]")  # and control characters, which JSON escapes anyway
LARGEST_BATCH = 200_000  # bytes of one call; SQS takes 256 KiB at least
POST_DELAY = 5  # seconds

type Entries = dict[str, Mapping[str, Any]]  # by the id that an answer names them with


class SqsMessages:
    """Batches of messages. What was refused for now is sent again, and what is refused for good costs no other."""

    def __init__(self, client: Any, queue_url: str, *, pause: Pause = backoff) -> None:
        self._client = client
        self._queue_url = queue_url
        self._pause = pause

    def send_all(self, messages: Iterable[Mapping[str, Any]]) -> None:
        """Each at least once, or Unavailable: then any of them may have been sent, and all are to be sent again.

        Raises NotCarried, once all others are sent, with what the queue would refuse each time.
        """
        refused = dict[str, str]()  # body -> why
        for batch in _batches(messages):
            refused |= self._send_batch({str(place): {"Id": str(place), **each} for place, each in enumerate(batch)})
        if refused:
            raise NotCarried(f"the queue refuses it: {', '.join(sorted({*refused.values()}))}", tuple(refused))

    def _send_batch(self, waiting: Entries) -> Mapping[str, str]:
        """What is refused for good, and why; what else failed is sent again, a bounded number of times."""
        refused = dict[str, str]()
        for tries in range(ATTEMPTS):
            failures = self._failures(waiting)
            refused |= {waiting[key]["MessageBody"]: code for key, code, for_good in failures if for_good}
            waiting = {key: waiting[key] for key, _, for_good in failures if not for_good}
            if not waiting:
                return refused
            self._pause(tries)
        raise Unavailable(f"the queue refused {len(waiting)} messages {ATTEMPTS} times")

    def _failures(self, entries: Entries) -> list[tuple[str, str, bool]]:
        """Id, code, and whether the message itself is at fault."""
        with busy_is_unavailable():
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=list(entries.values()))
        return [(each["Id"], each.get("Code", "?"), _is_for_good(each)) for each in answer.get("Failed", [])]


def _is_for_good(failure: Mapping[str, Any]) -> bool:
    """A throttled sender is at fault, too, and not for good."""
    return bool(failure.get("SenderFault")) and "Thrott" not in failure.get("Code", "")


class SqsActivities:
    def __init__(self, client: Any, queue_url: str, *, pause: Pause = backoff) -> None:
        self._queue = SqsMessages(client, queue_url, pause=pause)

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self._queue.send_all(_messages(deliveries))


class SqsCases:
    """A message for each thing that somebody wrote, as `case_messages` reads it.

    It shows a few seconds late: by then its entry is in the ledger, on most days, and nobody has to come again for it.
    """

    def __init__(self, client: Any, queue_url: str, *, pause: Pause = backoff) -> None:
        self._queue = SqsMessages(client, queue_url, pause=pause)

    def send(self, posts: Sequence[WrittenText]) -> None:
        self._queue.send_all({"MessageBody": _post(each), "DelaySeconds": POST_DELAY} for each in posts)


class SqsCompletions:
    """The rotation's completions pay through the same door as everything else."""

    def __init__(self, client: Any, queue_url: str, *, pause: Pause = backoff) -> None:
        self._activities = SqsActivities(client, queue_url, pause=pause)

    def send(self, completions: Sequence[Completion]) -> None:
        self._activities.send(deliveries(completions))


def deliveries(completions: Iterable[Completion]) -> list[Delivery]:
    """One a member, in the order of first appearance."""
    found: dict[tuple[str, str], list[Activity]] = {}
    for completion in completions:
        found.setdefault((completion.program, completion.member), []).append(completion.activity)
    return [Delivery(program, member, tuple(activities)) for (program, member), activities in found.items()]


def message_body(delivery: Delivery) -> str:
    """Canonical JSON: the same delivery is the same text."""
    received_at = delivery.activities[0].received_at
    told = {
        "program": delivery.program,
        "member": delivery.member,
        "received_at": received_at and _iso(received_at),
        "activities": [_as_json(activity) for activity in delivery.activities],
    }
    return _canonical(told)


def _post(written: WrittenText) -> str:
    received_at = written.recorded.received_at
    told = _as_json(written.recorded) | {
        "program": written.program,
        "member": written.member,
        "text": written.text,
        "text_key": written.key,
        "received_at": received_at and _iso(received_at),
    }
    return _canonical(told)


def _messages(deliveries: Sequence[Delivery]) -> Iterable[Mapping[str, str]]:
    for delivery in deliveries:
        for together in batched(delivery.activities, MAX_BATCH, strict=False):
            yield _message(Delivery(delivery.program, delivery.member, together))


def _message(delivery: Delivery) -> Mapping[str, str]:
    """The digest covers all but the time of receipt: what a sender repeats is dropped, a changed body arrives."""
    told = [delivery.program, delivery.member, [_as_json(activity) for activity in delivery.activities]]
    return {
        "MessageBody": message_body(delivery),
        "MessageGroupId": f"{delivery.program}#{delivery.member}",
        "MessageDeduplicationId": hashlib.sha256(_canonical(told).encode()).hexdigest(),
    }


def _batches(messages: Iterable[Mapping[str, Any]]) -> Iterable[list[Mapping[str, Any]]]:
    """As many as one call takes, by number and by bytes."""
    batch, size = list[Mapping[str, Any]](), 0
    for message in messages:
        length = len(message["MessageBody"].encode())
        if batch and (len(batch) == BATCH or size + length > LARGEST_BATCH):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += length
    if batch:
        yield batch


def _as_json(activity: Activity) -> dict[str, object]:
    return {
        "source": activity.source,
        "id": activity.id,
        "type": activity.type,
        "occurred_at": _iso(activity.occurred_at),
        "attributes": dict(activity.attributes),
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _canonical(told: object) -> str:
    """In characters that a queue carries: the others are escaped, and halves of pairs, which nobody reads, replaced."""
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return UNCARRIED.sub(lambda found: f"\\u{ord(found[0]):04x}" if found[0] >= "\ue000" else "\ufffd", text)


class ActivityMessage(msgspec.Struct):
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


def read_message(body: str) -> ParsedMessage:
    """Raises Rejected, naming the place, where it is not what a sender of ours writes, or nothing of it is sound."""
    message = _decoded(body)
    found = [(raw, *_sound(raw, place, message.received_at)) for place, raw in enumerate(message.activities)]
    sound = tuple(activity for _, activity, _ in found if activity)
    wrong = [(raw, why) for raw, activity, why in found if not activity]
    if wrong and not sound:
        raise Rejected(wrong[0][1])
    unsound = tuple((_alone(message, raw), why) for raw, why in wrong)
    return ParsedMessage(Delivery(message.program, message.member, sound), unsound)


def _decoded(body: str) -> Message:
    try:
        return msgspec.json.decode(body, type=Message)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Rejected(f"not a message of activities: {error}") from error


def _sound(raw: msgspec.Raw, place: int, received_at: datetime | None) -> tuple[Activity | None, str]:
    """The activity, or why it is none."""
    try:
        activity = _activity(msgspec.json.decode(raw, type=ActivityMessage), received_at)
    except (msgspec.DecodeError, UnicodeError, OverflowError) as error:
        return None, f"activities[{place}]: {error}"
    except Rejected as error:
        return None, str(error)
    why = validation_error(activity)
    return (None, f"activities[{place}]: {why}") if why else (activity, "")


def _alone(message: Message, raw: msgspec.Raw) -> str:
    return msgspec.json.encode(msgspec.structs.replace(message, activities=[raw])).decode()


def _activity(told: ActivityMessage, received_at: datetime | None) -> Activity:
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
