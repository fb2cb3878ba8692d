"""What members wrote, in memory."""

from collections.abc import Collection
from datetime import datetime

from ladder.domain.activities.activity import Key
from ladder.domain.errors import MemberErased


class MemoryMemberTexts:
    """`kept`: text and its moment, by program, member and event; `erased`: programs and members."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, Key], tuple[str, datetime]] = {}
        self.erased: set[tuple[str, str]] = set()

    def save(self, program: str, member: str, event: Key, text: str, *, until: datetime) -> None:
        if (program, member) in self.erased:
            raise MemberErased("the member was erased")
        self.kept.setdefault((program, member, event), (text, until))

    def texts(self, program: str, member: str, events: Collection[Key], *, now: datetime) -> dict[Key, str]:
        found = {event: self.kept[program, member, event] for event in events if (program, member, event) in self.kept}
        return {event: text for event, (text, until) in found.items() if now < until}
