"""The rows of the bench: a measurement is one decorated function, and decorating it is all it takes to add one.

@at_most(10, "s", "planning 1,000,000 members: CPU on one core")
def planning_seconds() -> float: ...
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

type Measure = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    value: float
    unit: str
    goal: str
    met: bool

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Measurement:
    name: str
    unit: str
    sign: Literal["<=", ">="]
    bound: float
    measure: Measure

    @property
    def goal(self) -> str:
        return f"{self.sign} {self.bound:g}"

    def row(self) -> Row:
        value = self.measure()
        met = value <= self.bound if self.sign == "<=" else value >= self.bound
        return Row(self.name, float(f"{value:.4g}"), self.unit, self.goal, met)


MEASUREMENTS: list[Measurement] = []  # in the order of the table


def at_most(bound: float, unit: str, name: str) -> Callable[[Measure], Measure]:
    return _registered("<=", bound, unit, name)


def at_least(bound: float, unit: str, name: str) -> Callable[[Measure], Measure]:
    return _registered(">=", bound, unit, name)


def selected(only: str) -> list[Measurement]:
    """Those whose name contains `only`, whatever its case."""
    return [each for each in MEASUREMENTS if only.lower() in each.name.lower()]


def _registered(sign: Literal["<=", ">="], bound: float, unit: str, name: str) -> Callable[[Measure], Measure]:
    def register(measure: Measure) -> Measure:
        MEASUREMENTS.append(Measurement(name, unit, sign, bound, measure))
        return measure

    return register
