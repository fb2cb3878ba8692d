"""Count what a step uses of DynamoDB and of platforms, where it happens; the step's answer reports it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(slots=True)
class Usage:
    """Write and read units as DynamoDB reports them; calls as the platform sees them, retries included."""

    write_units: float = 0.0
    read_units: float = 0.0
    platform_calls: int = 0
    metric_calls: int = 0


class NightUsages(Protocol):
    def between(self, program: str, first: date, last: date) -> Mapping[str, Usage]: ...  # by rotation
    def model_tokens(self, program: str, days: Collection[date]) -> Mapping[date, int]: ...  # of days with any
