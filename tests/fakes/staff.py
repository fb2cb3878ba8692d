"""What the staff of a program said of themselves, and what each gave on a day, in memory."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from ladder.domain.activities.activity import normalized_id
from ladder.domain.reviews.audit_records import staff_declared
from ladder.domain.reviews.permissions import DailyGrant, Declaration, DeclarationChanged, Role

if TYPE_CHECKING:
    from ladder.domain.audit.records import Record

type Person = tuple[str, str]  # program and subject


class MemoryGiven:
    def __init__(self) -> None:
        self.points = Counter[tuple[str, str, int]]()  # by program, person and minute

    def count(self, grant: DailyGrant) -> None:
        by_minute = {
            minute: points for (of, by, minute), points in self.points.items() if (of, by) == (grant.program, grant.by)
        }
        self.points[grant.program, grant.by, grant.minute] = grant.after(by_minute)[grant.minute]


class MemoryDeclarations:
    """`linked`: members whom a login once led to and does not any more."""

    def __init__(self) -> None:
        self.audit: list[Record] = []
        self.linked: dict[Person, frozenset[str]] = {}
        self._made: dict[Person, Declaration] = {}
        self._admins: set[Person] = set()

    def of(self, program: str, subject: str) -> Declaration:
        person = (program, normalized_id(subject))
        made = self._made.get(person, Declaration())
        return Declaration(made.member, made.own | self.linked.get(person, frozenset()), made.times)

    def admins(self, program: str) -> list[str]:
        return sorted(subject for of, subject in self._admins if of == program)

    def declare(
        self,
        program: str,
        subject: str,
        member: str | None,
        *,
        role: Role = "reviewer",
        after: Declaration,
        at: datetime,
    ) -> None:
        person = (program, normalized_id(subject))
        made = self._made.get(person, Declaration())
        if made.times != after.times:
            raise DeclarationChanged("the same person declared something else in the same moment")
        self._admins |= {(program, subject)} if role == "admin" else set()
        self._made[person] = Declaration(member, made.own | ({member} if member else set()), made.times + 1)
        self.audit.append(staff_declared(program, subject, member, times=made.times + 1, at=at))
