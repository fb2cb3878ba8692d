"""The demonstration itself: history first, then night after night, then what the record says."""

from collections.abc import Callable
from datetime import date, timedelta

from infra.local.call_history import CallHistory
from infra.local.demo.document import Summary
from infra.local.demo.incidents import INCIDENTS, quiet
from infra.local.demo.record import Record, used
from infra.local.stage import Stage, received_completions

BACKFILLED_DAYS = 14  # enough for the first tiers to rest on something

type Tell = Callable[[int, int, date], None]  # nights done, nights in all, the night that comes now


def nights_of(history: CallHistory, most: int | None = None) -> list[date]:
    """The dates to play: those after the back-filled days, and the morning after the last day of history."""
    first = history.first + timedelta(days=BACKFILLED_DAYS)
    every = [first + timedelta(days=n) for n in range((history.last - first).days + 2)]
    return every[:most]


def play(stage: Stage, history: CallHistory, nights: list[date], *, tell: Tell) -> Summary:
    """The state machine runs once a night at least; between nights the platform lives through its day."""
    runs, notes, queued = {}, {}, list[dict[str, object]]()
    for number, night in enumerate(nights):
        tell(number, len(nights), night)
        played = INCIDENTS.get(number, quiet)(stage, night)
        runs[night], notes[night] = used(*played.runs), played.notes
        stage.simulator.close_day(night)
    queued += received_completions(stage)
    return Record.of(stage, nights[0], nights[-1]).summary(history.source, runs, notes, queued)
