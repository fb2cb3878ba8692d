"""The keys of the `members` table. Every partition key begins with the program's, so none reads another's."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ladder.adapters.dynamodb.keys import Span, within
from ladder.adapters.dynamodb.table import Check, Clause
from ladder.domain.activities.activity import Key

IDENTITY = "IDENTITY"  # of a hash: who it is; with a hash behind it, of a member: by which hashes he is known


def member(program: str, member: str) -> str:
    """The partition of everything about a member; also that of a hash, which is twice as long as a member's id."""
    return f"{program}#{member}"


def identity(hashed: str) -> str:
    return f"{IDENTITY}#{hashed}"


def first_link(source: str) -> str:
    """Of a member: that a person has linked an id of the source, whatever has become of it."""
    return f"LINKED#{source}"


def identities() -> Span:
    return within(f"{IDENTITY}#")


def hash_of(identity_key: str) -> str:
    return identity_key.partition("#")[2]


STATE, ARCHIVE = "STATE", "ARCHIVE"
ENTRY, HOLD, QUARANTINE, DISPUTE, WRITING = "ENTRY#", "HOLD#", "QUARANTINE#", "DISPUTE#", "WRITING#"


def entry(key: Key) -> str:
    return f"{ENTRY}{key[0]}#{key[1]}"


def event(key: str) -> Key:
    """Of an entry, or of whatever else is kept under its event."""
    _, source, event_id = key.split("#", maxsplit=2)
    return source, event_id


def hold(key: Key) -> str:
    return f"{HOLD}{key[0]}#{key[1]}"


def dispute(key: Key) -> str:
    return f"{DISPUTE}{key[0]}#{key[1]}"


def writing(key: Key) -> str:
    return f"{WRITING}{key[0]}#{key[1]}"


def quarantine(digest: str, part: int) -> str:
    return f"{QUARANTINE}{digest}#{part:03d}"


def team(achievement: str, period: str, member: str) -> str:
    return f"TEAM#{achievement}#{period}#{member}"


def shared(program: str) -> str:
    """What members of a program share: nobody who pays points needs to write among its configuration."""
    return member(program, "shared")


def reserve(day: date) -> str:
    return f"RESERVE#{day.isoformat()}"


def stock(item: str) -> str:
    return f"STOCK#{item}"


def spent(day: date) -> str:
    """Tokens that a program's model has cost."""
    return f"SPENT#{day.isoformat()}"


def staff(program: str, subject: str) -> str:
    """The partition of somebody who looks after the program; no member's id has a colon."""
    return member(program, f"staff:{subject}")


DECLARATION, OWN = "DECLARATION", "OWN#"


def own(member: str) -> str:
    """Of the staff: a member that they are, were linked to, or ever said to be."""
    return f"{OWN}{member}"


def given(day: date) -> str:
    """Of the staff: the points that they gave by hand on a day."""
    return f"GIVEN#{day.isoformat()}"


VERDICT, REVIEW, EFFECT, EASE = "VERDICT#", "REVIEW#", "EFFECT#", "EASE#"
JUDGED = "JUDGED"  # how many cases were judged on the day that it names


def verdict(key: str) -> str:
    return f"{VERDICT}{key}"


def review(review: str) -> str:
    return f"{REVIEW}{review}"


def effect(review: str) -> str:
    """What a decided review still has to bring about."""
    return f"{EFFECT}{review}"


def ease(category: str, since: str) -> str:
    return f"{EASE}{category}#{since}"


NOT_ERASED = Clause("attribute_not_exists(erased_at)")


def erased(state: Mapping[str, Any] | None) -> bool:
    return state is not None and "erased_at" in state


def still_there(program: str, member_id: str) -> Check:
    """The member was not erased; one without a state yet was not either."""
    return Check(pk=member(program, member_id), sk=STATE, only_if=NOT_ERASED)
