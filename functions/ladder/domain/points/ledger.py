"""A member's state, the entries of their ledger, and one change of both, which is tried again if it is superseded."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from ladder.domain.activities.activity import DENIED, Activity, Key, digest
from ladder.domain.audit.records import Record
from ladder.domain.errors import Superseded, Unavailable
from ladder.domain.message import Message

ADJUSTED = "#adjusted"  # the line of what an entry changed for others
MANUAL_GRANT = "#granted"  # the line of points that a person gave
NOT_COUNTED = "points.not_counted"  # the code of the note of an event that does not count, with the reason
FOR_COLLEAGUE = Message("points.colleague_confirms")  # why a line is held that the clock never pays


@dataclass(frozen=True, slots=True)
class EntryLine:
    """The result of one rule for an event: base and bonus as they were worth, and what of them was paid or is held.

    `because`: why nothing or less was paid, or where the points come from; None where all was paid at once. `carried`:
    points of it that a later event pays; `later`: points that it pays once they are released.
    """

    rule: str
    base: int = 0
    bonus: int = 0
    paid: int = 0
    held: int = 0
    because: Message | None = None
    carried: int = 0
    later: int = 0

    @property
    def waiting(self) -> int:
        """Points that wait for a decision, those for which caps leave no room today among them."""
        return self.held + self.later

    @property
    def worth(self) -> int:
        return self.base + self.bonus


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What rules hold of an event, before caps: all of it, and what of it was released.

    `others`: what its other awards came to; 0 where nothing was ever decided of it. `points`: those that wait, after
    caps; `rules` and `because`: what holds them, and why.
    """

    worth: int
    released: int = 0
    others: int = 0
    points: int = field(default=0, compare=False)
    rules: tuple[str, ...] = ()
    because: tuple[Message, ...] = ()

    @property
    def waits(self) -> bool:
        return self.points > 0

    @property
    def waits_for_colleague(self) -> bool:
        """Whether a colleague has to confirm it, or a reviewer: then the clock never pays it."""
        return FOR_COLLEAGUE in self.because


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """The result of one activity. `reached`: levels, paths, badges and unlocks that it brought.

    `day` is the local day that it fell under, `allowance` what the member could earn on it by the program's own cap.
    """

    lines: tuple[EntryLine, ...] = ()
    reached: tuple[Message, ...] = ()
    day: int | None = None
    allowance: int | None = None
    spent: int = 0
    hold: Hold | None = None  # None: nothing of it can be held, and nothing was decided of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The points that one event earned or spent, with the arithmetic and the reasons, kept for good.

    It is idempotency key, ledger row and audit of the points in one: a balance is the sum over the member's entries.
    `points`, `spent` and `held` are what it added to the member's; each may be negative. `notes`: what the lines do
    not hold, such as why the event does not count. What it says as a whole: `EntryTexts.messages`.
    """

    activity: Activity
    program_version: int
    lines: tuple[EntryLine, ...]
    points: int
    spent: int
    held: int  # points that wait for a decision
    notes: tuple[Message, ...] = ()
    reached: tuple[Message, ...] = ()  # levels, paths, badges, unlocks
    day: int | None = None  # the local day it was applied under; None where it was not
    allowance: int | None = None  # what the member could earn on that day at most, by the program's own cap
    other_allowances: Mapping[int, int] = field(default_factory=dict)  # of other days that pay because of this event
    sequence: int = 0  # the order in which a member's entries were recorded, from 1
    recorded_at: datetime | None = None

    @property
    def key(self) -> Key:
        return self.activity.key

    @property
    def waits_for_colleague(self) -> bool:
        """Whether a colleague had to confirm it when it was recorded: what it waits for now, its hold says."""
        return any(line.held and line.because == FOR_COLLEAGUE for line in self.lines)

    @property
    def amends(self) -> Key | None:
        """The event that it amends; None where it amends none, or does not count."""
        counts = all(note.code != NOT_COUNTED for note in self.notes)
        return self.activity.target if counts else None

    @property
    def is_held(self) -> bool:
        """Whether its own award waits, whatever its arrival changed for others."""
        return any(line.waiting for line in self.lines if line.rule != ADJUSTED)


def event_refused(program: str, member: str, activity: Activity, *, at: datetime) -> Record:
    """Return the record of an event whose id is used already with another body.

    A source that sends one id with ever new bodies leaves at most REFUSALS_KEPT records, which nobody can delete: the
    body's digest says which of them it would be, and the first of each stays. The others are counted in the log.
    """
    source, event = activity.key
    place = digest(activity)[0] % REFUSALS_KEPT
    return Record(
        program=program,
        key=f"REFUSED#ENTRY#{source}#{event}#{place}",
        what="audit.event_refused",
        who=source,
        at=at,
        about={"member": member, "source": source, "event": event},
        digest=digest(activity),
    )


REFUSALS_KEPT = 4  # of one event

type Fingerprint = bytes  # 5 bytes of a digest, for a rule and a subject
type KeyMark = bytes  # 3 bytes of a digest, for the key of a path's step or the name of a badge's tier
type DaysOff = tuple[int, int]  # the first and the last day

KEY_BYTES = 3
FINISHED: KeyMark = bytes(KEY_BYTES)

type BadgeTiers = tuple[frozenset[KeyMark], int]  # those that a member has, and a day
MAX_RECENT = 48  # kept in the state; the others are archived in an item of their own
MAX_FAILURES = 12  # subjects that were failed and not finished yet; the oldest are forgotten
MAX_AMENDED_BEFORE_ARRIVAL = 8  # kept in the state; with more of them, everything is replayed each time


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHold:
    """An event that waits, as it is stored: whose, what its `rules` hold of it, and the review by which it is decided.

    `waits_for_colleague`: it does, now; False where it waits for a reviewer or the clock, or no longer.
    """

    member: str
    event: Key
    worth: int | None  # before caps: a release says that so much was seen; None: stored before that was kept
    rules: tuple[str, ...]
    review: str
    waits_for_colleague: bool


@dataclass(slots=True, kw_only=True)
class StreakState:
    """A streak: its length, its last period that counted, matches in the current period, the longest it ever was."""

    length: int = 0
    last: int = 0  # a day, or the first one of a week
    period: int = 0
    matches: int = 0
    best: int = 0


@dataclass(slots=True, kw_only=True)
class WeekMean:
    """Values of one week, for sustained improvement."""

    begins: int
    total: float
    count: int

    @property
    def mean(self) -> float:
        return self.total / self.count


@dataclass(slots=True, kw_only=True)
class State:
    """`version` counts the writes, `sequence` the entries, of this member; both are the ledger's.

    `day_points`, `waiting` and `waited` describe one evaluation; they are not stored.
    The state is a function of the set of the member's activities, and of the versions and allowances they were
    evaluated under, so it can be rebuilt from the ledger. Days are ordinals of local dates, weeks those of their first
    days.
    """

    version: int = 0
    sequence: int = 0
    counted: bytes = b""  # which counts it holds: a digest of their definitions
    as_of: tuple[datetime, str, str] | None = None  # the order of the last activity that was applied
    earned: int = 0  # less reversals
    spent: int = 0
    held: int = 0
    day: int = 0
    used: dict[str, int] = field(default_factory=dict)  # what caps of that day have let pass, by cap
    week: int = 0
    week_used: int = 0
    week_rewards: int = 0  # of team goals, among them
    allowance: int | None = None  # points that the member may earn on that day, by the program's own cap
    allowance_reached: bool = field(
        default=False, compare=False
    )  # that cap kept some of the day's awards from being paid
    seen: dict[Fingerprint, int] = field(
        default_factory=dict
    )  # rule and subject -> day it last counted; the latest ones
    archive: dict[Fingerprint, int] = field(default_factory=dict)  # the others
    windows: dict[str, tuple[int, ...]] = field(default_factory=dict)  # rule -> days of matches not yet paid for
    streaks: dict[str, StreakState] = field(default_factory=dict)
    days_off: tuple[DaysOff, ...] = ()  # apart from one another, earliest first
    failures: dict[Fingerprint, int] = field(default_factory=dict)  # rule and subject -> failed tries
    weeks: dict[str, list[WeekMean]] = field(default_factory=dict)
    paths: dict[str, frozenset[KeyMark]] = field(default_factory=dict)  # steps that are done; FINISHED among them: paid
    counts: dict[Fingerprint, int] = field(default_factory=dict)  # what a requirement counts -> how many
    badges: dict[str, BadgeTiers] = field(default_factory=dict)  # the day: of the latest of its tiers
    unlocks: frozenset[str] = frozenset()
    carried_over: dict[str, tuple[int, int]] = field(
        default_factory=dict
    )  # rule, streak or path -> base and bonus that pay once, and that caps or a pause kept; oldest first
    amended_before_arrival: tuple[Fingerprint, ...] = ()  # the keys of activities
    day_points: dict[int, int] = field(default_factory=dict, compare=False)  # points by day, of days under an allowance
    waiting: dict[Key, Hold] = field(default_factory=dict, compare=False)  # of all events after a replay, else new ones
    waited: dict[Key, Hold] = field(default_factory=dict, compare=False)  # before a replay

    @property
    def spendable(self) -> int:
        return self.earned - self.spent

    def copy(self) -> "State":
        """Return a copy that can be changed; the archive is shared, as it is replaced as a whole, never changed."""
        return replace(
            self,
            used=dict(self.used),
            seen=dict(self.seen),
            windows=dict(self.windows),
            streaks={key: replace(run) for key, run in self.streaks.items()},
            failures=dict(self.failures),
            weeks={key: [replace(week) for week in weeks] for key, weeks in self.weeks.items()},
            paths=dict(self.paths),
            counts=dict(self.counts),
            badges=dict(self.badges),
            carried_over=dict(self.carried_over),
            day_points={},
            waiting={},
            waited={},
        )

    def last_seen(self, subject: Fingerprint) -> int | None:
        day = self.seen.get(subject)
        return self.archive.get(subject) if day is None else day

    def tidy(self) -> None:
        """Move all recent subjects to the archive once there are too many: so it is written seldom."""
        if len(self.seen) > MAX_RECENT:
            self.archive, self.seen = {**self.archive, **self.seen}, {}


@dataclass(frozen=True, slots=True)
class ReserveWithdrawal:
    """Points of a date that a member takes from the program's reserve, beyond their budget if they have one."""

    day: date
    before: int  # drawn by everybody until now
    points: int


