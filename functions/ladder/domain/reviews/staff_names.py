"""Names of staff as their directory has them now: whoever has left it has no name any more."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

SUBJECT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # a UUID with its hyphens, which no member's id has


@dataclass(frozen=True)
class StaffNames:
    """`staff`: reads the names of everybody who decides, by the subject of their login; `members`: names, by id."""

    staff: Callable[[], Mapping[str, str]]
    members: Mapping[str, str]

    @cached_property
    def _staff(self) -> Mapping[str, str]:
        return self.staff()

    def of(self, who: str) -> str | None:
        """Return a name; what is no login, such as the schedule, is its own; None for somebody who left."""
        return self._staff.get(who) if SUBJECT.fullmatch(who) else self.members.get(who, who)
