"""Quality gates: who keeps the bound of a gate, and gates that nobody ever fails. Axes: D days, M members."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from ladder.domain.challenges.history import Flags, History, Row
from ladder.domain.challenges.rules import ChallengeRules, QualityGate
from ladder.domain.message import Message

LEAST_MEMBER_DAYS = 100  # on which a gate that nobody fails is worth a word


def keeps_bound(gate: QualityGate, quality: Row) -> Flags:
    """Return whose quality passes: (M,). NaN does not."""
    low = -np.inf if gate.at_least is None else gate.at_least
    high = np.inf if gate.at_most is None else gate.at_most
    keeps: Flags = (quality >= low) & (quality <= high)
    return keeps


def gates_nobody_fails(rules: ChallengeRules, history: History, tonight: date) -> Iterator[Message]:
    """Yield a warning for each gate before speed whose bound every day of everybody in the window keeps."""
    for metric in rules.metrics:
        gate = metric.quality_gate
        if not metric.speed or gate is None or gate.metric not in history.columns:
            continue
        values, days = history.columns[gate.metric].values, 0
        last = history.row(min(rules.metric(gate.metric).known_until(tonight), history.last))
        for row in range(last, max(-1, last - rules.tier_rule.window_days), -1):  # mostly the first one ends it
            known = values[row][~np.isnan(values[row])]
            if not keeps_bound(gate, known).all():
                break
            days += len(known)
        else:
            if days >= LEAST_MEMBER_DAYS:
                yield Message("rotation.gate_never_failed", {"metric": metric.key, "quality": gate.metric})
