"""Release: what was held pays when its time has come, unless somebody decided before."""

from datetime import datetime

from ladder.domain.activities.activity import LADDER, RELEASED, Activity, Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.points.ports import Holds
from ladder.domain.programs.ports import Programs


def release(*, programs: Programs, holds: Holds, queue: Activities, now: datetime) -> int:
    """Sends a release for each, under an id that makes a second one the same event; how many."""
    due = [
        Delivery(program, member, (_released(source, event, now),))
        for program in programs.keys()  # noqa: SIM118 - a store, no dictionary
        for member, (source, event) in holds.due(program, now)
    ]
    queue.send(due)
    return len(due)


def _released(source: str, event: str, now: datetime) -> Activity:
    return Activity(
        source=LADDER,
        id=f"release:{source}:{event}",
        type=RELEASED,
        occurred_at=now,
        attributes={"source": source, "id": event, "reason": "nobody decided otherwise in time"},
    )
