"""Select the cases that a member's event makes, each for one judged badge."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from ladder.domain.activities.activity import CORRECTED, TEXT, Activity, digest, without_text
from ladder.domain.calendar import LocalDays, day_bounds
from ladder.domain.errors import Unavailable
from ladder.domain.judging.case import Case, MemberHistory, build_case, events_with_texts, is_judged
from ladder.domain.judging.ports import MemberTexts
from ladder.domain.judging.question import prepare_texts
from ladder.domain.members.objections import Objections
from ladder.domain.points.judged_badge import JudgedBadge
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.pausing import as_played
from ladder.domain.programs.ports import Rosters
from ladder.domain.programs.program import Program


@dataclass(frozen=True, slots=True)
class MemberEvent:
    """One activity of one member, as a message of the cases queue brings it."""

    program: str
    member: str
    activity: Activity


def select_cases(
    program: Program,
    event: MemberEvent,
    *,
    ledger: Ledger,
    member_texts: MemberTexts,
    rosters: Rosters,
    objections: Objections,
    now: datetime,
) -> Iterator[tuple[JudgedBadge, Case]]:
    """Yield each judged badge that the event makes a case for, with the case.

    The member's history is read, and their text stored, only where a badge asks for it that they can still get. A text
    is judged only with the ledger entry that it came in, and stored before any case is built. A correction brings its
    event again: what colleagues recorded afterwards may make it the piece that was missing. Nothing of a member who
    objects to being judged is read, stored or judged.
    Raises Unavailable for a text whose entry is not in the ledger yet.
    """
    days, activity = LocalDays(program.schedule), event.activity
    badges = [
        badge
        for badge in as_played(program).rulebook.judged
        if days.day(now) >= badge.since and _applies(badge, event, rosters)
    ]
    if not badges or objections.objects(program.key, event.member, "judging"):
        return
    state, recorded = ledger.load(program.key, event.member, [activity.key])
    badges = [badge for badge in badges if badge.key not in state.badges]
    if not badges:
        return
    if TEXT in activity.attributes:
        entry_digest = recorded.get(activity.key)
        if entry_digest is None:
            raise Unavailable("the text's entry is not in the ledger yet")
        if digest(without_text(activity)) != entry_digest:
            ledger.refuse(program.key, event.member, without_text(activity), at=now)
            return
    entries = (entry.activity for entry in ledger.entries(program.key, event.member))
    history = MemberHistory.of(program.key, event.member, [*entries, activity], days)  # only the message has the text
    current = history.with_texts({}).find(activity.target or activity.key)
    if current is None:
        return
    store_text(program, event.member, current, badges=badges, member_texts=member_texts, now=now)
    for badge in badges:
        texts = member_texts.texts(program.key, event.member, events_with_texts(badge, current.key, history), now=now)
        if case := build_case(badge, current.key, history.with_texts(texts)):
            yield badge, case


def _applies(badge: JudgedBadge, event: MemberEvent, rosters: Rosters) -> bool:
    """Return whether the badge judges this type of event, and this member; the roster is read only where it matters."""
    if badge.paused or event.activity.type not in {*badge.types, CORRECTED}:
        return False
    if not (badge.pieces or badge.perseverance or event.activity.attributes.get(TEXT)):
        return False
    return is_judged(badge, event.member, partial(rosters.find, event.program, event.member))


def store_text(
    program: Program,
    member: str,
    activity: Activity,
    *,
    badges: Iterable[JudgedBadge],
    member_texts: MemberTexts,
    now: datetime,
) -> None:
    """Store a text where a badge asks for several pieces; where it asks for one, the message has the text.

    It is stored as a model may see it, to the end of the last local day on which a case could show it. Only the event's
    type is compared with the badges: a correction may make the rest match later. Storing it again changes nothing.
    Raises MemberErased after an erasure.
    """
    within = max((badge.pieces.within_days for badge in badges if badge.pieces), default=0)
    text = prepare_texts([str(activity.attributes.get(TEXT) or "")])
    if not within or not text:
        return
    day = LocalDays(program.schedule).day(activity.occurred_at)
    until, _ = day_bounds(program.schedule, day + timedelta(days=within))
    if now < until:
        member_texts.save(program.key, member, activity.key, text[0], until=until)
