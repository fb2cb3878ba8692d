"""Show what waits for people: since when, and who should look at it next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ladder.domain.calendar.schedule import LocalDays
from ladder.domain.members.roster import Member
from ladder.domain.reviews.escalation import OF_MEMBERS, Unanswered, waiting
from supervision.services import RequestContext
from supervision.show_members import ListedMember, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingItem:
    member: ListedMember
    waiting: Unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingList:
    """`items`: what has waited longest first."""

    program: str
    items: tuple[WaitingItem, ...]


def show_waiting(context: RequestContext, members: Sequence[Member]) -> WaitingList:
    """Return what waits about these members."""
    known = {member.id: member for member in members}
    found = what_waits(context, known.keys())
    items = tuple(WaitingItem(member=listed(known[item.member]), waiting=item) for item in found)
    return WaitingList(program=context.viewer.program, items=items)


def what_waits(context: RequestContext, members: Collection[str]) -> list[Unanswered]:
    """Return what waits about these members, oldest first. Reads the program's queue once, whoever they are."""
    program, compiled = context.viewer.program, context.compiled
    reviews = [review for review in context.services.waiting.open(program) if review.member in members]
    holds = context.services.waiting.for_colleagues(program, {review.member for review in reviews})
    days, today = LocalDays(compiled.schedule), context.today
    return [
        waiting(
            review,
            compiled.rulebook,
            for_colleague=(review.member, review.id) in holds,
            since=days.day(review.opened_at),
            today=today,
        )
        for review in reviews
        if review.kind in OF_MEMBERS
    ]
