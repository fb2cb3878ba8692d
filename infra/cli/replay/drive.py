"""Send a plan to a stage, at a rate if there is one, and wait until the queue is empty."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.cli.replay.plan import Plan, Post
from infra.cli.replay.senders import body_of, headers_of
from infra.local import LocalError
from infra.local.api import Answer, Api
from ladder.domain.activities.source import Source

TRIES = 4
SERVER_ERROR, OK, REDIRECTED = 500, 200, 300
POLL_SECONDS, PATIENCE_SECONDS = 0.25, 420.0  # a batch that failed comes back after six minutes
EMPTY_READS = 3  # in a row: the counts are approximate

type Tell = Callable[[int], None]  # how many events have gone, or still wait


class ReplayFailed(LocalError):
    """The stage does not accept or process what is sent; the message says where to look."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a source posts, and the secret it signs with."""

    api: Api
    program: str
    source: Source
    secret: str

    def post(self, post: Post) -> None:
        """Post as a sender would: repeat after a server error, not after a refusal."""
        body = body_of(self.source.kind, post.raws)
        for tries in range(TRIES):
            answer = self._posted(body)
            if answer.status < SERVER_ERROR:
                break
            time.sleep(0.2 * 2**tries)
        if not OK <= answer.status < REDIRECTED:
            said = answer.body.decode(errors="replace")[:500]
            raise ReplayFailed(f"the API answered {answer.status} to lines {post.numbers[:20]}: {said}")

    def _posted(self, body: bytes) -> Answer:
        headers = headers_of(self.source.kind, self.secret, body)
        return self.api.post(f"/hooks/{self.program}/{self.source.key}", body, headers)


def send(hook: Hook, plan: Plan, *, rate: float | None, tell: Tell) -> None:
    began, sent = time.monotonic(), 0
    for post in plan.posts:
        if rate:
            time.sleep(max(began + sent / rate - time.monotonic(), 0))
        hook.post(post)
        sent += len(post.raws)
        tell(sent)


@dataclass(frozen=True, slots=True)
class Queues:
    """A queue of the stack with its dead letters: `of` is Activities or Cases."""

    client: Any
    outputs: Mapping[str, str]
    of: str = "Activities"

    def waiting(self) -> int:
        return self._messages(f"{self.of}QueueUrl")

    def failed(self) -> int:
        return self._messages(f"Failed{self.of}QueueUrl")

    def _messages(self, output: str) -> int:
        wanted = [f"ApproximateNumberOfMessages{which}" for which in ("", "NotVisible", "Delayed")]
        told = self.client.get_queue_attributes(QueueUrl=self.outputs[output], AttributeNames=wanted)["Attributes"]
        return sum(int(told.get(name, 0)) for name in wanted)


def drain(queues: Queues, *, tell: Tell, patience: float = PATIENCE_SECONDS, looks: int = EMPTY_READS) -> None:
    """Wait until the queue is empty in `looks` reads in a row. Raises ReplayFailed after `patience` s of no change."""
    left, moved, empty = queues.waiting(), time.monotonic(), 0
    while empty < looks:
        now = queues.waiting()
        tell(now)
        empty = 0 if now else empty + 1
        if now != left:
            left, moved = now, time.monotonic()
        if time.monotonic() - moved > patience:
            raise ReplayFailed(
                f"{left} messages wait in {queues.of} and nothing moves: see the log of the function that reads it"
            )
        time.sleep(POLL_SECONDS)
