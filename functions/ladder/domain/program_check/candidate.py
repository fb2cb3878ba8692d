"""A published version, and what a draft must be before it may become one."""

from dataclasses import replace
from datetime import date

from ladder.domain.errors import InvalidRequest
from ladder.domain.program_check import Models, check, ending, ungranted
from ladder.domain.programs.pausing import carried
from ladder.domain.programs.program import Program


def candidate(
    draft: Program, current: Program | None, *, program: str, after: int, models: Models, today: date
) -> Program:
    """The draft as it would be published upon version `after`; `models`: those that its judge may be.

    Raises Unreadable with every place to mend.
    """
    if draft.key != program:
        raise InvalidRequest(f"program: the draft is of {draft.key!r}, and not of {program!r}")
    found = (*check(draft), *ungranted(draft, models), *ending(draft, models, today))
    errors = [str(each) for each in found if each.severity == "error"]
    if errors:
        raise InvalidRequest("; ".join(errors))
    return replace(carried(draft, current) if current else draft, version=after + 1)
