"""What calendars need to be stored: appointments of members, and the addresses of their calendar feeds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ladder.domain.calendar.appointments import Appointment, AppointmentKey

type Change = Callable[[Appointment], Appointment]
type NextLook = Callable[[Appointment], datetime | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an appointment is: whose, and which."""

    member: str
    key: AppointmentKey


@dataclass(frozen=True, slots=True)
class Due:
    """An appointment whose reminder fell due. `since`: when; `version`: how often it had been written by then."""

    place: Place
    since: datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The address of a member's calendar. `language`: of the few words in it that are Ladder's own."""

    member: str
    language: str
    made_at: datetime


class Appointments(Protocol):
    def of(self, program: str, member: str) -> list[Appointment]: ...  # by source, subject and occurrence
    def change(
        self, program: str, member: str, key: AppointmentKey, change: Change, *, next_look: NextLook
    ) -> tuple[Appointment, Appointment]:
        """Apply a change to what is stored now and return it before and after. Raises MemberErased.

        `next_look`: when the changed one falls due, None for never; what was due earlier stays due.
        """

    def due(self, program: str, now: datetime) -> list[Due]: ...
    def looked(self, program: str, due: Due, *, next_at: datetime | None) -> None:
        """Note when to look again, unless the appointment was changed since: then it stays due."""

    def find(self, program: str, uid: str) -> Place | None: ...  # None for a UID that was never given


class Feeds(Protocol):
    """The tokens are only known to who made them: `digest` is the SHA-256 of one."""

    def of(self, program: str, member: str) -> Feed | None: ...
    def make(self, program: str, feed: Feed, digest: str) -> None: ...  # the token before is none any more
    def revoke(self, program: str, member: str) -> None: ...
    def find(self, program: str, digest: str) -> Feed | None: ...  # None for one that is unknown or revoked
