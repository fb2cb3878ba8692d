"""Select the cases that a member's event makes, each for one judged badge."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from badges.confirm import (
    MAY_CONFIRM,
    ConfirmationStores,
    confirmed_texts,
    days_stored,
    note_author,
    record_confirmation,
    review_grants,
    review_ring,
)
from ladder.domain.activities.activity import (
    CORRECTED,
    POST_CONFIRMED,
    REVERSED,
    TEXT,
    Activity,
    Key,
    digest,
    text_of,
    with_text,
    without_text,
)
from ladder.domain.calendar.schedule import LocalDays, day_bounds, local_day
from ladder.domain.errors import Unavailable
from ladder.domain.judging.case import (
    Case,
    MemberHistory,
    build_case,
    confirmable,
    events_with_texts,
    is_judged,
)
from ladder.domain.judging.ports import MemberTexts
from ladder.domain.judging.question import mask_names, prepare_texts
from ladder.domain.members.objections import Objections
from ladder.domain.message import Message
from ladder.domain.points.judged_badge import JudgedBadge
from ladder.domain.programs.pausing import as_played
from ladder.domain.programs.program import Program


@dataclass(frozen=True, slots=True)
class MemberEvent:
    """One activity of one member, as a message of the cases queue brings it."""

    program: str
    member: str
    activity: Activity


@dataclass(frozen=True, slots=True)
class CaseSelection:
    """The program, and the stores that its cases are selected from."""

    program: Program
    stores: ConfirmationStores
    member_texts: MemberTexts
    objections: Objections
    now: datetime

    def cases(self, event: MemberEvent) -> Iterator[tuple[JudgedBadge, Case]]:
        """Yield each judged badge that the event makes a case for, with the case.

        A confirmation makes the case of the member whose text it confirms.
        Raises Unavailable for a text whose entry is not in the ledger yet.
        """
        activity, today = event.activity, local_day(self.program.schedule, self.now)
        judged = as_played(self.program).rulebook.judged
        badges = [badge for badge in judged if today >= badge.since and not badge.paused]
        if activity.type in MAY_CONFIRM and (stored := days_stored(badges)):
            yield from self._of_confirmation(event, badges, stored)
        if activity.type in {POST_CONFIRMED, REVERSED}:
            return
        applicable = [
            badge
            for badge in badges
            if activity.type in {*badge.types, CORRECTED}
            and (badge.pieces or badge.perseverance or badge.confirmations or activity.attributes.get(TEXT))
        ]
        yield from self._of_member(event.member, activity.target or activity.key, applicable, activity)

    def _of_confirmation(
        self, event: MemberEvent, badges: Sequence[JudgedBadge], days: int
    ) -> Iterator[tuple[JudgedBadge, Case]]:
        """Record the confirmation, and yield the cases of whoever wrote the post: none where that is not known yet."""
        program, stores, now = self.program, self.stores, self.now
        post = record_confirmation(program, event.member, event.activity, days=days, stores=stores, now=now)
        if post is None or post.author is None or post.event is None or post.author == event.member:
            return
        if all(confirmation.member != event.member for confirmation in post.confirmations):
            because = Message("judging.confirmation_taken_back")
            review_grants(program, post.author, because=because, stores=stores, now=now)
        else:
            review_ring(program, event.member, at=event.activity.occurred_at, stores=stores, now=now)
        yield from self._of_member(post.author, post.event, [badge for badge in badges if badge.confirmations])

    def _of_member(
        self, member: str, key: Key, badges: Sequence[JudgedBadge], message: Activity | None = None
    ) -> Iterator[tuple[JudgedBadge, Case]]:
        """Yield the cases of a member's event. `message`: what was received, which alone has the text of a post.

        The member's history is read, and their text stored, only where a badge asks for it that they can still get. A
        text is judged only with the ledger entry that it came in, and stored before any case is built. A correction
        brings its event again: what colleagues recorded afterwards may make it the piece that was missing. Nothing of a
        member who objects to being judged is read, stored or judged.
        """
        program, stores, days = self.program, self.stores, LocalDays(self.program.schedule)
        enrolled = partial(stores.rosters.find, program.key, member)
        badges = [badge for badge in badges if is_judged(badge, member, enrolled)]
        if not badges or self.objections.objects(program.key, member, "judging"):
            return
        state, recorded = stores.ledger.load(program.key, member, [message.key if message else key])
        badges = [badge for badge in badges if badge.key not in state.badges]
        if not badges:
            return
        if message and TEXT in message.attributes:
            entry_digest = recorded.get(message.key)
            if entry_digest is None:
                raise Unavailable("the text's entry is not in the ledger yet")
            if digest(without_text(message)) != entry_digest:
                stores.ledger.refuse(program.key, member, without_text(message), at=self.now)
                return
            names = stores.rosters.names(program.key)
            message = with_text(without_text(message), mask_names(text_of(message), names))
        activities = [entry.activity for entry in stores.ledger.entries(program.key, member)]
        history = MemberHistory.of(program.key, member, [*activities, *([message] if message else [])], days)
        current = history.with_texts({}).find(key)
        if current is None:
            return
        self._store(member, current, badges)
        for badge in badges:
            confirmed = confirmed_texts(
                program.key, member, badge, confirmable(badge, key, history), days=days, stores=stores
            )
            history = replace(history, confirmed=confirmed)
            events = events_with_texts(badge, key, history)
            texts = self.member_texts.texts(program.key, member, events, now=self.now)
            if case := build_case(badge, key, history.with_texts(texts)):
                yield badge, case

    def _store(self, member: str, activity: Activity, badges: Sequence[JudgedBadge]) -> None:
        """Store a text where a badge asks for several pieces or for confirmations; else only the message has it.

        It is stored as a model may see it, to the end of the last local day on which a case could show it. Only the
        event's type is compared with the badges: a correction may make the rest match later. Storing it again changes
        nothing. Raises MemberErased after an erasure.
        """
        program, now = self.program, self.now
        if stored := days_stored(badge for badge in badges if activity.type in badge.match.types):
            note_author(program, member, activity, days=stored, stores=self.stores, now=now)
        within = max((badge.days_stored for badge in badges), default=0)
        text = prepare_texts([str(activity.attributes.get(TEXT) or "")])
        if not within or not text:
            return
        day = LocalDays(program.schedule).day(activity.occurred_at)
        until, _ = day_bounds(program.schedule, day + timedelta(days=within))
        if now < until:
            self.member_texts.save(program.key, member, activity.key, text[0], until=until)
