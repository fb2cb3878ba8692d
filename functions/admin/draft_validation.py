"""A program as JSON, at the door: every field known, every value of its kind and within its bounds."""

from collections.abc import Mapping
from typing import Any

from ladder.domain.errors import InvalidRequest
from ladder.domain.programs.program import Program
from ladder.program_validation import checked

MOST_TOLD = 20  # places to mend


def program_of(raw: Mapping[str, Any]) -> Program:
    """Raises Unreadable with the places to mend, and never with more of what was sent than a word."""
    try:
        program, problems = checked(raw)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest("program: it cannot be read") from error
    if program is None:
        raise InvalidRequest("; ".join(map(str, problems[:MOST_TOLD])))
    return program
