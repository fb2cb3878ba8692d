"""Take part in an opt-in category, or no longer: each member's own choice, from the next night on."""

from datetime import datetime
from functools import partial

from ladder.domain.calendar.schedule import local_day
from ladder.domain.challenges.participation import OptInCategory, choose, opt_in_category
from ladder.domain.challenges.ports import Participation
from ladder.domain.errors import Conflict, NotFound
from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.web.me import Me


def take_part(
    me: Me,
    *,
    category: str,
    takes_part: bool,
    now: datetime,
    compiled: CompiledProgram,
    participation: Participation,
) -> OptInCategory:
    """Store a choice, and return the category as it is shown from now on. The same choice again changes nothing.

    Raises NotFound where the program has no such category, Conflict where everybody takes part in it.
    """
    rules, schedule = compiled.challenges, compiled.schedule
    wanted = next((known for known in rules.categories if known.key == category), None)
    if wanted is None:
        raise NotFound(Message("challenges.no_such_category"))
    if not wanted.opt_in:
        raise Conflict(Message("challenges.everybody_takes_part"))
    change = partial(choose, schedule=schedule, takes_part=takes_part, now=now)
    choice = participation.change(me.program, me.member, category, change)
    return opt_in_category(rules, wanted, schedule, choice, local_day(schedule, now))
