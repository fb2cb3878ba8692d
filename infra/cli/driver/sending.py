"""Send events to a stage as their source would, signed, and wait until the queue behind it is empty."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from infra.local import LocalError
from infra.local.api import Api
from infra.local.emulator import Emulator
from ladder.adapters.secrets import secret_name
from ladder.domain.activities.source import Source, SourceKind

JSON = {"content-type": "application/json"}
STANDARD_PREFIX = "whsec_"
TRIES, SERVER_ERROR = 4, 500
EVENTS_PER_REQUEST = 25
POLL_SECONDS, PATIENCE_SECONDS = 0.25, 420.0  # a batch that failed comes back after six minutes
EMPTY_READS = 3  # in a row: the counts are approximate


def new_secret(kind: SourceKind) -> str:
    if kind == "xapi":
        return f"replay:{secrets.token_urlsafe(24)}"
    return STANDARD_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(
    kind: SourceKind, secret: str, events: Sequence[bytes], *, clock: Callable[[], float] = time.time
) -> tuple[bytes, Mapping[str, str]]:
    """Return the body, with the events byte by byte as they are, and its headers.

    xAPI has basic authentication, others are signed by Standard Webhooks 1.0, with an HMAC-SHA256.
    """
    joined = b",".join(events)
    if kind == "xapi":
        return b"[" + joined + b"]", {**JSON, "authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}
    body, message, sent = b'{"events":[' + joined + b"]}", f"msg_{secrets.token_hex(12)}", str(int(clock()))
    key = base64.b64decode(secret.removeprefix(STANDARD_PREFIX))
    mac = hmac.digest(key, f"{message}.{sent}.".encode() + body, hashlib.sha256)
    signature = f"v1,{base64.b64encode(mac).decode()}"
    return body, {**JSON, "webhook-id": message, "webhook-timestamp": sent, "webhook-signature": signature}


@dataclass(frozen=True, slots=True)
class Sender:
    """A source of a program on a stage: where it posts, and the secret it signs with. `sent`: its events so far."""

    api: Api
    program: str
    source: Source
    secret: str = field(repr=False)
    sent: list[bytes] = field(default_factory=list, repr=False)

    @classmethod
    def connect(cls, aws: Emulator, outputs: Mapping[str, str], program: str, source: Source) -> Self:
        """Store a new secret for the source on the stage."""
        secret, name = new_secret(source.kind), secret_name(outputs["Environment"], program, "sources", source.key)
        aws.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps({"secrets": [secret]}))
        return cls(Api(aws, outputs), program, source, secret)

    def send(self, events: Sequence[bytes], name: str = "the events") -> None:
        """Send them in one request, again after a server error, and not after a refusal. Raises ApiRefused.

        `name`: how an error calls these events.
        """
        for tries in range(TRIES):
            body, headers = signed(self.source.kind, self.secret, events)
            answer = self.api.post(f"/hooks/{self.program}/{self.source.key}", body, headers)
            if answer.status < SERVER_ERROR:
                break
            time.sleep(0.2 * 2**tries)
        answer.json(to=name)
        self.sent.extend(events)

    def post(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Send canonical events, some in a request."""
        raws = [json.dumps(event, ensure_ascii=False).encode() for event in events]
        for start in range(0, len(raws), EVENTS_PER_REQUEST):
            self.send(raws[start : start + EVENTS_PER_REQUEST])


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of the stack, and the one that its failed messages end in. `name`: Activities or Cases."""

    client: Any
    outputs: Mapping[str, str]
    name: str = "Activities"

    def waiting(self) -> int:
        return self._messages(f"{self.name}QueueUrl")

    def failed(self) -> int:
        return self._messages(f"Failed{self.name}QueueUrl")

    def _messages(self, output: str) -> int:
        names = [f"ApproximateNumberOfMessages{suffix}" for suffix in ("", "NotVisible", "Delayed")]
        counts = self.client.get_queue_attributes(QueueUrl=self.outputs[output], AttributeNames=names)["Attributes"]
        return sum(int(counts.get(name, 0)) for name in names)

    def drain(
        self,
        show: Callable[[int, int], object] = lambda *_: None,
        *,
        patience: float = PATIENCE_SECONDS,
        reads: int = EMPTY_READS,
    ) -> None:
        """Wait until it is empty in `reads` reads in a row. Raises LocalError after `patience` s of no change.

        `show`: takes how many are processed, of as many as have waited at most; what is processed may send more.
        """
        left, moved, empty, most = self.waiting(), time.monotonic(), 0, 0
        while empty < reads:
            now = self.waiting()
            most = max(most, now)
            show(most - now, most)
            empty = 0 if now else empty + 1
            if now != left:
                left, moved = now, time.monotonic()
            if time.monotonic() - moved > patience:
                raise LocalError(
                    f"{left} messages wait in {self.name} and nothing moves: see the log of the function that reads it"
                )
            time.sleep(POLL_SECONDS)
