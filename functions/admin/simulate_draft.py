"""Simulate a draft: who would have earned what in the last 30 days. Nothing is written."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from admin.publish import active_members, candidate, current_of
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.draft_trial import DAYS, MemberComparison, Totals, compare
from ladder.domain.points.ports import Ledger
from ladder.domain.program_check import Models, Problem, check, check_members
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import People


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`members`: those for whom it makes a difference, most points first; `whole`: everybody was looked at."""

    program: str
    after: int  # the version that it was compared with
    days: int
    warnings: tuple[Problem, ...]
    members: tuple[tuple[str, MemberComparison], ...]
    totals: Totals
    over_cap: tuple[date, ...]  # days on which all together would have earned more than the draft's cap
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledgers:
    """What is read; `books`: a published version, made ready."""

    people: People
    ledger: Ledger
    books: Callable[[int], CompiledProgram]


def simulate_draft(
    staff: Staff,
    draft: Program,
    *,
    now: datetime,
    models: Models,
    programs: Programs,
    ledgers: Ledgers,
    time_left: Callable[[], bool],
) -> Trial:
    """Members come in the order of nothing, so those for whom there was time are a sample of all.
    `models`: those that a judge may be.

    Raises Unreadable, with every place to mend, where the draft cannot be played.
    """
    authorize(staff, "administer")
    current = current_of(staff.program, programs)
    after = current.version if current else 0
    wanted = candidate(draft, current, program=staff.program, after=after, models=models, today=now.date())
    tried = _Tried()
    if current:  # of a program that nobody plays yet there is nothing to compare
        trying = _Trying(wanted.key, CompiledProgram.of(current), CompiledProgram.of(wanted), ledgers, now.date())
        tried.everybody(trying, time_left)
    return Trial(
        program=wanted.key,
        after=after,
        days=DAYS,
        warnings=(
            *(each for each in check(wanted) if each.severity == "warning"),
            *check_members(wanted, active_members(programs, wanted.key)),
        ),
        members=tuple(sorted(tried.found, key=lambda each: each[1].now.total - each[1].draft.total)),
        totals=tried.totals,
        over_cap=tuple(tried.totals.over(wanted.caps.program_daily_points)),
        whole=tried.whole,
    )


@dataclass(frozen=True, slots=True)
class _Trying:
    """One member's ledger under both."""

    program: str
    now: CompiledProgram
    draft: CompiledProgram
    ledgers: Ledgers
    today: date

    def compared(self, member: str) -> MemberComparison:
        recorded = self.ledgers.ledger.entries(self.program, member)
        books = {version: self.ledgers.books(version) for version in {each.program_version for each in recorded}}
        return compare(books, self.now, self.draft, recorded, today=self.today)


@dataclass(slots=True)
class _Tried:
    totals: Totals = field(default_factory=Totals)
    found: list[tuple[str, MemberComparison]] = field(default_factory=list)
    whole: bool = True

    def everybody(self, trying: _Trying, time_left: Callable[[], bool]) -> None:
        """As far as time allows."""
        for member in _turns(trying.ledgers.people.pages(trying.program)):
            if not time_left():
                self.whole = False
                return
            if member:
                self._add(member, trying.compared(member))

    def _add(self, member: str, compared: MemberComparison) -> None:
        self.totals.add(compared)
        self.found += [(member, compared)] if compared.differs else []


def _turns(pages: Iterable[Sequence[str]]) -> Iterator[str | None]:
    """Member by member, and nobody for a page without any: reading it took its time, too."""
    for page in pages:
        yield from page or (None,)
