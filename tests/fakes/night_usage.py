"""What nights used, in memory: nothing, unless a test says so."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from ladder.usage import Usage


@dataclass(frozen=True, slots=True)
class MemoryNightUsage:
    used: dict[str, Usage] = field(default_factory=dict)

    def between(self, program: str, first: date, last: date) -> Mapping[str, Usage]:
        return self.used

    def model_tokens(self, program: str, days: Collection[date]) -> Mapping[date, int]:
        return {}
