"""Keep: what somebody wrote, where a badge asks for several pieces; for only one, its message has it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ladder.domain.activities.activity import Activity
from ladder.domain.activities.written_text import TEXT
from ladder.domain.calendar import LocalDays, day_bounds
from ladder.domain.judging.guards import shown
from ladder.domain.judging.ports import MemberTexts
from ladder.domain.programs.judged_badge import JudgedBadge
from ladder.domain.programs.program import Program


def keep(
    program: Program,
    member: str,
    activity: Activity,
    *,
    asked: Iterable[JudgedBadge],
    writings: MemberTexts,
    now: datetime,
) -> None:
    """As a model may see it, and to the end of the last local day on which a case could show it.

    `asked`: the badges that the member is judged for. Whether one asks for more than the event's type is seen later: a
    correction may make it fit. Keeping it again changes nothing. Raises Gone after an erasure.
    """
    within = max((badge.pieces.within_days for badge in asked if badge.pieces), default=0)
    text = shown([str(activity.attributes.get(TEXT) or "")])
    if not within or not text:
        return
    day = LocalDays(program.schedule).day(activity.occurred_at)
    until, _ = day_bounds(program.schedule, day + timedelta(days=within))
    if now < until:
        writings.keep(program.key, member, activity.key, text[0], until=until)
