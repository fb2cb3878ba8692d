"""The keys of the `members` table. Every partition key begins with the program's: no program reads another's items."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ladder.adapters.dynamodb.keys import Span, within
from ladder.adapters.dynamodb.table import Check, Clause
from ladder.domain.activities.activity import Key

IDENTITY = "IDENTITY"  # a hash's item names its member; in a member's partition, followed by a hash that leads there


def member(program: str, member: str) -> str:
    """Return the partition of a member, or of a hash, which is twice as long as a member's id."""
    return f"{program}#{member}"


def identity(hashed: str) -> str:
    return f"{IDENTITY}#{hashed}"


def first_link(source: str) -> str:
    """Return the key that records that a person once linked an id of the source to the member."""
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
    """Return the event of an entry's key, or of any other key that contains an event."""
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
    """Return the partition of what a program's members share, so that rewards never writes among its configuration."""
    return member(program, "shared")


def reserve(day: date) -> str:
    return f"RESERVE#{day.isoformat()}"


def stock(item: str) -> str:
    return f"STOCK#{item}"


def spent(day: date) -> str:
    """Return the key of the tokens that a program's model used on a day."""
    return f"SPENT#{day.isoformat()}"


def staff(program: str, subject: str) -> str:
    """Return the partition of a member of staff; no member's id has a colon."""
    return member(program, f"staff:{subject}")


DECLARATION, OWN = "DECLARATION", "OWN#"


def own(member: str) -> str:
    """Return the key of a member that the person is, was linked to, or once declared to be."""
    return f"{OWN}{member}"


def given(day: date) -> str:
    """Return the key of the points that the person granted by hand on a day."""
    return f"GIVEN#{day.isoformat()}"


VERDICT, REVIEW, EFFECT, RELIEF = "VERDICT#", "REVIEW#", "EFFECT#", "RELIEF#"
JUDGED = "JUDGED"  # the number of cases judged on the day that the item names


def verdict(key: str) -> str:
    return f"{VERDICT}{key}"


def review(review: str) -> str:
    return f"{REVIEW}{review}"


def effect(review: str) -> str:
    """Return the key of the effect that a decided review still has to have."""
    return f"{EFFECT}{review}"


def relief(category: str, since: str) -> str:
    return f"{RELIEF}{category}#{since}"


NOT_ERASED = Clause("attribute_not_exists(erased_at)")


def erased(state: Mapping[str, Any] | None) -> bool:
    return state is not None and "erased_at" in state


def not_erased(program: str, member_id: str) -> Check:
    """Return the check that the member was not erased; one without a state was not."""
    return Check(pk=member(program, member_id), sk=STATE, only_if=NOT_ERASED)
