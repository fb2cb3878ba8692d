"""The events that Ladder sends to other systems: one form, whether by webhook or on EventBridge.

A type has a version, `ladder.badge.v1`: fields are added to a version, and never changed or removed. What is taken back
is an event of its own, `ladder.badge.withdrawn.v1`, that names the first. Nothing in it says who somebody is: members
go by their random ids, and what people wrote stays with Ladder.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from ladder.domain.delivery.ports import Outgoing

VERSION = "v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemEvent:
    """`id`: the same at every try; `data`: as JSON holds it."""

    id: str
    type: str
    timestamp: str  # ISO 8601
    data: Mapping[str, object]

    @classmethod
    def of(cls, outgoing: Outgoing) -> Self:
        return cls(
            id=f"msg_{outgoing.key}",
            type=f"ladder.{outgoing.occasion}.{VERSION}",
            timestamp=outgoing.sent_at.isoformat(),
            data={
                "program": outgoing.program,
                "member": outgoing.member,
                "title": outgoing.title,
                "language": outgoing.language,
                **outgoing.facts,
            },
        )

    @property
    def withdrawn(self) -> Self:
        """Return the event that takes this one back."""
        first, _, version = self.type.rpartition(".")
        taken_back = {"withdraws": self.id, "program": self.data["program"], "member": self.data["member"]}
        return replace(self, id=f"{self.id}_withdrawn", type=f"{first}.withdrawn.{version}", data=taken_back)

    def body(self) -> Mapping[str, object]:
        return {"type": self.type, "timestamp": self.timestamp, "data": self.data}
