"""A published version, and what a draft must be before it may become one."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from ladder.domain.asked import Unreadable
from ladder.domain.pausing import carried
from ladder.domain.program import Program
from ladder.domain.program_check import Models, check, ending, ungranted


@dataclass(frozen=True, slots=True)
class Publication:
    """`by` and `at` are empty for what was published without a person, as a stage does with its first version."""

    program: Program
    by: str | None
    at: datetime | None


def candidate(
    draft: Program, current: Program | None, *, program: str, after: int, models: Models, today: date
) -> Program:
    """The draft as it would be published upon version `after`; `models`: those that its judge may be.

    Raises Unreadable with every place to mend.
    """
    if draft.key != program:
        raise Unreadable(f"program: the draft is of {draft.key!r}, and not of {program!r}")
    found = (*check(draft), *ungranted(draft, models), *ending(draft, models, today))
    errors = [str(each) for each in found if each.severity == "error"]
    if errors:
        raise Unreadable("; ".join(errors))
    return replace(carried(draft, current) if current else draft, version=after + 1)
