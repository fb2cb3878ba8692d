"""Disputes in memory, with what the audit knows of them."""

from typing import TYPE_CHECKING

from ladder.domain.points.disputes import Dispute

if TYPE_CHECKING:
    from ladder.domain.activities.activity import Key


class MemoryDisputes:
    def __init__(self) -> None:
        self.audit: list[tuple[str, str, Key]] = []  # program, member and event
        self._raised: dict[tuple[str, str, Key], Dispute] = {}

    def record(self, dispute: Dispute) -> Dispute | None:
        at = (dispute.program, dispute.member, dispute.key)
        first = self._raised.setdefault(at, dispute)
        if first is not dispute:
            return first
        self.audit.append(at)
        return None

    def of(self, program: str, member: str) -> list[Dispute]:
        return [each for (of, whose, _), each in self._raised.items() if (of, whose) == (program, member)]
