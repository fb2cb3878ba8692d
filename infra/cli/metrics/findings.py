"""What was guessed about an export, how sure it is, and what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ladder.domain.challenges.metric_files import Measure, MetricFiles
from ladder.domain.challenges.rules import ContactType

Sureness = Literal["certain", "likely", "unsure"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`key`: what `--set` and metric_files call it. `choices`: what it may be, where it is unsure."""

    key: str
    value: object
    sure: Sureness
    why: str
    choices: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessedMetric:
    """A metric as a program describes it, and how it is read. `role`: what it can be used for."""

    key: str
    name: str
    unit: str
    direction: Literal["lower", "higher"]
    step: float
    role: Literal["time", "short", "repeat", "rate", "score"]
    measure: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """`files` is None where something essential is missing; `unused`: columns of numbers that nothing was made of."""

    files: MetricFiles | None
    metrics: tuple[GuessedMetric, ...] = ()
    contact_types: tuple[ContactType, ...] = ()
    findings: tuple[Finding, ...] = ()
    unused: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # of contact types: key -> what stands in the file

    @property
    def questions(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.sure == "unsure")
