"""The program that somebody signs in to, as pages name it."""

from dataclasses import dataclass
from typing import Self

from ladder.domain.points.compiled import CompiledProgram


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramNamed:
    """`has_nights`: it has challenges, not only rules for what people do."""

    key: str
    name: str
    time_zone: str
    version: int
    paused: bool
    has_nights: bool

    @classmethod
    def of(cls, compiled: CompiledProgram) -> Self:
        return cls(
            key=compiled.key,
            name=compiled.name,
            time_zone=compiled.schedule.time_zone,
            version=compiled.version,
            paused=compiled.paused,
            has_nights=compiled.challenges.has_nights,
        )
