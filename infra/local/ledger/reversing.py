"""Taking an entry back: through the queue like everything else, once however often it is asked for."""

import time
from dataclasses import dataclass
from datetime import datetime

from infra.local.ledger.found import Found
from infra.local.ledger.place import Place
from infra.local.ledger.walk import Read, read
from ladder.domain.activity import REVERSED, Delivery
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.rewards.entry import Entry
from ladder.domain.rewards.reversing import irreversible, reversal

PATIENCE_SECONDS, POLL_SECONDS = 120.0, 0.5


@dataclass(frozen=True, slots=True)
class Reversal:
    """`already`: it had been taken back before, and nothing was sent."""

    entry: Entry
    before: Read
    after: Read
    already: bool


def reverse(
    place: Place, found: Found, *, reason: str, actor: str, now: datetime, patience: float = PATIENCE_SECONDS
) -> Reversal:
    """Raises Rejected for what cannot be taken back, Unavailable where it is not recorded in time."""
    _refuse(found.entry)
    if known := next((each for each in found.amendments if each.activity.type == REVERSED), None):
        return Reversal(known, found.ledger, found.ledger, already=True)
    activity = reversal(found.entry.key, reason=reason, actor=actor, now=now)
    place.queue.send([Delivery(found.person.program, found.person.member, (activity,))])
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        after = read(place, found.person)
        if recorded := next((each for each in after.entries if each.key == activity.key), None):
            return Reversal(recorded, found.ledger, after, already=False)
        time.sleep(POLL_SECONDS)
    raise Unavailable(
        f"the reversal is in the queue and was not recorded in {patience:.0f} seconds: look at the rewards function's "
        "log and at the dead-letter queue; asking for it again is safe"
    )


def _refuse(entry: Entry) -> None:
    if why := irreversible(entry.activity):
        raise Rejected(why)
