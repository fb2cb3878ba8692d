"""The requests for points that were received, in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from ladder.domain.activities.activity import Key


@dataclass(slots=True)
class MemoryPointRequests:
    received: dict[tuple[str, str, Key], str] = field(default_factory=dict)

    def digest(self, program: str, member: str, event: Key) -> str | None:
        return self.received.get((program, member, event))

    def save(self, program: str, member: str, event: Key, digest: str, *, now: datetime) -> bool:
        known = (program, member, event) in self.received
        self.received.setdefault((program, member, event), digest)
        return not known
