"""Published versions of programs, and the audit record of a publication."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.audit.records import Record
from ladder.domain.message import Message
from ladder.domain.programs.program import Program


def program_published(
    program: Program, *, what: str, by: str, why: Message, at: datetime, about: Mapping[str, str] | None = None
) -> Record:
    """Return the audit record; the store of the version adds the digest of what it stores."""
    return Record(
        program=program.key,
        key=f"PUBLISHED#{program.version:06d}",
        what=what,
        who=by,
        why=why,
        at=at,
        about={"program_version": program.version, **(about or {})},
    )


@dataclass(frozen=True, slots=True)
class Publication:
    """`by` and `at` are empty for what was published without a person, as a stage does with its first version."""

    program: Program
    by: str | None
    at: datetime | None
