"""Preferences of a member: their language, who hears of what they reached, and when and by what they may be written to.

The program decides what is said at all; a member decides what of it reaches them, and who else hears of them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal, Protocol

from ladder.domain.errors import InvalidRequest
from ladder.domain.message import Message
from ladder.domain.validation.constraints import is_time_zone

# public: everybody in the program may hear of it; team: the team may; private: only the member does; none: nobody is
# told, not even they.
Recognition = Literal["public", "team", "private", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Local times between which nothing is sent; `ends` is on the next day where it is the earlier of the two."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """`language`: None: whatever the reader's browser asks for; `time_zone` and `quiet_hours`: None: the program's.

    `muted`: kinds of messages, and `channels_off`: keys of the program's channels, by which nothing reaches the member.
    `version` counts the changes: 0 where the member never said anything.
    """

    language: str | None = None
    recognition: Recognition = "private"
    time_zone: str | None = None
    quiet_hours: QuietHours | None = None
    muted: frozenset[str] = frozenset()
    channels_off: frozenset[str] = frozenset()
    version: int = 0
    changed_at: datetime | None = None


NO_PREFERENCES = Preferences()


def require_possible(preferences: Preferences) -> None:
    """Raise InvalidRequest for a time zone that there is not, and for quiet hours that never begin or never end."""
    if preferences.time_zone is not None and not is_time_zone(preferences.time_zone):
        raise InvalidRequest(Message("members.no_such_time_zone", {"zone": preferences.time_zone}))
    quiet = preferences.quiet_hours
    if quiet is not None and quiet.begins == quiet.ends:
        raise InvalidRequest(Message("members.quiet_hours_empty"))


class MemberPreferences(Protocol):
    def of(self, program: str, member: str) -> Preferences: ...
    def of_all(self, program: str, members: Collection[str]) -> Mapping[str, Preferences]: ...  # of each of them
    def save(self, program: str, member: str, preferences: Preferences, *, now: datetime) -> Preferences:
        """Store what the member says, as the next version after `preferences.version`, and return it.

        The same again changes nothing. Raises Superseded where another change came first, MemberErased.
        """
