"""What is held of an event, by `docs/points.md` alone: a hold is about the points that it holds, and nothing else."""

from collections.abc import Sequence
from typing import Literal

from ladder.domain.activities.activity import DENIED, RELEASED, UPHELD, Activity
from tests.reference.events import spoken_of

type Outcome = Literal["waits", "paid", "never paid"]

WEIGHTIEST_FIRST: Sequence[tuple[str, Outcome]] = ((UPHELD, "paid"), (DENIED, "never paid"), (RELEASED, "paid"))


def outcome(events: Sequence[Activity], event: Activity, hold: str | None) -> Outcome:
    """What becomes of one award of the event. `hold`: why it waits for a person; None where it waits for nobody."""
    if hold is None:
        return "paid"
    decided = (meaning for kind, meaning in WEIGHTIEST_FIRST if spoken_of(events, event, kind))
    return next(decided, "waits")
