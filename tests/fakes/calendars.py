"""Appointments and calendar addresses in memory. `erased`: members whose changes are refused."""

from dataclasses import dataclass, field
from datetime import datetime

from ladder.domain.calendar.appointments import Appointment, AppointmentKey
from ladder.domain.calendar.icalendar import uid_of
from ladder.domain.calendar.ports import Change, Due, Feed, NextLook, Place
from ladder.domain.errors import MemberErased


@dataclass(frozen=True, slots=True)
class MemoryAppointments:
    stored: dict[tuple[str, str, str], Appointment] = field(default_factory=dict)
    looks: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    versions: dict[tuple[str, str, str], int] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def of(self, program: str, member: str) -> list[Appointment]:
        return [self.stored[place] for place in sorted(self.stored) if place[:2] == (program, member)]

    def change(
        self, program: str, member: str, key: AppointmentKey, change: Change, *, next_look: NextLook
    ) -> tuple[Appointment, Appointment]:
        place = (program, member, str(key))
        before = self.stored.get(place, Appointment(key=key))
        after = change(before)
        if after != before:
            if member in self.erased:
                raise MemberErased("the member was erased")
            self.stored[place] = after
            self.versions[place] = self.versions.get(place, 0) + 1
            known, due_at = self.looks.pop(place, None), next_look(after)
            if due_at:
                self.looks[place] = min(due_at, known or due_at)
        return before, after

    def due(self, program: str, now: datetime) -> list[Due]:
        return [
            Due(Place(place[1], self.stored[place].key), due_at, self.versions[place])
            for place, due_at in sorted(self.looks.items())
            if place[0] == program and due_at <= now
        ]

    def looked(self, program: str, due: Due, *, next_at: datetime | None) -> None:
        known = (program, due.place.member, str(due.place.key))
        if self.versions.get(known) == due.version:
            self.looks.pop(known, None)
            if next_at:
                self.looks[known] = next_at

    def find(self, program: str, uid: str) -> Place | None:
        for of, member, _ in self.stored:
            for appointment in self.of(program, member) if of == program else ():
                if not appointment.is_deadline and uid_of(program, member, appointment.key) == uid:
                    return Place(member, appointment.key.series)
        return None


@dataclass(frozen=True, slots=True)
class MemoryFeeds:
    feeds: dict[tuple[str, str], tuple[str, Feed]] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def of(self, program: str, member: str) -> Feed | None:
        known = self.feeds.get((program, member))
        return known[1] if known else None

    def make(self, program: str, feed: Feed, digest: str) -> None:
        if feed.member in self.erased:
            raise MemberErased("the member was erased")
        self.feeds[program, feed.member] = (digest, feed)

    def revoke(self, program: str, member: str) -> None:
        self.feeds.pop((program, member), None)

    def find(self, program: str, digest: str) -> Feed | None:
        found = (feed for (of, _), (known, feed) in self.feeds.items() if (of, known) == (program, digest))
        return next((feed for feed in found if feed.member not in self.erased), None)
