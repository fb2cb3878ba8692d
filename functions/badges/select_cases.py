"""Keep: what somebody wrote, where a badge asks for several pieces; for only one, its message has it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ladder.domain.activities.activity import CORRECTED, Activity, digest
from ladder.domain.activities.written_text import TEXT, without_text
from ladder.domain.calendar import LocalDays, day_bounds
from ladder.domain.errors import Unavailable
from ladder.domain.judging.case import Case, MemberHistory, build_case, events_with_texts
from ladder.domain.judging.policy import in_share, in_team_or_channel, needs_roster
from ladder.domain.judging.ports import MemberTexts
from ladder.domain.judging.question import prepare_texts
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.judged_badge import JudgedBadge
from ladder.domain.programs.pausing import as_played
from ladder.domain.programs.ports import Rosters
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
    text = prepare_texts([str(activity.attributes.get(TEXT) or "")])
    if not within or not text:
        return
    day = LocalDays(program.schedule).day(activity.occurred_at)
    until, _ = day_bounds(program.schedule, day + timedelta(days=within))
    if now < until:
        writings.save(program.key, member, activity.key, text[0], until=until)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEvent:
    """What a message tells: somebody did something."""

    program: str
    member: str
    activity: Activity


def select_cases(
    program: Program, happened: MemberEvent, *, ledger: Ledger, writings: MemberTexts, rosters: Rosters, now: datetime
) -> Iterator[tuple[JudgedBadge, Case]]:
    """Nobody's history is read, and nothing of theirs kept, where no badge asks for it that they could still be given.

    A text is judged only with the entry that it came in, and kept before anything is picked. A correction tells of its
    event anew: marks that colleagues gave it afterwards may make it the piece that was missing. Raises Unavailable for
    a text whose entry is not in the ledger yet.
    """
    days = LocalDays(program.schedule)
    asked = [each for each in as_played(program).rulebook.judged if _asks(each, happened, rosters, days, now)]
    if not asked:
        return
    event = happened.activity
    state, recorded = ledger.load(program.key, happened.member, [event.key])
    asked = [badge for badge in asked if badge.key not in state.badges]
    if not asked:
        return
    if TEXT in event.attributes and not _is_recorded(event, recorded.get(event.key)):
        ledger.refuse(program.key, happened.member, without_text(event), at=now)
        return
    told = (entry.activity for entry in ledger.entries(program.key, happened.member))
    past = MemberHistory.of(
        program.key, happened.member, [*told, happened.activity], days
    )  # only the message has the text
    stands = past.reading({}).find(happened.activity.target or happened.activity.key)
    if stands is None:
        return
    keep(program, happened.member, stands, asked=asked, writings=writings, now=now)
    for badge in asked:
        texts = writings.texts(program.key, happened.member, events_with_texts(badge, stands.key, past), now=now)
        if case := build_case(badge, stands.key, past.reading(texts)):
            yield badge, case


def _is_recorded(written: Activity, recorded: bytes | None) -> bool:
    """Whether the ledger has this very event with this very text. `recorded`: the digest of the entry of its id.

    Raises Unavailable where there is no entry yet.
    """
    if recorded is None:
        raise Unavailable("the text's entry is not in the ledger yet")
    return digest(without_text(written)) == recorded


def _asks(badge: JudgedBadge, happened: MemberEvent, rosters: Rosters, days: LocalDays, now: datetime) -> bool:
    if badge.paused or happened.activity.type not in {*badge.types, CORRECTED} or days.day(now) < badge.since:
        return False
    if not (badge.pieces or badge.perseverance or happened.activity.attributes.get(TEXT)):
        return False
    if in_share(badge, happened.member):
        return True
    return needs_roster(badge) and in_team_or_channel(badge, rosters.find(happened.program, happened.member))
