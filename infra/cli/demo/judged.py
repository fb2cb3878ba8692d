"""What a model was asked, what it proposed, and what people made of it: a part of the demonstration's document."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCase:
    """`id`: of its verdict; `outcome`: nothing, review or grant; `evidence`: what the model quoted."""

    id: str
    agent: str
    badge: str
    model: str
    outcome: str
    because: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An open review of a verdict, as the queue has it; `subject` is the verdict's id."""

    id: str
    subject: str
    agent: str
    about: dict[str, str]

    @property
    def badge(self) -> str:
        return self.about["badge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What a person did. `has`: whether the agent has the badge afterwards."""

    what: str
    agent: str
    badge: str
    by: str
    reason: str
    has: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected:
    """A post that speaks to the judge. `obeyed`: the model did as told; `points`: of the post; `has`: the badge."""

    agent: str
    text: str
    obeyed: bool
    because: str
    points: int
    has: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """`broken`: the first link that is not as it was left, "" where all are."""

    records: int
    seals: int
    anchors: int
    broken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """`asked`: the model; `queue`: open reviews by kind, `waiting`: those of verdicts, before anybody decided."""

    asked: str
    posts: int
    cases: tuple[JudgedCase, ...]
    queue: dict[str, int]
    waiting: tuple[Waiting, ...]
    by_hand: tuple[ByHand, ...]
    injected: Injected
    chain: Chain

    @property
    def outcomes(self) -> Counter[str]:
        return Counter(each.outcome for each in self.cases)
