"""Ports of the challenges: the platform, its metrics, the stores of a rotation, and announcements."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from ladder.domain.challenges.assignment import Assignment, MemberStanding
from ladder.domain.challenges.completion import Completion, Outcome, TooFewBySlot, TooFewContacts
from ladder.domain.challenges.difficulty_relief import DifficultyRelief
from ladder.domain.challenges.participation import Choice
from ladder.domain.challenges.rotation import Claim, Launch, Rotation
from ladder.domain.challenges.rules import Membership

if TYPE_CHECKING:  # numpy stays out of functions that have no use for it
    from ladder.domain.challenges.history import DayColumn, History
    from ladder.domain.challenges.so_far import FiguresSoFar, OwnFigureSoFar  # which imports these ports

NONE_TOO_FEW: Mapping[str, TooFewBySlot] = {}

type MetricValue = tuple[float, float]  # a value, and how many contacts it rests on


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChallenge:
    name: str
    description: str
    metric: str
    groups: tuple[str, ...]
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
    ends_at: datetime | None = None  # None: the platform does not say


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
    """An outside platform. A program of the kind `ladder` has none, and no step that needs one."""

    @property
    def membership(self) -> Membership: ...
    @property
    def batch(self) -> int: ...  # the most users that one add or remove takes
    def active(self) -> list[LiveChallenge]: ...
    def retire(self, challenge: str) -> None: ...  # retiring a retired one is no error
    def launch(self, challenge: NewChallenge) -> str: ...  # the platform's id; MetricTaken where one is all it allows
    def add(self, group: str, users: Sequence[str]) -> dict[str, str]: ...  # user -> why not
    def remove(self, group: str, users: Sequence[str]) -> dict[str, str]: ...
    def members(self, group: str) -> set[str]: ...
    def completions(self, day: date) -> list[NativeCompletion]: ...


class MetricSource(Protocol):
    @property
    def batch(self) -> int: ...  # the most users that one reading covers
    def readings(self, metric: str, users: Sequence[str], *, first: date, last: date) -> Iterable[Reading]: ...


class Histories(Protocol):
    def load(self, program: str, *, first: date, last: date, members: int, metrics: tuple[str, ...]) -> "History": ...
    def record(
        self, program: str, day: date, readings: Mapping[str, "DayColumn"], *, without: Collection[str] = ()
    ) -> bool:
        """Merge readings into what is known; return whether that changed. `without`: columns that it removes."""


class MemberMetrics(Protocol):
    """One member's values of every metric, by day, without days on which they did not work."""

    def of_slot(
        self, program: str, slot: int, *, first: date, last: date
    ) -> Mapping[date, Mapping[str, MetricValue]]: ...


class FiguresOfToday(Protocol):
    """Figures of a day that is not over: no step of a night has this port."""

    def begin(self, program: str, day: date, *, at: datetime, every: timedelta) -> bool:
        """Take the turn to read them; return False where they were begun to be read less than `every` ago."""

    def save(self, program: str, metric: str, figures: "FiguresSoFar") -> None: ...  # instead of those before


class OwnFiguresOfToday(Protocol):
    def of_slot(self, program: str, slot: int) -> Mapping[str, "OwnFigureSoFar"]: ...  # by metric; maybe of another day


class Assignments(Protocol):
    def load(self, program: str, rotation: str) -> Assignment: ...  # {} where nothing was planned
    def save(self, claim: Claim, assignment: Assignment) -> None: ...
    def fix_budgets(self, program: str, day: date, budgets: Sequence[int]) -> list[int]: ...  # the first ones stand
    def outcomes(self, program: str, day: date) -> dict[str, bytes]: ...  # category -> index into OUTCOMES
    def save_outcomes(
        self, program: str, day: date, outcomes: Mapping[str, bytes], few: Mapping[str, TooFewBySlot] = NONE_TOO_FEW
    ) -> None: ...  # `few`: by category, of those on too few contacts
    def miss_streaks(self, program: str, first: date, last: date) -> dict[date, dict[str, bytes]]:
        """Return misses in a row by date and category: of each date that has some, and of the last before `first`."""

    def save_miss_streaks(self, program: str, day: date, runs: Mapping[str, bytes]) -> None: ...


class DifficultyReliefs(Protocol):
    """Granted by a decision, in the same moment."""

    def decided(
        self, program: str, *, since: datetime
    ) -> Sequence[DifficultyRelief]: ...  # one of a moment ago may be missing
    def of(self, program: str, member: str) -> Sequence[DifficultyRelief]: ...


class Participation(Protocol):
    """The choices of members on opt-in categories."""

    def everybody(self, program: str) -> Iterable[tuple[str, str, Choice]]: ...  # member, category, choice
    def of(self, program: str, member: str) -> Mapping[str, Choice]: ...  # by category
    def change(
        self, program: str, member: str, category: str, change: Callable[[Choice | None], Choice | None]
    ) -> Choice | None:
        """Store what `change` makes of the choice that stands, unless it is None; return the one that stands then.

        Raises MemberErased for an erased member.
        """


class MemberStandings(Protocol):
    """One member's place, by category: in one rotation, or in each of some, which reads them together."""

    def standings(self, program: str, rotation: str, slot: int) -> dict[str, MemberStanding]: ...
    def standings_in(
        self, program: str, rotations: Collection[str], slot: int
    ) -> dict[str, dict[str, MemberStanding]]: ...  # by rotation
    def outcomes_on(
        self, program: str, days: Collection[date], slot: int
    ) -> dict[date, dict[str, Outcome]]: ...  # by date
    def too_few_contacts(
        self, program: str, day: date, slot: int
    ) -> dict[str, TooFewContacts]: ...  # category -> why the day does not count


class Rotations(Protocol):
    """`advance`, `record_launch` and `activate` raise Superseded where the claim is no longer held."""

    def get(self, program: str, rotation: str) -> Rotation | None: ...
    def newest(self, program: str) -> Rotation | None: ...  # the highest revision of the latest date
    def latest(self, program: str, day: date) -> Rotation | None: ...  # the highest revision of the date
    def before(self, program: str, day: date) -> Rotation | None: ...  # the last live one of an earlier date
    def between(self, program: str, first: date, last: date) -> list[Rotation]: ...  # every revision, oldest first
    def claim(self, rotation: Rotation, *, instead_of: Claim | None) -> bool: ...  # False: somebody was faster
    def hold(self, claim: Claim) -> Rotation: ...  # Superseded where another has taken over
    def advance(self, rotation: Rotation) -> None: ...  # step, warnings, plan, group mismatches, failed
    def record_launch(self, claim: Claim, key: str, launch: Launch) -> None: ...
    def activate(self, claim: Claim, *, at: datetime) -> None: ...  # pointer and audit record, together
    def pointer(self, program: str) -> str | None: ...  # the current rotation


class Completions(Protocol):
    def send(self, completions: Sequence[Completion]) -> None: ...


class Announcements(Protocol):
    def announce(self, kind: str, detail: Mapping[str, object]) -> None: ...


ExecutionStatus = Literal["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]


class Executions(Protocol):
    def start(self, name: str, arguments: Mapping[str, object]) -> None: ...  # a used name is no error
    def status(self, name: str) -> ExecutionStatus | None: ...  # None: never started
    def stop(self, name: str, reason: str) -> None: ...