@dataclass(frozen=True, slots=True)
class StockChange:
    """Pieces of a catalogue item that an order takes from its stock, or gives back."""

    item: str
    before: int  # taken by everybody until now
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerChange:
    """`due_at`: when what is held pays by itself; `decided`: events that waited, and now do not, or for something else.

    `sampled`: entries that paid and that a person checks all the same. `reviews.opening.reviews_of` has the reviews
    that the change opens.
    """

    program: str
    member: str
    before: State
    after: State
    entries: Sequence[Entry]
    due_at: datetime
    decided: Sequence[Key] = ()
    sampled: Sequence[Entry] = ()
    withdrawals: Sequence[ReserveWithdrawal] = ()
    stock: Sequence[StockChange] = ()

    @property
    def waiting(self) -> Mapping[Key, Hold]:
        """The events that wait from now on, or for something else than before."""
        waited = self.after.waited
        return {key: hold for key, hold in self.after.waiting.items() if waited.get(key) != hold}

    @property
    def amended(self) -> Mapping[Key, Collection[str]]:
        """The events that these entries amend, with the types of the amendments."""
        types = defaultdict[Key, set[str]](set)
        for entry in self.entries:
            if (target := entry.amends) is not None and decides_all(entry.activity):
                types[target].add(entry.activity.type)
        return types

    @property
    def archives(self) -> bool:
        return self.after.archive is not self.before.archive


def decides_all(amendment: Activity) -> bool:
    """Return whether an amendment says what became of its whole event: a denial of what waited again does not."""
    return amendment.type != DENIED or not amendment.attributes.get("points")


TRIES = 8

type Pause = Callable[[int], None]  # takes the number of tries so far


def until_written[T](act: Callable[[], T], pause: Pause, *, busy: str) -> T:
    """Return what `act` returns; it reads everything again each time. Raises Unavailable, naming what is `busy`."""
    for tries in range(TRIES):
        try:
            return act()
        except Superseded:
            pause(tries)
    raise Unavailable(f"others kept {busy} busy through {TRIES} tries")
