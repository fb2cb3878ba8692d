"""Objections (Art. 21 GDPR): what a member may forbid Ladder to do with what is known about them.

They hold at once: the next case is not judged, and the next night is planned without them. Both cost nothing that was
earned, and a withdrawn objection leaves no trace but its records.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, get_args

from ladder.domain.audit.records import Record
from ladder.domain.message import Message

# judging: no model is asked about their texts or tries, none of their texts is stored for it, and what was is deleted.
# adaptive_difficulty: no tier follows their figures. They play the easiest one, are ranked among nobody and set no
# target; challenges that members opt in to are not theirs. The guard looks at what they complete as at everybody's, for
# else objecting would be a way past it: it only holds, and a person decides.
Purpose = Literal["judging", "adaptive_difficulty"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What a member may object to, and whether they do. `since`: of their last word on it; None: they never said."""

    purpose: Purpose
    objects: bool
    since: datetime | None
    explanation: Message


EXPLANATIONS: Mapping[tuple[Purpose, bool], Message] = {
    ("judging", False): Message("objections.judged"),
    ("judging", True): Message("objections.not_judged"),
    ("adaptive_difficulty", False): Message("objections.difficulty_follows"),
    ("adaptive_difficulty", True): Message("objections.difficulty_stays"),
}


def objection(purpose: Purpose, *, objects: bool, since: datetime | None) -> Objection:
    return Objection(purpose=purpose, objects=objects, since=since, explanation=EXPLANATIONS[purpose, objects])


def objection_recorded(program: str, member: str, purpose: Purpose, *, objects: bool, at: datetime) -> Record:
    return Record(
        program=program,
        key=f"OBJECTED#{member}#{purpose}#{at.isoformat()}",
        what="audit.objection_raised" if objects else "audit.objection_withdrawn",
        who=member,
        at=at,
        about={"member": member, "purpose": purpose},
    )


class Objections(Protocol):
    def of(self, program: str, member: str) -> Mapping[Purpose, tuple[bool, datetime]]: ...  # their last word on each
    def objects(self, program: str, member: str, purpose: Purpose) -> bool: ...
    def everybody(self, program: str, purpose: Purpose) -> Iterable[str]: ...  # the members who object
    def change(self, program: str, member: str, purpose: Purpose, *, objects: bool, now: datetime) -> None:
        """Store and audit what the member says; the same again changes nothing. Raises MemberErased.

        An objection to being judged deletes the texts that were stored for it.
        """
