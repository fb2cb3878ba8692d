"""Pick: the cases that an event of a member makes, each for one judged badge."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from badges.keep import keep
from ladder.domain.activity import CORRECTED, Activity
from ladder.domain.calendar import LocalDays
from ladder.domain.judged_badge import JudgedBadge
from ladder.domain.judging.case import Case, case_of, texts_of
from ladder.domain.judging.cohort import asks_for_place, drawn, placed
from ladder.domain.judging.past import TEXT, Past
from ladder.domain.pausing import as_played
from ladder.domain.program import Program
from ladder.ports.judging import Writings
from ladder.ports.points import Ledger
from ladder.ports.programs import Rosters


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What a message tells: somebody did something."""

    program: str
    member: str
    activity: Activity


def pick(
    program: Program, happened: Happened, *, ledger: Ledger, writings: Writings, rosters: Rosters, now: datetime
) -> Iterator[tuple[JudgedBadge, Case]]:
    """Nobody's history is read, and nothing of his kept, where no badge asks for it that he could still be given.

    What he wrote is kept before anything is picked. Where several pieces make a case, an event is told by a post, which
    has its text, and by its entry: in whichever order they come, the later one finds what it needs. A correction tells
    of its event anew: marks that colleagues gave it afterwards may make it the piece that was missing.
    """
    days = LocalDays(program.schedule)
    asked = [each for each in as_played(program).rulebook.judged if _asks(each, happened, rosters, days, now)]
    if not asked:
        return
    state, _ = ledger.load(program.key, happened.member, [])
    asked = [badge for badge in asked if badge.key not in state.badges]
    if not asked:
        return
    told = (entry.activity for entry in ledger.entries(program.key, happened.member))
    past = Past.of(program.key, happened.member, [*told, happened.activity], days)  # only the message has the text
    stands = past.reading({}).find(happened.activity.target or happened.activity.key)
    if stands is None:
        return
    keep(program, happened.member, stands, asked=asked, writings=writings, now=now)
    for badge in asked:
        texts = writings.texts(program.key, happened.member, texts_of(badge, stands.key, past), now=now)
        if case := case_of(badge, stands.key, past.reading(texts)):
            yield badge, case


def _asks(badge: JudgedBadge, happened: Happened, rosters: Rosters, days: LocalDays, now: datetime) -> bool:
    if badge.paused or happened.activity.type not in {*badge.types, CORRECTED} or days.day(now) < badge.since:
        return False
    if not (badge.pieces or badge.perseverance or happened.activity.attributes.get(TEXT)):
        return False
    if drawn(badge, happened.member):
        return True
    return asks_for_place(badge) and placed(badge, rosters.find(happened.program, happened.member))
