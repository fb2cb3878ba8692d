"""Badges that a model may propose: values only; `judging` works them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ladder.domain.rules import Match, Perseverance, Test

Policy = Literal["suggest", "approve", "auto"]  # what becomes of a model's proposal
Phase = Literal["pilot", "expansion", "scale"]


JudgeKind = Literal["bedrock", "openai"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Who is judged at all in a phase: these teams', these channels', and a share of everybody by their random ids."""

    share: float = 0.0
    teams: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Several pieces of evidence: so many matches within so many local days are one case."""

    at_least: int
    within_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedBadge:
    """A badge that a model may propose, and people or a policy that people set decide.

    A match is a case; with `perseverance` only after failed tries, with `pieces` only together with others.
    `confirmed_by`: numbers that a reviewer and the model are shown beside a text. They came in the event that brought
    the text, so they never grant anything: "auto" needs recorded tries.
    Until `probation_days` after `since` every proposal goes to a person, whatever `policy` says.
    """

    key: str
    name: str
    description: str
    criteria: str  # published, and what the model is told
    owner: str
    review_on: date
    match: Match
    since: date
    perseverance: Perseverance | None = None
    pieces: Pieces | None = None
    confirmed_by: tuple[Test, ...] = ()
    policy: Policy = "suggest"
    confidence: float = 0.8  # below it nothing is proposed
    probation_days: int = 30
    phase: Phase = "pilot"
    pilot: Cohort = field(default_factory=Cohort)
    expansion: Cohort = field(default_factory=Cohort)  # beside the pilot's; at scale everybody is judged
    per_member_daily: int = 3  # cases that are judged for one member in a day
    paused: bool = False  # nobody is judged for it; people may still grant it

    @property
    def types(self) -> tuple[str, ...]:
        """Of the events that may make a case, or complete one that was told before them."""
        return (*self.match.types, *(self.perseverance.failed.types if self.perseverance else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeModel:
    """The model that is asked about judged badges, and what may be spent on it."""

    kind: JudgeKind = "bedrock"
    model: str
    daily_tokens: int = 200_000  # of the program, in and out together
    timeout_seconds: int = 20
