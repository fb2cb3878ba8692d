"""Send activities to a FIFO queue, in order for each member and each body once, and cases to an unordered queue."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any

import msgspec

from ladder.adapters.aws import ATTEMPTS, Pause, backoff, busy_is_unavailable
from ladder.domain.activities.activity import (
    MAX_BATCH,
    Activity,
    Delivery,
    ParsedMessage,
    WrittenText,
    deliveries,
    validation_error,
)
from ladder.domain.errors import NotCarried, Rejected, Unavailable
from ladder.domain.validation.constraints import Plain

if TYPE_CHECKING:  # ingestion sends no completions, and needs no challenges
    from ladder.domain.challenges.completion import Completion

BATCH = 10  # messages that one call takes
UNSUPPORTED = re.compile("[\ud800-\udfff\ufffe\uffff]")  # by SQS; control characters, too, but JSON escapes them
LARGEST_BATCH = 200_000  # bytes of one call; SQS takes 256 KiB at least
POST_DELAY = 5  # seconds


class SqsMessages:
    """Sends messages in batches: what failed for now is sent again, and a message refused for good delays no other."""

    def __init__(self, client: Any, queue_url: str, *, pause: Pause = backoff) -> None:
        self._client = client
        self._queue_url = queue_url
        self._pause = pause

    def send_all(self, messages: Iterable[Mapping[str, Any]]) -> None:
        """Send each message at least once. Raises Unavailable where any may be missing: send all of them again.

        Raises NotCarried, once all others are sent, with the messages that the queue would refuse each time.
        """
        refused = dict[str, str]()  # body -> why
        for batch in _batches(messages):
            waiting: dict[str, Mapping[str, Any]]
            waiting = {str(number): {"Id": str(number), **message} for number, message in enumerate(batch)}
            for tries in range(ATTEMPTS):
                entries = list(waiting.values())
                with busy_is_unavailable():
                    response = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=entries)
                again = {}  # what failed for now
                for failure in response.get("Failed", []):
                    key, code = failure["Id"], failure.get("Code", "?")
                    if failure.get("SenderFault") and "Thrott" not in code:  # a throttled sender is at fault, too
                        refused[waiting[key]["MessageBody"]] = code
                    else:
                        again[key] = waiting[key]
                if not again:
                    break
                waiting = again
                self._pause(tries)
            else:
                raise Unavailable(f"the queue refused {len(waiting)} messages {ATTEMPTS} times")
        if refused:
            raise NotCarried(f"the queue refuses it: {', '.join(sorted({*refused.values()}))}", tuple(refused))


class SqsActivities:
    def __init__(self, client: Any, queue_url: str, *, pause: Pause = backoff) -> None:
        self._queue = SqsMessages(client, queue_url, pause=pause)

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self._queue.send_all(
            _message(Delivery(delivery.program, delivery.member, batch))
            for delivery in deliveries
            for batch in batched(delivery.activities, MAX_BATCH, strict=False)
        )


class SqsCases:
    """Sends a message for each text that somebody wrote, as `case_messages` reads it.

    It is delayed by a few seconds: by then its entry is mostly in the ledger, and the message need not be retried.
    """

    def __init__(self, client: Any, queue_url: str, *, pause: Pause = backoff) -> None:
        self._queue = SqsMessages(client, queue_url, pause=pause)

    def send(self, posts: Sequence[WrittenText]) -> None:
        messages = list[Mapping[str, Any]]()
        for post in posts:
            received_at = post.recorded.received_at
            payload = _as_json(post.recorded) | {
                "program": post.program,
                "member": post.member,
                "text": post.text,
                "text_key": post.key,
                "received_at": received_at and _iso(received_at),
            }
            messages.append({"MessageBody": _canonical(payload), "DelaySeconds": POST_DELAY})
        self._queue.send_all(messages)


class SqsCompletions:
    """Sends the rotation's completions through the same queue as all other activities."""

    def __init__(self, client: Any, queue_url: str, *, pause: Pause = backoff) -> None:
        self._activities = SqsActivities(client, queue_url, pause=pause)

    def send(self, completions: Sequence["Completion"]) -> None:
        self._activities.send(deliveries((done.program, done.member, done.activity) for done in completions))


def message_body(delivery: Delivery) -> str:
    """Return the delivery as canonical JSON: the same delivery is the same text."""
    received_at = delivery.activities[0].received_at
    payload = {
        "program": delivery.program,
        "member": delivery.member,
        "received_at": received_at and _iso(received_at),
        "activities": [_as_json(activity) for activity in delivery.activities],
    }
    return _canonical(payload)


def _message(delivery: Delivery) -> Mapping[str, str]:
    """Return the message, deduplicated by all but its time of receipt: a repeat is dropped, a changed body arrives."""
    content = [delivery.program, delivery.member, [_as_json(activity) for activity in delivery.activities]]
    return {
        "MessageBody": message_body(delivery),
        "MessageGroupId": f"{delivery.program}#{delivery.member}",
        "MessageDeduplicationId": hashlib.sha256(_canonical(content).encode()).hexdigest(),
    }


def _batches(messages: Iterable[Mapping[str, Any]]) -> Iterable[list[Mapping[str, Any]]]:
    """Group messages by what one call takes, by number and by bytes."""
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


def _canonical(value: object) -> str:
    """Return JSON in characters that SQS supports: others are escaped, and lone surrogates replaced."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return UNSUPPORTED.sub(lambda match: f"\\u{ord(match[0]):04x}" if match[0] >= "\ue000" else "\ufffd", text)


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
    """Parse a message. Raises Rejected, naming the place, where it is none of ours or no activity of it is valid."""
    try:
        message = msgspec.json.decode(body, type=Message)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Rejected(f"not a message of activities: {error}") from error
    activities, rejected = list[Activity](), list[tuple[str, str]]()
    for index, raw in enumerate(message.activities):
        try:
            fields = msgspec.json.decode(raw, type=ActivityMessage)
            activity = Activity(
                source=fields.source,
                id=fields.id,
                type=fields.type,
                occurred_at=fields.occurred_at.astimezone(UTC),
                received_at=message.received_at,
                attributes=fields.attributes,
            )
            zoned = fields.occurred_at.tzinfo is not None
            wrong = validation_error(activity) if zoned else "occurred_at needs a zone, such as 2026-03-01T10:00:00Z"
        except (msgspec.DecodeError, UnicodeError, OverflowError) as error:
            wrong = str(error)
        if wrong:
            alone = msgspec.json.encode(msgspec.structs.replace(message, activities=[raw])).decode()
            rejected.append((alone, f"activities[{index}]: {wrong}"))
        else:
            activities.append(activity)
    if rejected and not activities:
        raise Rejected(rejected[0][1])
    return ParsedMessage(Delivery(message.program, message.member, tuple(activities)), tuple(rejected))
