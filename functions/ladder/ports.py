"""Everything Ladder asks of the outside, in its own words.

Each method may raise Unavailable (try the step again) or Rejected (trying again will not help) of `domain.errors`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal, Protocol

from ladder.domain.activity import Activity, Delivery, Key
from ladder.domain.assignment import Assignment, Place
from ladder.domain.audit.anchor import Anchor
from ladder.domain.audit.digest import Item
from ladder.domain.audit.records import Record
from ladder.domain.audit.seal import Link, Seal
from ladder.domain.completion import Completion
from ladder.domain.disputes import Dispute
from ladder.domain.inbound import Answer, Call, Contents, Keys, Taken
from ladder.domain.judging.question import Question, Reply
from ladder.domain.judging.ruling import Asked, Attempt, Claimed, Ruling
from ladder.domain.members import Member, Roster
from ladder.domain.program import Membership, Program
from ladder.domain.reviews.review import Decided, Review, Waiting
from ladder.domain.rewards.change import Change
from ladder.domain.rewards.entry import Entry
from ladder.domain.rewards.state import State
from ladder.domain.rewards.teams import Share, Together
from ladder.domain.rotation import Claim, Launch, Rotation
from ladder.domain.rulebook import Source, SourceKind

if TYPE_CHECKING:  # numpy stays out of functions that have no use for it
    from ladder.domain.columns import Day, History
    from ladder.domain.publishing import Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChallenge:
    name: str
    description: str
    metric: str
    group: str
    target: float
    points: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveChallenge:
    """A challenge as the platform lists it, ours or somebody else's."""

    id: str
    name: str
    metric: str
    groups: tuple[str, ...]
    target: float
    points: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """One user's metric on one day: the day's value and how many contacts it rests on."""

    user: str
    day: date
    value: float
    count: float


@dataclass(frozen=True, slots=True)
class NativeCompletion:
    """The platform's own record that a user completed a challenge and was paid for it there."""

    user: str
    challenge: str
    points: int


class ChallengePlatform(Protocol):
    @property
    def membership(self) -> Membership: ...
    @property
    def batch(self) -> int: ...  # the most users that one add or remove takes
    def active(self) -> list[LiveChallenge]: ...
    def retire(self, challenge: str) -> None: ...  # retiring a retired one is no error
    def launch(self, challenge: NewChallenge) -> str: ...  # the platform's id
    def add(self, group: str, users: Sequence[str]) -> dict[str, str]: ...  # user -> why not
    def remove(self, group: str, users: Sequence[str]) -> dict[str, str]: ...
    def members(self, group: str) -> set[str]: ...
    def completions(self, day: date) -> list[NativeCompletion]: ...


class MetricSource(Protocol):
    @property
    def batch(self) -> int: ...  # the most users that one reading covers
    def readings(self, metric: str, users: Sequence[str], *, first: date, last: date) -> Iterable[Reading]: ...


class Programs(Protocol):
    def keys(self) -> list[str]: ...
    def current(self, program: str) -> Program: ...
    def version(self, program: str, version: int) -> Program: ...
    def publish(self, program: Program) -> Program: ...  # under the next version
    def roster(self, program: str) -> Roster: ...
    def enrol(self, program: str, roster: Roster) -> None: ...


class Histories(Protocol):
    def load(self, program: str, *, first: date, last: date, members: int, metrics: tuple[str, ...]) -> "History": ...
    def record(self, program: str, day: date, readings: Mapping[str, "Day"]) -> bool: ...  # merged; whether it changed


class Assignments(Protocol):
    def load(self, program: str, rotation: str) -> Assignment: ...  # {} where nothing was planned
    def save(self, claim: Claim, assignment: Assignment) -> None: ...
    def fix_budgets(self, program: str, day: date, budgets: Sequence[int]) -> list[int]: ...  # the first ones stand
    def outcomes(self, program: str, day: date) -> dict[str, bytes]: ...  # category -> index into OUTCOMES
    def save_outcomes(self, program: str, day: date, outcomes: Mapping[str, bytes]) -> None: ...


class Placements(Protocol):
    def placed(self, program: str, rotation: str, slot: int) -> dict[str, Place]: ...  # category -> one member's place


