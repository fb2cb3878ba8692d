"""Release held awards: they pay when their time has come, unless somebody decided before."""

import json
from datetime import datetime

from ladder.domain.activities.activity import LADDER, RELEASED, Activity, Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.message import Message
from ladder.domain.points.ports import Holds
from ladder.domain.programs.ports import Programs


def release(*, programs: Programs, holds: Holds, queue: Activities, now: datetime) -> int:
    """Send a release for each hold that is due, and return how many. The id makes a second release the same event."""
    due, reason = list[Delivery](), json.dumps(Message("points.released_in_time").to_dict())
    for program in programs.keys():  # noqa: SIM118 - a store, no dictionary
        for member, (source, event) in holds.due(program, now):
            release = Activity(
                source=LADDER,
                id=f"release:{source}:{event}",
                type=RELEASED,
                occurred_at=now,
                attributes={"source": source, "id": event, "reason": reason},
            )
            due.append(Delivery(program, member, (release,)))
    queue.send(due)
    return len(due)
