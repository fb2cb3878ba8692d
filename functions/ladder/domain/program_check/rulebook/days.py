"""Days: when people work, how late an event may come, how long an award may wait; and what people may give."""

from collections.abc import Iterator

from ladder.domain.program import Program
from ladder.domain.program_check.problem import Problem, error

MOST_LATE_DAYS = 365
MOST_HOLD_DAYS = 90
MOST_GRANTED = 100_000
THOUSAND = 1000
_WEEK = range(1, 8)


def check_days(program: Program) -> Iterator[Problem]:
    book = program.rulebook
    named = sorted(book.work_days)
    if not named or not set(named) <= set(_WEEK) or len(set(named)) < len(named):
        message = f"{', '.join(map(str, named)) or 'none'} are no work days of a week"
        yield error(("work_days",), message, "Write each day once, such as [mon, tue, wed, thu, fri].")
    if not 0 <= book.late_days <= MOST_LATE_DAYS:
        mend = f"Write 0 to {MOST_LATE_DAYS}; 7 is usual."
        yield error(("late_days",), f"an event cannot be {book.late_days} days late", mend)
    if not 1 <= book.hold_days <= MOST_HOLD_DAYS:
        mend = f"Write 1 to {MOST_HOLD_DAYS}; 14 is usual."
        yield error(("hold_days",), f"an award cannot be held for {book.hold_days} days", mend)
    if not 0 <= book.audited_per_thousand <= THOUSAND:
        message = f"{book.audited_per_thousand} of a thousand awards cannot be drawn"
        yield error(("audited_per_thousand",), message, f"Write 0 to {THOUSAND}; 10 is one of a hundred.")
    if not 0 <= book.most_granted <= MOST_GRANTED:
        mend = f"Write 0 to {MOST_GRANTED}; 0 lets nobody give points by hand."
        yield error(("most_granted",), f"nobody may give {book.most_granted} points at once", mend)
