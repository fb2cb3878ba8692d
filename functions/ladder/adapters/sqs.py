"""Completions to a FIFO queue: in order for each member, and the same body only once."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from itertools import batched
from typing import Any

from ladder.adapters.aws import ATTEMPTS, Pause, backoff, busy_is_unavailable
from ladder.domain.completion import Completion
from ladder.domain.errors import Unavailable

BATCH = 10  # messages that one call takes

type Entries = dict[str, Mapping[str, str]]  # by the id that an answer names them with


class SqsCompletions:
    def __init__(self, client: Any, queue_url: str, *, pause: Pause = backoff) -> None:
        self._client = client
        self._queue_url = queue_url
        self._pause = pause

    def send(self, completions: Sequence[Completion]) -> None:
        """Each at least once, or Unavailable: then any of them may have been sent, and all are to be sent again."""
        for batch in batched(completions, BATCH, strict=False):
            self._send_batch({str(place): _entry(str(place), each) for place, each in enumerate(batch)})

    def _send_batch(self, waiting: Entries) -> None:
        """What the answer names as failed is sent again, a bounded number of times."""
        for tries in range(ATTEMPTS):
            waiting = self._failed(waiting)
            if not waiting:
                return
            self._pause(tries)
        raise Unavailable(f"the queue refused {len(waiting)} completions {ATTEMPTS} times")

    def _failed(self, entries: Entries) -> Entries:
        with busy_is_unavailable():
            answer = self._client.send_message_batch(QueueUrl=self._queue_url, Entries=list(entries.values()))
        return {failure["Id"]: entries[failure["Id"]] for failure in answer.get("Failed", [])}


def _entry(entry_id: str, completion: Completion) -> Mapping[str, str]:
    """The digest covers the id: a changed body under the same id must arrive, to be noticed."""
    body = message_body(completion)
    return {
        "Id": entry_id,
        "MessageBody": body,
        "MessageGroupId": f"{completion.program}#{completion.member}",
        "MessageDeduplicationId": hashlib.sha256(body.encode()).hexdigest(),
    }


def message_body(completion: Completion) -> str:
    """The completion as an activity, in canonical JSON: the same one is the same text."""
    activity = {
        "id": completion.id,
        "type": "challenge.completed",
        "source": "rotation",
        "program": completion.program,
        "member": completion.member,
        "occurred_at": completion.occurred_at.astimezone(UTC).isoformat(),
        "attributes": _attributes(completion),
    }
    return json.dumps(activity, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _attributes(completion: Completion) -> dict[str, object]:
    return {
        "date": completion.date.isoformat(),
        "category": completion.category,
        "tier": completion.tier,
        "metric": completion.metric,
        "value": completion.value,
        "measured": completion.measured,
        "bonus_percentage": completion.bonus_percentage,
        "target": completion.target,
        "points": completion.points,
        "rotation": completion.rotation,
        "program_version": completion.program_version,
        "sentence": completion.sentence,
        "held": completion.held,
        "mirrored": completion.mirrored,
    }
