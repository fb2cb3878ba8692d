"""The plan: which events go together, which are sent again, and which are sent after later ones.

Everything is drawn from a seed: the same file, shares and seed give the same plan.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from random import Random
from typing import Literal

from infra.cli.replay.lines import EventLine, Line, event_lines
from ladder.domain.activities.activity import MAX_BATCH, Key, digest

PARCELS = 10  # messages that one call of the queue takes
IDLE = 200  # lines that mean nothing, in one post
LARGEST_POST = 500_000  # bytes; a hook takes twice as many

type Manner = Literal["first", "late", "at once", "in company", "at the end"]


@dataclass(frozen=True, slots=True)
class Sent:
    """An event at its position in the order of sending."""

    event: EventLine
    place: float
    manner: Manner = "first"

    @property
    def again(self) -> bool:
        return self.manner not in {"first", "late"}


type Parcel = tuple[Sent, ...]  # of one member


@dataclass(frozen=True, slots=True)
class Post:
    """Parcels of different members; `idle`: lines that the source passes over, sent like everything else."""

    parcels: tuple[Parcel, ...] = ()
    idle: tuple[Line, ...] = ()

    @property
    def sent(self) -> tuple[Sent, ...]:
        return tuple(each for parcel in self.parcels for each in parcel)

    @property
    def numbers(self) -> list[int]:
        """Of the lines of the file."""
        return sorted({*(each.event.number for each in self.sent), *(line.number for line in self.idle)})

    @property
    def raws(self) -> list[bytes]:
        return [*(each.event.raw for each in self.sent), *(line.raw for line in self.idle)]


@dataclass(frozen=True, slots=True)
class Plan:
    posts: tuple[Post, ...]
    late: int
    repeated: int  # by the plan; the file may say things twice itself

    @property
    def sent(self) -> tuple[Sent, ...]:
        return tuple(each for post in self.posts for each in post.sent)

    @property
    def standing(self) -> Mapping[str, Mapping[Key, EventLine]]:
        """By member, what the ledger should hold: of an event that came with several bodies, the first."""
        found = defaultdict[str, dict[Key, EventLine]](dict)
        for each in self.sent:
            found[each.event.member].setdefault(each.event.activity.key, each.event)
        return found

    @property
    def refused(self) -> int:
        """Events that come under an id which stands with another body."""
        standing = self.standing
        return sum(_differs(each.event, standing[each.event.member][each.event.activity.key]) for each in self.sent)


def plan(lines: Sequence[Line], *, duplicates: float, late: float, seed: int, most: int | None = None) -> Plan:
    """In the order in which things happened, whatever the file's. `duplicates` and `late` are shares of the events.

    `most`: events in one post at most, so that a rate can be kept.
    """
    rng = Random(seed)  # noqa: S311 - repeatable on purpose
    ordered = sorted(event_lines(lines), key=lambda event: event.activity.order)
    first = _held_back(ordered, late, rng)
    again = list(_repeated(first, duplicates, rng))
    parcels = _parcels(sorted([*first, *again], key=lambda each: each.place), min(most or MAX_BATCH, MAX_BATCH))
    idle = [line for line in lines if line.activity is None]
    posts = _with_idle(list(_posts(parcels, most)), idle, most or IDLE)
    return Plan(tuple(posts), sum(each.manner == "late" for each in first), len(again))


def _held_back(ordered: Sequence[EventLine], share: float, rng: Random) -> list[Sent]:
    """A late event goes after at least one that happened later, of the same member; others follow or not."""
    after = _places_after(ordered)
    late = set(rng.sample(sorted(after), min(_number(share, len(ordered)), len(after))))
    places = dict[int, float]()
    for place in sorted(late):
        following = next(each for each in after[place] if each not in late)  # a member's last event never is
        places[place] = rng.uniform(following + 0.6, max(len(ordered), following + 1))
    return [
        Sent(event, places.get(place, float(place)), "late" if place in late else "first")
        for place, event in enumerate(ordered)
    ]


def _places_after(ordered: Sequence[EventLine]) -> dict[int, list[int]]:
    """For every event that has later ones of its member: their places."""
    found, by_member = dict[int, list[int]](), defaultdict[str, list[int]](list)
    for place, event in enumerate(ordered):
        by_member[event.member].append(place)
    for places in by_member.values():
        found |= {place: places[at + 1 :] for at, place in enumerate(places[:-1])}
    return found


def _repeated(first: Sequence[Sent], share: float, rng: Random) -> Iterator[Sent]:
    """In turns: at once and alone, among later ones of the member, and when everything is over."""
    last = max((each.place for each in first), default=0.0)
    manners: Sequence[Manner] = ("at once", "in company", "at the end")
    for turn, each in enumerate(rng.sample(list(first), _number(share, len(first)))):
        manner = manners[turn % len(manners)]
        match manner:
            case "at once":
                place = each.place + 0.3
            case "in company":
                place = rng.uniform(each.place + 0.3, last + 0.5)
            case _:
                place = last + 1 + turn
        yield Sent(each.event, place, manner)


def _parcels(sent: Sequence[Sent], most: int) -> list[Parcel]:
    """Cut every member's events, in their order, into parcels; sort those by the position of their first event."""
    by_member = defaultdict[str, list[Sent]](list)
    for each in sent:
        by_member[each.event.member].append(each)
    found = [parcel for of_member in by_member.values() for parcel in _cut(of_member, most)]
    return sorted(found, key=lambda parcel: parcel[0].place)


