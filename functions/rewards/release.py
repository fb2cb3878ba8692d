"""Release held awards: they pay when their time has come, unless somebody decided before."""

from datetime import datetime

from ladder.domain.activities.activity import Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.message import Message
from ladder.domain.points import amendments
from ladder.domain.points.ports import Holds
from ladder.domain.programs.ports import Programs


def release(*, programs: Programs, holds: Holds, queue: Activities, now: datetime) -> int:
    """Send a release for each hold that is due, and return how many. The id makes a second release the same event."""
    due, reason = list[Delivery](), Message("points.released_in_time")
    for program in programs.keys():  # noqa: SIM118 - a store, no dictionary
        for hold in holds.due(program, now):
            released = amendments.release(hold.event, worth=hold.worth, reason=reason, now=now)
            due.append(Delivery(program, hold.member, (released,)))
    queue.send(due)
    return len(due)
