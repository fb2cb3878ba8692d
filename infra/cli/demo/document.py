"""What a demonstration has to tell, as one document: `--json` prints it, the screen draws it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from infra.cli.demo.judged import Judged

USD_PER_MILLION = {"write_units": 0.625, "read_units": 0.125, "transitions": 25.0}  # us-east-1, on demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A category that ran on a night: what it asked of the three tiers, who played, and what came of it.

    `displayed`: the one number of a challenge for all tiers; None where each tier has a challenge of its own.
    """

    category: str
    metric: str
    unit: str
    targets: tuple[float, float, float]
    from_history: bool
    players: tuple[int, int, int]
    outcomes: dict[str, int]
    displayed: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    date: date
    agent: str
    category: str
    old: int
    new: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a night used of the world; metric reads apart from other calls to the platform."""

    transitions: int
    platform_calls: int
    metric_calls: int
    write_units: float
    read_units: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRow:
    date: date
    revision: int
    attempt: int
    live: tuple[Live, ...]
    deferred: dict[str, str]
    moves: tuple[Move, ...]
    lowered: tuple[str, ...]  # agents whom pre-flight gave an easier tier, or one challenge less, for the day
    strays: dict[str, int]
    notes: tuple[str, ...]
    used: Used


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Points that are shown to the agent and wait for a person's look."""

    date: date
    agent: str
    rule: str
    points: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an agent has: `streaks` by their name, the longest; `badges` with the tier reached."""

    agent: str
    earned: int
    held: int
    level: str
    streaks: dict[str, int]
    badges: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """An entry, as the agent reads it."""

    date: date
    points: int
    held: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """How the learning system reported, in events: some again, some only days later."""

    sent: int
    again: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """`trimmed`: points that were not paid, by the reason given; `ledger`: telling entries of `agent`, by day."""

    accounts: tuple[Account, ...]
    entries: int
    completions: int
    reported: Reported
    failed: int  # messages in the dead-letter queue
    trimmed: dict[str, int]
    held: tuple[Held, ...]
    agent: str
    ledger: tuple[LedgerRow, ...]

    @property
    def earned(self) -> int:
        return sum(account.earned for account in self.accounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDay:
    """One challenge of one agent. The target is None where he had none, the value where he did not work."""

    date: date
    category: str
    unit: str
    tier: int
    played: int
    target: float | None
    value: float | None
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    agent: str
    days: tuple[StoryDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`one_per_metric`: the platform allows one active challenge per metric."""

    program: str
    source: str
    agents: tuple[str, ...]
    nights: tuple[NightRow, ...]
    points: Points
    judged: Judged
    story: Story
    one_per_metric: bool = False

    @property
    def year(self) -> int:
        return self.nights[-1].date.year

    @property
    def moves(self) -> list[Move]:
        return [move for night in self.nights for move in night.moves]

    @property
    def categories(self) -> set[str]:
        return {live.category for night in self.nights for live in night.live}

    def per_agent_and_night(self) -> dict[str, float]:
        shares = len(self.nights) * len(self.agents)
        used = ("platform_calls", "metric_calls", "write_units", "read_units")
        return {what: round(self._total(what) / shares, 4) for what in used}

    def usd_a_month(self) -> float:
        """Thirty nights like these: DynamoDB and Step Functions as counted. Lambda's time is not in it."""
        total = sum(self._total(what) * usd / 1e6 for what, usd in USD_PER_MILLION.items())
        return total * 30 / len(self.nights)

    def as_json(self) -> dict[str, Any]:
        """Dates as ISO text; keys as they are named here."""
        measured = {
            "per_agent_and_night": self.per_agent_and_night(),
            "transitions_per_night": round(self._total("transitions") / len(self.nights), 1),
            "aws_usd_a_month": round(self.usd_a_month(), 4),
        }
        document: dict[str, Any] = _plain(asdict(self))
        return document | measured

    def _total(self, what: str) -> float:
        return float(sum(getattr(night.used, what) for night in self.nights))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
