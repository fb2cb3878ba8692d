"""What every category asks of everybody on a night, whether it was drawn or not. Axes: M members."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from ladder.domain.challenges.history import Bytes, Row
from ladder.domain.challenges.metric_values import MetricValues
from ladder.domain.challenges.plan import PlannedRotation
from ladder.domain.challenges.rotation import Targets
from ladder.domain.challenges.settlement import AskedTargets
from ladder.domain.challenges.targets import per_member, targets_for
from ladder.domain.programs.program import Metric, Program


@dataclass(frozen=True, slots=True)
class Asked:
    """One category on one night. `tier`: of record, 0 for who is not on the roster yet; `played`: 0 = nothing today."""

    targets: Targets
    drawn: bool
    tier: Bytes
    played: Bytes
    placed: Bytes  # 1 for who has worked long enough to stand where he belongs
    peers: bytes
    value: Row  # smoothed, as known on the night

    def question(self, metric: Metric, day: date, *, played: bool) -> AskedTargets:
        """`played`: as on the platform that day; else every member his tier of record."""
        tier = self.played if played else self.tier
        table = per_member(self.targets, self.peers)
        peers = _bytes(self.peers).astype(np.int16)
        return AskedTargets(metric, day, tier, table[np.arange(len(tier)), tier], peers)


def asked(program: Program, night: date, key: str, figures: MetricValues, plan: PlannedRotation) -> Asked:
    category, standing = program.category(key), plan.assignment[key]
    metric = program.metric(category.metric)
    until = metric.known_until(night)
    value = figures.value(metric, figures.history.last_known(metric.key, until) or until)
    return Asked(
        targets=targets_for(category, metric, value, figures.population.groups, program.tier_rule),
        drawn=key in plan.rotation_plan.selected,
        tier=_bytes(standing.tier) * figures.population.active,
        played=_bytes(standing.played),
        placed=(_bytes(standing.worked) >= program.tier_rule.placed_after_days).astype(np.uint8),
        peers=standing.peers,
        value=value,
    )


def ungated(question: AskedTargets) -> AskedTargets:
    """Whether the target was met, whatever quality says."""
    return replace(question, metric=replace(question.metric, quality_gate=None))


def _bytes(column: bytes) -> Bytes:
    return np.frombuffer(column, dtype=np.uint8)
