"""Learning systems that award nothing by API: what stands for a badge there is a marker, a hidden course or a group.

Completing the course, or being in the group, makes the system award its own badge. Options: `marker.<badge>`: the id of
the course or group. Being marked is a state: marking twice changes nothing, it can be read back, and it is undone.
"""

from collections.abc import Mapping
from typing import Protocol

from ladder.domain.delivery.ports import Guarantee, Outgoing, Pace
from ladder.domain.errors import Rejected


class MarkerSystem(Protocol):
    """A learning system, with its own words for marking a user."""

    def mark(self, user: str, marker: str) -> None: ...
    def unmark(self, user: str, marker: str) -> bool: ...  # False where the system cannot
    def is_marked(self, user: str, marker: str) -> bool: ...


def number(text: str) -> int:
    """Return a number that an address or a marker is. Raises Rejected for any other text."""
    if not (text.isascii() and text.isdigit()):
        raise Rejected("a user, a course or a group of this learning system is a number")
    return int(text)


class MarkerChannel:
    guarantee: Guarantee = "idempotent"
    pace = Pace()

    def __init__(self, system: MarkerSystem, markers: Mapping[str, str]) -> None:
        self._system = system
        self._markers = markers

    def send(self, outgoing: Outgoing) -> str | None:
        marker = self._marker(outgoing)
        self._system.mark(outgoing.to, marker)
        return marker

    def find(self, outgoing: Outgoing) -> str | None:
        marker = self._marker(outgoing)
        return marker if self._system.is_marked(outgoing.to, marker) else None

    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool:
        return self._system.unmark(outgoing.to, receipt)

    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None:
        return self._system.is_marked(outgoing.to, receipt)

    def _marker(self, outgoing: Outgoing) -> str:
        badge = str(outgoing.facts.get("badge", ""))
        if badge not in self._markers:
            raise Rejected(f"no option marker.{badge or '<badge>'} says what stands for it in the learning system")
        return self._markers[badge]
