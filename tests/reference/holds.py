"""What becomes of the points that a rule holds, by `docs/points.md` alone: only Ladder decides, whenever it does."""

from collections.abc import Sequence

from ladder.domain.activities.activity import DENIED, RELEASED, UPHELD, Activity
from tests.reference.events import spoken_of
from tests.reference.history import Outcome

WEIGHTIEST_FIRST: Sequence[tuple[str, Outcome]] = ((UPHELD, "paid"), (DENIED, "denied"), (RELEASED, "paid"))


def decision(events: Sequence[Activity], event: Activity) -> Outcome:
    """Return what the whole set of events says of whatever this event holds: it waits until somebody decides."""
    return next((outcome for kind, outcome in WEIGHTIEST_FIRST if spoken_of(events, event, kind)), "waits")
