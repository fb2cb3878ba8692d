"""The plan: which events go together, which are sent again, and which are sent after later ones.

Everything follows from a seed: the same file, shares and seed give the same plan.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from random import Random
from typing import Literal

from infra.cli.driver.compare import accepted
from infra.cli.driver.lines import EventLine, Line
from ladder.domain.activities.activity import MAX_BATCH, Activity, Key, digest

MAX_MESSAGES = 10  # that one call of the queue takes
IGNORED_PER_POST = 200
LARGEST_POST = 500_000  # bytes; a hook takes twice as many

type Occasion = Literal["first", "late", "again at once", "again among others", "again at the end"]


@dataclass(frozen=True, slots=True)
class Sent:
    """An event at its position in the order of sending."""

    event: EventLine
    position: float
    occasion: Occasion = "first"


type Message = list[Sent]  # of one member


@dataclass(frozen=True, slots=True)
class Post:
    """Messages of different members; `ignored`: lines that the source ignores, sent like everything else."""

    messages: Sequence[Message] = ()
    ignored: Sequence[Line] = ()

    @property
    def lines(self) -> list[Line]:
        return [*(sent.event for message in self.messages for sent in message), *self.ignored]


@dataclass(frozen=True, slots=True)
class Plan:
    posts: tuple[Post, ...]
    late: int
    repeated: int  # by the plan; the file may have the same event twice itself

    @property
    def sent(self) -> list[Sent]:
        return [sent for post in self.posts for message in post.messages for sent in message]

    @property
    def accepted(self) -> Mapping[str, Mapping[Key, Activity]]:
        return accepted(sent.event for sent in self.sent)

    @property
    def refused(self) -> int:
        """Events under the id of another one with another body."""
        first, events = self.accepted, [sent.event for sent in self.sent]
        return sum(digest(event.activity) != digest(first[event.member][event.activity.key]) for event in events)


def plan(lines: Sequence[Line], *, duplicates: float, late: float, seed: int, most: int | None = None) -> Plan:
    """Plan in the order in which things happened, whatever the file's. `duplicates` and `late`: shares of the events.

    Events are repeated by turns: at once and alone, among later ones of the member, and when everything is over.
    `most`: events in one post at most, so that a rate can be kept.
    """
    rng = Random(seed)  # noqa: S311 - repeatable on purpose
    events = sorted((line for line in lines if isinstance(line, EventLine)), key=lambda line: line.activity.order)
    first = _first_sent(events, late, rng)
    again, last = list[Sent](), max((sent.position for sent in first), default=0.0)
    for turn, sent in enumerate(rng.sample(first, _count(duplicates, len(first)))):
        match turn % 3:
            case 0:
                again.append(Sent(sent.event, sent.position + 0.3, "again at once"))
            case 1:
                among = rng.uniform(sent.position + 0.3, last + 0.5)
                again.append(Sent(sent.event, among, "again among others"))
            case _:
                again.append(Sent(sent.event, last + 1 + turn, "again at the end"))
    by_member, at_once = defaultdict[str, list[Sent]](list), min(most or MAX_BATCH, MAX_BATCH)
    for sent in sorted([*first, *again], key=lambda sent: sent.position):
        by_member[sent.event.member].append(sent)
    messages = [
        message
        for of_member in by_member.values()
        for message in _grouped(of_member, lambda group, sent: len(group) < at_once and _may_share(group, sent))
    ]
    messages.sort(key=lambda message: message[0].position)
    posts = list(_grouped(messages, lambda group, message: _fits(group, message, most)))
    ignored = [line for line in lines if not isinstance(line, EventLine)]
    share = max(min(-(-len(ignored) // max(len(posts), 1)), most or IGNORED_PER_POST), 1)
    spread = _grouped(ignored, lambda group, line: len(group) < share and _size([*group, line]) <= LARGEST_POST // 2)
    return Plan(
        posts=tuple(Post(messages, lines) for messages, lines in zip_longest(posts, spread, fillvalue=())),
        late=sum(sent.occasion == "late" for sent in first),
        repeated=len(again),
    )


def _first_sent(events: Sequence[EventLine], share: float, rng: Random) -> list[Sent]:
    """Send an event late after at least one that happened later, of the same member; others follow or not."""
    positions_of, later = defaultdict[str, list[int]](list), dict[int, list[int]]()
    for position, event in enumerate(events):
        positions_of[event.member].append(position)
    for positions in positions_of.values():
        later |= {position: positions[index:] for index, position in enumerate(positions[:-1], start=1)}
    late = set(rng.sample(sorted(later), min(_count(share, len(events)), len(later))))
    sent = [Sent(event, position) for position, event in enumerate(events)]
    for position in sorted(late):
        following = next(other for other in later[position] if other not in late)  # a member's last event never is
        moved = rng.uniform(following + 0.6, max(len(events), following + 1))
        sent[position] = Sent(events[position], moved, "late")
    return sent


def _grouped[T](items: Iterable[T], fits: Callable[[list[T], T], bool]) -> Iterator[list[T]]:
    """Yield the items in order, in groups that end where the next item does not fit."""
    group = list[T]()
    for item in items:
        if group and not fits(group, item):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _may_share(message: Message, sent: Sent) -> bool:
    """Return whether an event may share a message: what comes again or late must be apart from what was before."""
    if "again at once" in {sent.occasion, message[-1].occasion}:
        return False
    if sent.occasion == "late" and any(sent.event.activity.order < other.event.activity.order for other in message):
        return False
    return all(sent.event.activity.key != other.event.activity.key for other in message)


def _fits(post: list[Message], message: Message, most: int | None) -> bool:
    """A member stands in a post once: the hook would make one message of two."""
    events = [sent.event for part in (*post, message) for sent in part]
    return (
        len(post) < MAX_MESSAGES
        and all(part[0].event.member != message[0].event.member for part in post)
        and (most is None or len(events) <= most)
        and _size(events) <= LARGEST_POST
    )


def _size(lines: Sequence[Line]) -> int:
    return sum(len(line.raw) for line in lines)


def _count(share: float, events: int) -> int:
    """Return the events of a share: at least one where any were asked for."""
    return max(round(share * events), 1) if share and events else 0
