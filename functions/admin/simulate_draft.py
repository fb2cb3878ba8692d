"""Simulate a draft: who would have earned what in the last 30 days. Nothing is written."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from admin.publish import current_of
from ladder.domain.program import Program
from ladder.domain.program_check import Problem, check
from ladder.domain.publishing import candidate
from ladder.domain.reviews.rights import Staff, allow
from ladder.domain.rewards.book import Book
from ladder.domain.rewards.preview import DAYS, Compared, Totals, compare
from ladder.ports.points import Ledger
from ladder.ports.programs import Programs
from ladder.ports.records import People


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """`members`: those for whom it makes a difference, most points first; `whole`: everybody was looked at."""

    program: str
    after: int  # the version that it was compared with
    days: int
    warnings: tuple[Problem, ...]
    members: tuple[tuple[str, Compared], ...]
    totals: Totals
    over_cap: tuple[date, ...]  # days on which all together would have earned more than the draft's cap
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledgers:
    """What is read; `books`: a published version, made ready."""

    people: People
    ledger: Ledger
    books: Callable[[int], Book]


def simulate_draft(
    staff: Staff,
    draft: Program,
    *,
    now: datetime,
    models: Collection[str],
    programs: Programs,
    ledgers: Ledgers,
    time_left: Callable[[], bool],
) -> Trial:
    """Members come in the order of nothing, so those for whom there was time are a sample of all.
    `models`: those that a judge may be.

    Raises Unreadable, with every place to mend, where the draft cannot be played.
    """
    allow(staff, "administer")
    current = current_of(staff.program, programs)
    after = current.version if current else 0
    wanted = candidate(draft, current, program=staff.program, after=after, models=models)
    totals, found, whole = Totals(), list[tuple[str, Compared]](), True
    for member, compared in _compared(wanted, current, ledgers, today=now.date()):
        totals.add(compared)
        found += [(member, compared)] if compared.differs else []
        if not time_left():
            whole = False
            break
    return Trial(
        program=wanted.key,
        after=after,
        days=DAYS,
        warnings=tuple(each for each in check(wanted) if each.severity == "warning"),
        members=tuple(sorted(found, key=lambda each: each[1].now.total - each[1].draft.total)),
        totals=totals,
        over_cap=tuple(totals.over(wanted.caps.program_daily_points)),
        whole=whole,
    )


def _compared(
    wanted: Program, current: Program | None, ledgers: Ledgers, *, today: date
) -> Iterator[tuple[str, Compared]]:
    """Of a program that nobody plays yet there is nothing to compare."""
    if current is None:
        return
    now, draft = Book.of(current), Book.of(replace(wanted, version=wanted.version))
    for member in ledgers.people.all(wanted.key):
        recorded = ledgers.ledger.entries(wanted.key, member)
        books = {version: ledgers.books(version) for version in {each.program_version for each in recorded}}
        yield member, compare(books, now, draft, recorded, today=today)
