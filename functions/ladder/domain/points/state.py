"""A member's state: everything that folding his next activity needs to know of all those before.

It is a function of the set of his activities (and of the versions and allowances they were evaluated under), so it can
be thrown away and built again from the ledger. Days are ordinals of local dates (`date.toordinal`), weeks of Mondays.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from ladder.domain.activities.activity import Key
from ladder.domain.points.entry import EntryLine

type Fingerprint = bytes  # 5 bytes of a digest, for a rule and a subject
type StepMark = bytes  # 3 bytes of a digest, for the key of a path's step

STEP_BYTES = 3
FINISHED: StepMark = bytes(STEP_BYTES)
RECENT_MARKS = 48  # kept in the state; the others are archived in an item of their own
OPEN_FAILURES = 12  # subjects that were failed and not finished yet; the oldest are forgotten
PENDING = 8  # amendments that wait for their activity; with more of them, everything is folded anew each time


@dataclass(slots=True, kw_only=True)
class StreakState:
    """A streak: its length, its last period that counted, matches in the current period, the longest it ever was."""

    length: int = 0
    last: int = 0  # a day, or the Monday of a week
    period: int = 0
    matches: int = 0
    best: int = 0


@dataclass(slots=True, kw_only=True)
class WeekMean:
    """Values of one ISO week, for sustained improvement."""

    monday: int
    total: float
    count: int

    @property
    def mean(self) -> float:
        return self.total / self.count


@dataclass(slots=True, kw_only=True)
class State:
    """`version` counts the writes, `sequence` the entries, of this member; both are the ledger's.

    `taken` and `waiting` tell of one evaluation; they are not kept.
    """

    version: int = 0
    sequence: int = 0
    counted: bytes = b""  # which counts it holds: a digest of their definitions
    as_of: tuple[datetime, str, str] | None = None  # the order of the last activity that was folded
    earned: int = 0  # less reversals
    spent: int = 0
    held: int = 0
    day: int = 0
    used: dict[str, int] = field(default_factory=dict)  # what caps of that day have let pass, by cap
    week: int = 0
    week_used: int = 0
    allowance: int | None = None  # points that the member may earn on that day, by the program's own cap
    short: bool = field(default=False, compare=False)  # that cap kept some of the day's awards from being paid
    seen: dict[Fingerprint, int] = field(
        default_factory=dict
    )  # rule and subject -> day it last counted; the latest ones
    archive: dict[Fingerprint, int] = field(default_factory=dict)  # the others
    windows: dict[str, tuple[int, ...]] = field(default_factory=dict)  # rule -> days of matches not yet paid for
    streaks: dict[str, StreakState] = field(default_factory=dict)
    days_off: tuple[int, ...] = ()
    failures: dict[Fingerprint, int] = field(default_factory=dict)  # rule and subject -> failed tries
    weeks: dict[str, list[WeekMean]] = field(default_factory=dict)
    paths: dict[str, frozenset[StepMark]] = field(
        default_factory=dict
    )  # steps that are done; FINISHED among them: paid
    counts: dict[Fingerprint, int] = field(default_factory=dict)  # what a requirement counts -> how many
    badges: dict[str, tuple[int, int]] = field(default_factory=dict)  # tier reached, and the day
    unlocks: frozenset[str] = frozenset()
    pending: tuple[Fingerprint, ...] = ()  # activities that were amended before they arrived
    taken: dict[int, int] = field(default_factory=dict, compare=False)  # points by day, of days under an allowance
    waiting: dict[Key, tuple[EntryLine, ...]] = field(default_factory=dict, compare=False)  # where all were folded anew

    @property
    def spendable(self) -> int:
        return self.earned - self.spent

    def copy(self) -> "State":
        """One that can be changed without changing this; the archive is replaced as a whole, never changed."""
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
            taken={},
            waiting={},
        )

    def last_seen(self, mark: Fingerprint) -> int | None:
        found = self.seen.get(mark)
        return self.archive.get(mark) if found is None else found

    def tidy(self) -> None:
        """Moves marks to the archive once there are too many, all at once: so it is written seldom."""
        if len(self.seen) > RECENT_MARKS:
            self.archive, self.seen = {**self.archive, **self.seen}, {}
