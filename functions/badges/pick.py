"""Pick: the cases that an event of a member makes, each for one judged badge."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activity import Activity
from ladder.domain.calendar import LocalDays
from ladder.domain.judged_badge import JudgedBadge
from ladder.domain.judging.case import Case, Past, case_of
from ladder.domain.judging.cohort import asks_for_place, drawn, placed
from ladder.domain.pausing import as_played
from ladder.domain.program import Program
from ladder.ports.points import Ledger
from ladder.ports.programs import Rosters


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What a message tells: somebody did something."""

    program: str
    member: str
    activity: Activity


def pick(
    program: Program, happened: Happened, *, ledger: Ledger, rosters: Rosters, now: datetime
) -> Iterator[tuple[JudgedBadge, Case]]:
    """Read only. Nobody's history is read where no badge asks for it, or the member is in nobody's cohort."""
    days = LocalDays(program.schedule)
    asked = [each for each in as_played(program).rulebook.judged if _asks(each, happened, rosters, days, now)]
    if not asked:
        return
    state, _ = ledger.load(program.key, happened.member, [])
    told = (entry.activity for entry in ledger.entries(program.key, happened.member))
    past = Past.of(program.key, happened.member, [*told, happened.activity], days)  # only the message has the text
    for badge in asked:
        case = None if badge.key in state.badges else case_of(badge, happened.activity.key, past)
        if case:
            yield badge, case


def _asks(badge: JudgedBadge, happened: Happened, rosters: Rosters, days: LocalDays, now: datetime) -> bool:
    if badge.paused or happened.activity.type not in badge.match.types or days.day(now) < badge.since:
        return False
    if drawn(badge, happened.member):
        return True
    return asks_for_place(badge) and placed(badge, rosters.find(happened.program, happened.member))
