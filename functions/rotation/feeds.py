"""What has to be read tonight: which series of the source goes into which column, and up to which day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ladder.domain.program import ContactType, Metric, Program

WHOLE = 1.0  # contacts and seconds are whole numbers


@dataclass(frozen=True, slots=True)
class Feed:
    """`step`: values are kept ten times as fine; finer digits say nothing and double what a day weighs."""

    series: str  # as the source calls it
    column: str  # as the history calls it
    step: float
    last: date  # the last day whose value is final tonight

    def first(self, window_days: int) -> date:
        return self.last - timedelta(days=window_days - 1)

    def kept(self, value: float) -> float:
        return round(value / self.step, 1) * self.step


def feeds(versions: Sequence[Program], metrics: Sequence[Metric], tonight: date) -> list[Feed]:
    """Every metric of any version in play, and the contacts by which the newest makes them comparable."""
    found = [Feed(metric.key, metric.measured, metric.step, metric.known_until(tonight)) for metric in metrics]
    yesterday = tonight - timedelta(days=1)
    for kind in versions[0].contact_types:
        found += [Feed(series, series, WHOLE, yesterday) for series in _series(kind)]
    return found


def _series(kind: ContactType) -> list[str]:
    return [kind.contacts, kind.seconds] if kind.seconds else [kind.contacts]
