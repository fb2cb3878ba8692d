"""The result of a demonstration as one document: `--json` prints it, the terminal shows it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec

from infra.cli.completion import TierCompletion
from infra.cli.driver.compare import Comparison
from infra.local.nights import NightUsage

USD_PER_MILLION = {"write_units": 0.625, "read_units": 0.125, "transitions": 25.0}  # us-east-1, on demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A category that ran on a night: the targets and players of the three tiers, and the outcomes.

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
class TierChange:
    date: date
    agent: str
    category: str
    old: int
    new: int
    first_placement: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRow:
    date: date
    revision: int
    attempt: int
    live: tuple[Live, ...]
    deferred: dict[str, str]
    tier_changes: tuple[TierChange, ...]
    lowered_by_caps: tuple[str, ...]  # agents with an easier tier, or one challenge less, for the day
    group_mismatches: dict[str, int]
    notes: tuple[str, ...]
    usage: NightUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Points that the agent sees and that are pending a decision."""

    date: date
    agent: str
    rule: str
    points: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The holdings of an agent: `streaks` by name, the longest; `badges` with the tier reached."""

    agent: str
    earned: int
    pending: int
    level: str
    streaks: dict[str, int]
    badges: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """An entry, as the agent reads it."""

    date: date
    points: int
    pending: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """`reported`: events that the learning system sent: all, those sent again, and those sent days late.

    `capped`: points not paid, by reason; `ledger`: selected entries of `agent`, by day.
    """

    accounts: tuple[Account, ...]
    entries: int
    completions: int
    reported: Mapping[str, int]
    failed: int  # messages that could not be processed
    capped: dict[str, int]
    pending: tuple[Pending, ...]
    agent: str
    ledger: tuple[LedgerRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCase:
    """`id`: of its verdict; `outcome`: nothing, review or grant; `evidence`: what the model quoted."""

    id: str
    agent: str
    badge: str
    model: str
    outcome: str
    reason: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReview:
    """An open review of a verdict; `subject` is the verdict's id."""

    id: str
    subject: str
    agent: str
    badge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision of a staff member. `action`: approved, rejected or revoked; `has_badge`: the agent, afterwards."""

    action: str
    agent: str
    badge: str
    by: str
    reason: str
    has_badge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """A post with instructions for the model. `model_complied`: it followed them; `points`: paid for the post."""

    agent: str
    text: str
    model_complied: bool
    reason: str
    points: int
    has_badge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """`problem`: the first record or seal that fails verification, "" where all pass."""

    records: int
    seals: int
    anchors: int
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """`review_queue`: open reviews by kind, `open_reviews`: those of verdicts, before anybody decided."""

    model: str
    posts: int
    confirmations: int  # of posts, by colleagues
    cases: tuple[JudgedCase, ...]
    review_queue: dict[str, int]
    open_reviews: tuple[OpenReview, ...]
    decisions: tuple[Decision, ...]
    injection: Injection
    audit: Audit

    @property
    def outcomes(self) -> Counter[str]:
        return Counter(case.outcome for case in self.cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleDay:
    """One challenge of one agent. The target is None where they had none, the value where they did not work."""

    date: date
    category: str
    unit: str
    tier: int
    played: int
    target: float | None
    value: float | None
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleAgent:
    agent: str
    days: tuple[ExampleDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChallenge:
    """A challenge of one day as Ladder's own API shows it."""

    name: str
    description: str
    tier: int
    points: int
    explanation: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """The program without an outside platform. `challenges`: those of `agent` on `day`, the last night's."""

    program: str
    agents: int
    nights: int
    transitions_per_night: float
    platform_calls: int
    completions: int
    earned: int
    day: date
    agent: str
    challenges: tuple[ShownChallenge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message, as the fake of its channel shows it. `to`: an address there; `withdrawn`: it was taken back."""

    channel: str
    to: str
    text: str
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """`comparison`: every balance against the reference model. `centre`: the program without a platform beside it.

    `one_per_metric`: the platform allows one active challenge per metric.
    """

    program: str
    source: str
    agents: tuple[str, ...]
    nights: tuple[NightRow, ...]
    points: Points
    judging: Judging
    example_agent: ExampleAgent
    comparison: Comparison
    centre: Centre
    one_per_metric: bool = False
    completion_by_tier: Mapping[str, TierCompletion] = field(default_factory=dict)  # of challenges played and settled
    said: tuple[Said, ...] = ()

    @property
    def tier_changes(self) -> list[TierChange]:
        return [change for night in self.nights for change in night.tier_changes]

    def per_agent_and_night(self) -> dict[str, float]:
        agent_nights = len(self.nights) * len(self.agents)
        resources = ("platform_calls", "metric_calls", "write_units", "read_units")
        return {resource: round(self._total(resource) / agent_nights, 4) for resource in resources}

    @property
    def transitions_per_night(self) -> float:
        return round(self._total("transitions") / len(self.nights), 1)

    def usd_a_month(self) -> float:
        """Thirty nights like these: DynamoDB and Step Functions as counted, without Lambda's time."""
        total = sum(self._total(resource) * usd / 1e6 for resource, usd in USD_PER_MILLION.items())
        return total * 30 / len(self.nights)

    def as_json(self) -> dict[str, Any]:
        """Return the document: dates are ISO text, keys are the fields of these classes."""
        document: dict[str, Any] = msgspec.to_builtins(self)
        return document | {
            "per_agent_and_night": self.per_agent_and_night(),
            "transitions_per_night": self.transitions_per_night,
            "aws_usd_a_month": round(self.usd_a_month(), 4),
        }

    def _total(self, resource: str) -> float:
        return float(sum(getattr(night.usage, resource) for night in self.nights))