class Rotations(Protocol):
    """`advance`, `record_launch` and `activate` raise Superseded where the claim is no longer held."""

    def get(self, program: str, rotation: str) -> Rotation | None: ...
    def newest(self, program: str) -> Rotation | None: ...  # the highest revision of the latest date
    def latest(self, program: str, day: date) -> Rotation | None: ...  # the highest revision of the date
    def before(self, program: str, day: date) -> Rotation | None: ...  # the last live one of an earlier date
    def between(self, program: str, first: date, last: date) -> list[Rotation]: ...  # every revision, oldest first
    def claim(self, rotation: Rotation, *, instead_of: Claim | None) -> bool: ...  # False: somebody was faster
    def hold(self, claim: Claim) -> Rotation: ...  # Superseded where another has taken over
    def advance(self, rotation: Rotation) -> None: ...  # step, night, strays, failed
    def record_launch(self, claim: Claim, key: str, launch: Launch) -> None: ...
    def activate(self, claim: Claim, *, at: datetime) -> None: ...  # pointer and audit record, together
    def pointer(self, program: str) -> str | None: ...  # the current rotation


class Completions(Protocol):
    def send(self, completions: Sequence[Completion]) -> None: ...


class Activities(Protocol):
    def send(self, deliveries: Sequence[Delivery]) -> None: ...  # each at least once


class Identities(Protocol):
    """Who is behind a source's own user id. A member's id is random; a keyed hash of the raw id is only the lookup."""

    def resolve(self, program: str, source: str, raw: Collection[str]) -> Mapping[str, str | None]:
        """Raw id -> member's id, given at first sight; None where the member was erased."""

    def link(self, program: str, source: str, raw: str, member: str) -> None: ...  # Rejected where it is another's
    def erase(self, program: str, member: str) -> None: ...  # every raw id of his leads to nobody, for good
    def mark(self, source: str, raw: str) -> str: ...  # what stands for somebody whom an event only mentions


class Logins(Protocol):
    """Whose user id it is; asking makes nobody known, as `Identities.resolve` would."""

    def find(self, program: str, source: str, raw: str) -> str | None: ...  # None: nobody's, or erased


class Sources(Protocol):
    """The sources of the programs as they are now."""

    def find(self, program: str, key: str) -> Source | None: ...
    def of_kind(self, kind: SourceKind) -> list[tuple[str, Source]]: ...  # with the program's key


class Keyring(Protocol):
    def of(self, source: Source) -> Keys: ...  # Unavailable where they cannot be read, whatever the reason


class Vendor(Protocol):
    """One kind of source: how it proves itself, what it sends, and what it wants to hear."""

    def verify(self, call: Call, source: Source, keys: Keys, *, now: datetime) -> None: ...  # Forged
    def read(self, call: Call, source: Source) -> Contents: ...  # Malformed, TooLarge; the body is decoded
    def answer(self, taken: Taken) -> Answer: ...


class Timeline(Protocol):
    """A source that is asked, because it does not tell."""

    def pages(self, source: Source, keys: Keys, *, now: datetime, seconds: float) -> Iterable[Contents]:
        """Raises Unavailable where it takes more than `seconds` of it; the pages before stand."""


class Ledger(Protocol):
    def load(self, program: str, member: str, keys: Collection[Key]) -> tuple[State, Mapping[Key, bytes]]:
        """The member's state, and the digests of those of `keys` that have an entry already. Gone after an erasure."""

    def left(self, program: str, member: str) -> State: ...  # of somebody who was erased, too
    def entries(self, program: str, member: str) -> list[Entry]: ...  # all of them, in the order they were recorded
    def commit(self, change: Change) -> None: ...  # together or not at all; Superseded where somebody else wrote
    def refuse(self, program: str, member: str, activity: Activity, *, at: datetime) -> None: ...  # audited, once
    def park(self, program: str, member: str, body: str, why: str) -> None: ...  # set apart, whole, to be looked at


class Parking(Protocol):
    """Of what can be neither paid nor mended here: `owner` is a member, or `source:` and the source's key."""

    def park(self, program: str, owner: str, body: str, why: str) -> None: ...  # whole, to be looked at; once


class Quarantine(Protocol):
    def parked(self, program: str, member: str) -> Mapping[str, str]: ...  # bodies that were set apart, and why


class Disputes(Protocol):
    def record(self, dispute: Dispute) -> Dispute | None: ...  # None: recorded and audited; else the one that stands
    def of(self, program: str, member: str) -> list[Dispute]: ...


class Audit(Protocol):
    """What the sealer makes of records; the records are written with their effects, by whoever has those."""

    def newest(self, program: str) -> Link | None: ...  # the seal that the next one follows
    def unsealed(self, program: str, *, since: datetime | None) -> Sequence[Item]: ...  # oldest first; None: of all
    def seal(self, seal: Seal) -> bool: ...  # with its marks; False: somebody was faster


class Anchors(Protocol):
    """Written once a day; what is written cannot be rewritten, whoever asks."""

    def has(self, program: str, day: date) -> bool: ...
    def keep(self, anchor: Anchor) -> None: ...  # the first of a day stands
    def of(self, program: str) -> Sequence[Anchor]: ...  # every version of every day