def _cut(sent: Sequence[Sent], most: int) -> Iterator[Parcel]:
    parcel: list[Sent] = []
    for each in sent:
        if parcel and (len(parcel) == most or _apart(each, parcel)):
            yield tuple(parcel)
            parcel = []
        parcel.append(each)
    if parcel:
        yield tuple(parcel)


def _apart(each: Sent, parcel: Sequence[Sent]) -> bool:
    """What comes again or late must not share a message with what it repeats, or should have come before."""
    if each.manner == "at once" or parcel[-1].manner == "at once":
        return True
    late = each.manner == "late" and any(each.event.activity.order < other.event.activity.order for other in parcel)
    return late or any(each.event.activity.key == other.event.activity.key for other in parcel)


def _posts(parcels: Sequence[Parcel], most: int | None) -> Iterator[Post]:
    """A member stands in a post once: the hook would make one message of two."""
    post: list[Parcel] = []
    for parcel in parcels:
        if post and _full(post, parcel, most):
            yield Post(tuple(post))
            post = []
        post.append(parcel)
    if post:
        yield Post(tuple(post))


def _full(post: Sequence[Parcel], parcel: Parcel, most: int | None) -> bool:
    members = {each[0].event.member for each in post}
    events = sum(map(len, post)) + len(parcel)
    size = sum(len(each.event.raw) for parcels in (*post, parcel) for each in parcels)
    crowded = most is not None and events > most
    return len(post) == PARCELS or parcel[0].event.member in members or crowded or size > LARGEST_POST


def _with_idle(posts: Sequence[Post], idle: Sequence[Line], most: int) -> Iterator[Post]:
    """Spread over all posts; what is too much for them goes alone."""
    share = max(min(-(-len(idle) // max(len(posts), 1)), most), 1)
    for post, lines in zip_longest(posts, _pieces(idle, share), fillvalue=None):
        yield Post(post.parcels if post else (), tuple(lines or ()))


def _pieces(lines: Sequence[Line], most: int) -> Iterator[list[Line]]:
    piece: list[Line] = []
    for line in lines:
        if piece and (len(piece) == most or sum(len(each.raw) for each in (*piece, line)) > LARGEST_POST // 2):
            yield piece
            piece = []
        piece.append(line)
    if piece:
        yield piece


def _number(share: float, events: int) -> int:
    """At least one where any were asked for."""
    return max(round(share * events), 1) if share and events else 0


def _differs(event: EventLine, standing: EventLine) -> bool:
    return event is not standing and digest(event.activity) != digest(standing.activity)
