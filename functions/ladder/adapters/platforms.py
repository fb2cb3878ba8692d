"""Select a program's outside platform by its kind, and the source of its metrics.

A program of kind `ladder` has no platform: none of the steps that need one runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from ladder.adapters import wem
from ladder.adapters.secrets import ProgramSecrets
from ladder.domain.challenges.ports import ChallengePlatform, MetricSource
from ladder.domain.challenges.rules import Platform
from ladder.domain.errors import ProgramRefused, Rejected
from ladder.domain.programs.program import Program
from ladder.usage import Usage

DIALECTS: dict[str, ModuleType] = {"wem": wem}


@dataclass(frozen=True, slots=True)
class Platforms:
    """The platforms. `time_left`: seconds that the calling step has; nothing here waits longer.

    `files`: the metric files of a program, for programs measured by them.
    """

    secrets: ProgramSecrets
    usage: Usage
    time_left: Callable[[], float]
    files: Callable[[Program, Usage], MetricSource] | None = None

    def challenges(self, program: Program) -> ChallengePlatform:
        named, dialect = _platform(program)
        secret = self.secrets.platform(program.key)
        platform: ChallengePlatform = dialect.challenge_platform(
            named, secret, usage=self.usage, deadline=self.time_left
        )
        return platform

    def metrics(self, program: Program, *, agents: int) -> MetricSource:
        if program.challenges.metric_files:
            if self.files is None:
                raise Rejected(f"{program.key} is measured by metric files, and this function reads none")
            return self.files(program, self.usage)
        named, dialect = _platform(program)
        secret = self.secrets.platform(program.key)
        source: MetricSource = dialect.metric_source(
            named, secret, usage=self.usage, deadline=self.time_left, agents=agents
        )
        return source


def _platform(program: Program) -> tuple[Platform, ModuleType]:
    """Return the program's outside platform, and the adapter of its kind."""
    platform = program.challenges.outside_platform
    if platform is None:
        raise ProgramRefused(
            f"{program.key} has no outside platform that measures or takes challenges: add metric_files, from which "
            "its metrics are read, or the platform's kind under platform"
        )
    kind = platform.kind
    if kind not in DIALECTS:
        raise ProgramRefused(f"{program.key}: platform.kind {kind!r} is not supported: use one of {sorted(DIALECTS)}")
    return platform, DIALECTS[kind]
