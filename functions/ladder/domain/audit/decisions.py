"""Records of what people decide about a program and its members. Their keys follow from what was decided.

What a person wrote as a reason is part of the record and stays: he is told so, and to name nobody in it.
"""

from collections.abc import Mapping
from datetime import datetime

from ladder.domain.audit.records import Record
from ladder.domain.program import Program


def program_published(program: Program, *, what: str, by: str, why: str, at: datetime) -> Record:
    """Whoever stores the version adds the digest of what he stores."""
    return Record(
        program=program.key,
        key=f"PUBLISHED#{program.version:06d}",
        what=what,
        who=by,
        why=why,
        at=at,
        about={"program_version": program.version},
    )


def asked(
    program: str, request: str, *, what: str, by: str, why: str, at: datetime, about: Mapping[str, str | int]
) -> Record:
    """What a person asked for under an id of his own, which makes the same request the same decision."""
    return Record(
        program=program, key=f"ASKED#{request}", what=what, who=by, why=why, at=at, about={**about, "request": request}
    )


def member_erased(program: str, member: str, *, by: str, why: str, at: datetime) -> Record:
    return Record(
        program=program, key=f"ERASED#{member}", what="member erased", who=by, why=why, at=at, about={"member": member}
    )
