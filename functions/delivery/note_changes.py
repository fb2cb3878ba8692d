"""Note what a change of a member gives to say, and withdraw what it takes back."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from delivery.withdraw import withdraw, withdraw_unshared
from ladder.domain.activities.activity import DENIED, RELEASED, REVERSED, UPHELD, Key
from ladder.domain.delivery.addressing import notifications
from ladder.domain.delivery.entry_news import EntryNews
from ladder.domain.delivery.member_change import (
    ContestDeclined,
    DisputeAnswered,
    EntryRecorded,
    KudosGiven,
    MemberChange,
    OrderDecided,
    PreferencesChanged,
)
from ladder.domain.delivery.notification import News
from ladder.domain.delivery.other_news import contest_declined, dispute_answered, kudos_given, order_decided
from ladder.domain.delivery.ports import Outbox
from ladder.domain.members.preferences import MemberPreferences
from ladder.domain.members.roster import Member
from ladder.domain.points.entry_text import EntryTexts
from ladder.domain.points.ledger import Entry
from ladder.domain.programs.program import Program

MOST_ASKED = 2  # colleagues, to confirm one thing
DECIDED = frozenset({RELEASED, DENIED, UPHELD, REVERSED})  # after which nobody needs to confirm it
TAKEN_BACK = frozenset({DENIED, REVERSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsServices:
    """`texts`: of a version of the program; `find` and `teammates`: of the roster, by member and by team."""

    outbox: Outbox
    preferences: MemberPreferences
    texts: Callable[[str, int], EntryTexts]
    find: Callable[[str, str], Member | None]
    teammates: Callable[[str, str], Sequence[str]]
    now: datetime


def note_change(program: Program, changed: MemberChange, services: NewsServices) -> int:
    """Put what the change gives to say; return how many notifications are new. Running it again puts nothing twice."""
    outbox, change, now = services.outbox, changed.change, services.now
    if isinstance(change, PreferencesChanged):
        withdraw_unshared(outbox, program.key, changed.member, change.preferences, now=now)
        return 0
    if isinstance(change, EntryRecorded):
        _withdraw_decided(program, changed.member, change.entry, services)
    preferences = services.preferences.of(program.key, changed.member)
    return sum(
        outbox.put(notification)
        for news in news_of(program, changed, services)
        for notification in notifications(news, program.delivery, preferences=preferences, now=now)
    )


def news_of(program: Program, changed: MemberChange, services: NewsServices) -> Iterator[News]:
    """Yield what the change gives to say."""
    member, change = services.find(program.key, changed.member), changed.change
    match change:
        case EntryRecorded(entry):
            yield from EntryNews(
                program=program.key,
                member=changed.member,
                team=member.team_at(entry.activity.occurred_at) if member else None,
                entry=entry,
                texts=services.texts(program.key, entry.program_version),
                rules=program.delivery,
                colleagues=_asked(program.key, member, entry, services) if entry.waits_for_colleague else (),
            ).all()
        case DisputeAnswered():
            yield dispute_answered(program.key, changed.member, change, at=services.now)
        case ContestDeclined():
            badges = {badge.key: badge.name for badge in program.rulebook.judged}
            name = badges.get(change.badge, change.badge)
            yield contest_declined(program.key, changed.member, change, badge=name)
        case OrderDecided():
            yield order_decided(program.key, changed.member, change, at=services.now)
        case KudosGiven():
            team = member.team_key if member else None
            yield kudos_given(program.key, changed.member, change, rules=program.delivery.kudos, team=team)


def _withdraw_decided(program: Program, member: str, entry: Entry, services: NewsServices) -> None:
    """Withdraw what was said of an event that is reversed or denied, and questions about one that is decided."""
    activity = entry.activity
    if activity.target is None or activity.type not in DECIDED:
        return
    withdraw(
        services.outbox,
        program.key,
        member,
        "#".join(activity.target),
        occasion=None if activity.type in TAKEN_BACK else "confirm",
        now=services.now,
    )


def _asked(program: str, member: Member | None, entry: Entry, services: NewsServices) -> tuple[str, ...]:
    """Return colleagues to ask about an entry, in an order that nobody can choose: the same ones at every try."""
    if member is None or member.team_key is None:
        return ()
    others = [other for other in services.teammates(program, member.team_key) if other != member.id]
    return tuple(sorted(others, key=lambda other: _drawn(entry.key, other))[:MOST_ASKED])


def _drawn(event: Key, member: str) -> str:
    return hashlib.sha256("#".join((*event, member)).encode()).hexdigest()
