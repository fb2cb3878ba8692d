"""Record a confirmation of another member's post, and what became of it, and assess those that a case needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ladder.domain.activities.activity import BADGE_GRANTED, CORRECTED, POST_CONFIRMED, REVERSED, Activity, Key
from ladder.domain.calendar.schedule import LocalDays, day_bounds
from ladder.domain.errors import MemberErased
from ladder.domain.judging.case import MemberHistory
from ladder.domain.judging.confirmations import (
    RING_DAYS,
    Confirmation,
    Confirmed,
    PostConfirmations,
    assess,
    closes_ring,
    post_key,
)
from ladder.domain.judging.ports import Confirmations
from ladder.domain.message import Message
from ladder.domain.points.judged_badge import JudgedBadge
from ladder.domain.points.ports import Ledger
from ladder.domain.programs.ports import Rosters
from ladder.domain.programs.program import Program
from ladder.domain.reviews.opening import entry_review
from ladder.domain.reviews.ports import Reviews

MAY_CONFIRM = frozenset({POST_CONFIRMED, CORRECTED, REVERSED})  # types of a confirmation, and of what changes one


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationStores:
    """What confirmations are recorded in and assessed by."""

    confirmations: Confirmations
    ledger: Ledger
    rosters: Rosters
    reviews: Reviews


def days_stored(badges: Iterable[JudgedBadge]) -> int:
    """Return for how many days after a post its confirmations are stored; 0 where no badge asks for any."""
    within = [badge.confirmations.within_days for badge in badges if badge.confirmations]
    return max(*within, RING_DAYS.days) if within else 0


def record_confirmation(
    program: Program, member: str, activity: Activity, *, days: int, stores: ConfirmationStores, now: datetime
) -> PostConfirmations | None:
    """Record the confirmation that the member's event is or changes, as it stands now; return the post.

    The member's whole ledger is read, so that confirmations, corrections and reversals may arrive in any order.
    Returns None where the event is about no confirmation, or about one that is too old to count.
    """
    entries = stores.ledger.entries(program.key, member)
    key = activity.target or activity.key
    given = next((entry.activity for entry in entries if entry.key == key), None)
    if given is None or given.type != POST_CONFIRMED:
        return None
    until = _until(program, given.occurred_at, days)
    if until <= now:
        return None
    local_days = LocalDays(program.schedule)
    stands = MemberHistory.of(program.key, member, (entry.activity for entry in entries), local_days).find(key)
    same = stands is not None and post_key(stands) == post_key(given)
    return stores.confirmations.confirm(
        program.key,
        Confirmation(member, given.occurred_at),
        key,
        post_key(given),
        holds=stands is not None and same and stands.attributes.get("confirmed", True) is not False,
        sequence=max(entry.sequence for entry in entries),
        until=until,
    )


def note_author(
    program: Program, member: str, post: Activity, *, days: int, stores: ConfirmationStores, now: datetime
) -> None:
    """Note who wrote a post: whoever confirms it, before or afterwards, then confirms a text of this member."""
    until = _until(program, post.occurred_at, days)
    if now < until:
        stores.confirmations.wrote(program.key, member, post.key, post_key(post), until=until)


def _until(program: Program, moment: datetime, days: int) -> datetime:
    until, _ = day_bounds(program.schedule, LocalDays(program.schedule).day(moment) + timedelta(days=days + 1))
    return until


def confirmed_texts(
    program: str,
    author: str,
    badge: JudgedBadge,
    posts: Sequence[Activity],
    *,
    days: LocalDays,
    stores: ConfirmationStores,
) -> Mapping[Key, Confirmed]:
    """Return which posts were confirmed, and by how many members independent of their author.

    Who serves whom is only looked up of the posts that have enough confirmations.
    """
    required = badge.confirmations
    if required is None or not posts:
        return {}
    of_posts = stores.confirmations.of_posts(program, [post_key(post) for post in posts])
    by_post = dict[Key, Confirmed]()
    for post in posts:
        stored = of_posts[post_key(post)]
        last = days.day(post.occurred_at) + timedelta(days=required.within_days)
        given = [one for one in stored.by_others(author) if days.day(one.at) <= last]
        if stored.event != post.key or stored.author != author or len(given) < required.at_least:
            continue
        same = stores.confirmations.same_person(program, author, [one.member for one in given])
        others = [one for one in given if one.member not in same]
        if len(others) >= required.at_least:
            by_post[post.key] = assess(
                author,
                post.occurred_at,
                others,
                given=lambda members: stores.confirmations.by_members(program, members),
                known=[one.member for one in others if _is_known(program, one.member, stores)],
            )
    return by_post


def _is_known(program: str, member: str, stores: ConfirmationStores) -> bool:
    """Return whether the member is enrolled, or has earned something: a new account with nothing to lose is neither."""
    enrolled = stores.rosters.find(program, member)
    if enrolled is not None:
        return enrolled.active
    try:
        state, _ = stores.ledger.load(program, member, [])
    except MemberErased:
        return False
    return state.earned > 0


def review_ring(program: Program, member: str, *, at: datetime, stores: ConfirmationStores, now: datetime) -> None:
    """Open a review of each badge that the policy granted to a member whose confirmation closes a ring around them.

    The first of a ring whose post is confirmed has confirmed nobody yet: it shows only afterwards.
    """
    if any(_rests_on_confirmations(program, entry.activity) for entry in stores.ledger.entries(program.key, member)):
        confirmations = stores.confirmations
        if closes_ring(member, at, given=lambda members: confirmations.by_members(program.key, members)):
            review_grants(program, member, because=Message("judging.confirmations_of_a_ring"), stores=stores, now=now)


def _rests_on_confirmations(program: Program, given: Activity) -> bool:
    keys = {badge.key for badge in program.rulebook.judged if badge.confirmations}
    return given.type == BADGE_GRANTED and given.attributes.get("by") == "policy" and given.attributes["badge"] in keys


def review_grants(
    program: Program, author: str, *, because: Message, stores: ConfirmationStores, now: datetime
) -> None:
    """Open a review of each badge that the policy granted to an author by confirmations."""
    for entry in stores.ledger.entries(program.key, author):
        if _rests_on_confirmations(program, entry.activity):
            key = entry.activity.key
            stores.reviews.open(entry_review("audit", program.key, author, key, because=(because,), now=now))