class Purse(Protocol):
    """What is left of what members share: the program's points of a date, and the stock of its catalogue."""

    def budget(self, program: str, member: str, day: date) -> int | None: ...  # None: he draws on the reserve
    def drawn(self, program: str, day: date) -> int: ...  # from the reserve, by everybody
    def taken(self, program: str, item: str) -> int: ...  # of a catalogue item, by everybody


class Holds(Protocol):
    def due(self, program: str, now: datetime) -> list[tuple[str, Key]]: ...  # members and events whose time has come


class Teams(Protocol):
    def contribute(self, share: Share) -> Together: ...  # what all of the team have, this share with it
    def granted(self, share: Share, members: Collection[str]) -> None: ...  # remembered, so that they are told once
    def mates(self, program: str, member: str) -> tuple[str, tuple[str, ...]] | None: ...  # his team, and who is in it


class Judge(Protocol):
    """A model. It has no tools but the one it answers with, and its answer grants nothing."""

    def ask(self, question: Question) -> Reply: ...  # Unavailable: throttled, timed out or down


class Verdicts(Protocol):
    """What was judged, and what it may cost: one verdict a case and criteria, a budget a program and day."""

    def claim(self, asked: Asked, *, now: datetime, lease_seconds: float) -> Claimed:
        """The right to ask, with its tokens set aside; or what stands instead of it.

        Raises Unavailable while another holds that right, and while the program's tokens of the day are spent.
        """

    def record(self, attempt: Attempt | Asked, ruling: Ruling) -> Ruling: ...  # audited; the first one stands
    def settle(self, attempt: Attempt, *, tokens: int) -> None: ...  # what it did cost; once, and the right is given up
    def standing(self, program: str, member: str) -> Mapping[str, Ruling]: ...  # by key


NewReview = Review  # one that nobody has decided yet


class Reviews(Protocol):
    def open(self, review: NewReview) -> bool: ...  # False: it was opened before, whatever has become of it


class ReviewQueue(Reviews, Protocol):
    """What people work off. What a decision brings about stands beside it until it is delivered."""

    def waiting(self, program: str) -> Sequence[Waiting]: ...  # oldest first; one decided a moment ago may be in it
    def find(self, program: str, places: Sequence[tuple[str, str]]) -> Sequence[Review]: ...  # by member and id
    def assign(self, review: Review, to: str | None) -> bool: ...  # False: decided, or assigned anew, since it was read
    def decide(self, review: Review, decided: Decided) -> bool:
        """Audited. False: somebody or something was faster. Raises Gone where the member was erased."""

    def delivered(self, review: Review) -> None: ...
    def undelivered(self, program: str) -> Sequence[Review]: ...


class Reviewers(Protocol):
    def of(self, program: str) -> Sequence[str]: ...  # the subjects of those who may decide there


class Rosters(Protocol):
    def find(self, program: str, member: str) -> Member | None: ...


class Publications(Protocol):
    """Programs as people publish them: with an audit record, and only upon the version that they have seen."""

    def publish(self, program: Program, record: Record) -> "Publication | None":
        """Under the version it carries, where the one before is current; what stands there now, whoever published it.

        None where that version is neither current nor published.
        """


class Decisions(Protocol):
    def record(self, record: Record) -> Record: ...  # put where there is none; the one that stands


class People(Protocol):
    def known(self, program: str, member: str) -> bool: ...  # he plays, or has played, and was not erased
    def all(self, program: str) -> Iterable[str]: ...  # whoever has a ledger, in the order of nothing


class Belongings(Protocol):
    def of(self, program: str, member: str) -> Mapping[str, Sequence[Mapping[str, object]]]: ...  # by kind, as JSON
    def audited(self, program: str, member: str) -> Sequence[Mapping[str, object]]: ...  # the records that name him


class Erasures(Protocol):
    """What is left of a member to forget. Each may run again, and after a run that was cut off."""

    def close(self, program: str, member: str, *, at: datetime) -> bytes | None:
        """Nothing is written of him from now on. Gives the salt of this erasure; None where it was finished before."""

    def forget(self, program: str, member: str, *, user: str | None) -> None: ...  # all but identities and entries
    def replace(
        self, program: str, member: str, entries: Sequence[tuple[Key, Entry]]
    ) -> None: ...  # each by its new one
    def finish(self, program: str, member: str, state: State) -> None: ...  # the salt goes, and what led to his hashes


class Announcements(Protocol):
    def announce(self, kind: str, detail: Mapping[str, object]) -> None: ...


ExecutionStatus = Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]


class Executions(Protocol):
    def start(self, name: str, arguments: Mapping[str, object]) -> None: ...  # a used name is no error
    def status(self, name: str) -> ExecutionStatus | None: ...  # None: never started
    def stop(self, name: str, reason: str) -> None: ...
