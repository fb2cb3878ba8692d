"""Confirmations of a post by other members: who counts, and which of them are independent of its author.

A confirmation is an event of its own in the ledger of whoever confirms. Its author never counts, nor does somebody who
is the same person under another member; a second confirmation by the same member is none. Of the others some may be
friends who serve each other, or one person's accounts. They count, but they are not independent: then a person decides.
A false alarm costs a reviewer a look, so the rules are strict.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from ladder.domain.activities.activity import Activity, Key
from ladder.domain.message import Message

RING_DAYS = timedelta(days=30)  # for which confirmations between members are compared
MOST_IN_RING = 4  # authors whom a member of a ring confirms at most: who confirms more people is in none
LONGEST_RING = 4  # members
LEAST_OTHERS = (
    2  # other authors whom an independent member confirms, too: a ring's first post has no ring behind it yet
)
MOST_A_DAY = 10  # confirmations of one member within a day
SOONEST = timedelta(seconds=10)  # after the post, and after the confirmation before: time to read it
MOST_CONFIRMATIONS = 40  # of one post that are stored

type Dependence = Literal["mutual", "ring", "one_author", "everything", "at_once", "newcomer", "unknown"]

DEPENDENT: Mapping[Dependence, str] = {  # codes: why a confirmation is not independent
    "mutual": "judging.dependent_mutual",
    "ring": "judging.dependent_ring",
    "one_author": "judging.dependent_one_author",
    "everything": "judging.dependent_everything",
    "at_once": "judging.dependent_at_once",
    "newcomer": "judging.dependent_newcomer",
    "unknown": "judging.dependent_unknown",
}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`member` confirmed a post."""

    member: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GivenConfirmation:
    """A confirmation as its giver has it; `author` None: nobody knows yet who wrote the post."""

    author: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PostConfirmations:
    """What is known of a post: who wrote it, in which event, and who confirmed it; confirmations may come first."""

    author: str | None = None
    event: Key | None = None
    confirmations: tuple[Confirmation, ...] = ()

    def by_others(self, author: str) -> tuple[Confirmation, ...]:
        """Return the first confirmation of each other member, oldest first."""
        first = dict[str, Confirmation]()
        for confirmation in sorted(self.confirmations, key=lambda given: (given.at, given.member)):
            if confirmation.member != author:
                first.setdefault(confirmation.member, confirmation)
        return tuple(first.values())


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The number of members who confirmed a post, how many of them are independent, and why others are not."""

    members: int = 0
    independent: int = 0
    dependent: Mapping[Dependence, int] = field(default_factory=dict)

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return what a reviewer reads of it."""
        counts = {"members": self.members, "independent": self.independent}
        reasons = (Message(DEPENDENT[reason], {"members": count}) for reason, count in self.dependent.items())
        return Message("judging.fact_confirmed", counts), *reasons


type Given = Callable[[Collection[str]], Mapping[str, Sequence[GivenConfirmation]]]  # by the members who gave them


def post_key(activity: Activity) -> Key:
    """Return the key by which a post is confirmed: its source, and the post's id there, or else its event's id."""
    return activity.source, str(activity.attributes.get("post") or activity.id)


def assess(
    author: str, wrote_at: datetime, confirmations: Sequence[Confirmation], *, given: Given, known: Collection[str]
) -> Confirmed:
    """Return what the confirmations are worth. `known`: members who are enrolled, or have earned something."""
    of_members = given([author, *(confirmation.member for confirmation in confirmations)])
    ring = _ring(author, wrote_at, given)
    reasons, before = list[Dependence](), wrote_at
    for confirmation in confirmations:
        others = of_members.get(confirmation.member, ())
        reason: Dependence | None = None
        if confirmation.member not in known:
            reason = "unknown"
        elif confirmation.at - before < SOONEST:
            reason = "at_once"
        elif confirmation.member in _authors(of_members.get(author, ()), wrote_at):
            reason = "mutual"
        elif confirmation.member in ring:
            reason = "ring"
        elif sum(timedelta() <= confirmation.at - other.at < timedelta(days=1) for other in others) > MOST_A_DAY:
            reason = "everything"
        elif _mostly_of(author, others, wrote_at):
            reason = "one_author"
        elif len(_authors(others, wrote_at).keys() - {author}) < LEAST_OTHERS:
            reason = "newcomer"
        if reason:
            reasons.append(reason)
        before = max(before, confirmation.at)
    return Confirmed(len(confirmations), len(confirmations) - len(reasons), Counter(reasons))


def closes_ring(member: str, around: datetime, *, given: Given) -> bool:
    """Return whether somebody whom the member confirmed, or to whom that leads, has confirmed the member."""
    own = _authors(given([member]).get(member, ()), around)
    led_to = sorted({*own, *_ring(member, around, given)})
    return any(_authors(others, around)[member] for others in given(led_to).values())


def _authors(given: Sequence[GivenConfirmation], around: datetime) -> Counter[str]:
    """Return whom a member confirmed around a moment, and how often."""
    return Counter(other.author for other in given if other.author and abs(other.at - around) <= RING_DAYS)


def _mostly_of(author: str, given: Sequence[GivenConfirmation], around: datetime) -> bool:
    """Return whether a member confirmed this author at least twice, and everybody else together less often."""
    authors = _authors(given, around)
    return authors[author] > 1 and 2 * authors[author] > authors.total()


def _ring(author: str, around: datetime, given: Given) -> frozenset[str]:
    """Return the members to whom confirmations lead from the author, each step by somebody who confirms few people.

    If one of them confirms the author, the ring is closed.
    """
    found, step = set[str](), {author}
    for _ in range(LONGEST_RING - 1):
        confirmed = given(sorted(step))
        step = {other for few in _few(confirmed.values(), around) for other in few} - found - {author}
        found |= step
        if not step:
            break
    return frozenset(found)


def _few(given: Collection[Sequence[GivenConfirmation]], around: datetime) -> Iterator[Counter[str]]:
    return (authors for of_one in given if len(authors := _authors(of_one, around)) <= MOST_IN_RING)
