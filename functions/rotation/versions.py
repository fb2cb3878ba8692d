"""Which versions of a program still matter: the current one, and those whose nights are not settled for good."""

from collections.abc import Sequence
from datetime import date, timedelta

from ladder.domain.program import Metric, Program
from ladder.domain.rotation import Claim
from ladder.ports.nights import Rotations
from ladder.ports.programs import Programs

LONGEST_DAYS = 60  # no metric is final later than this, corrections included


def in_play(claim: Claim, program: Program, rotations: Rotations, programs: Programs) -> list[Program]:
    """`program` first, then every other version that a night of the last weeks was played under."""
    played = rotations.between(claim.program, claim.date - timedelta(days=LONGEST_DAYS), claim.date)
    older = {rotation.program_version for rotation in played} - {program.version}
    return [program, *(programs.version(claim.program, version) for version in sorted(older, reverse=True))]


def metrics_of(versions: Sequence[Program]) -> tuple[Metric, ...]:
    """Every metric that any of them has, as the newest of them describes it."""
    found: dict[str, Metric] = {}
    for program in versions:
        for metric in program.metrics:
            found.setdefault(metric.key, metric)
    return tuple(found.values())


def first_unsettled(claim: Claim, metrics: Sequence[Metric], *, corrections_days: int) -> date:
    """The oldest date whose outcome may still change."""
    return claim.date - timedelta(days=1 + max(metric.final_after_days for metric in metrics) + corrections_days)
