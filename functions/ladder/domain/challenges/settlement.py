"""Settlement: who met their challenge on one date, once the metric values are final.

Axes: M members. A code is an index into `completion.OUTCOMES`.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain.challenges import performance
from ladder.domain.challenges.completion import OUTCOMES, Outcome
from ladder.domain.challenges.contacts_needed import ContactsNeeded
from ladder.domain.challenges.history import Bytes, Flags, GroupIndex, History
from ladder.domain.challenges.quality_gates import keeps_bound
from ladder.domain.challenges.rules import ChallengeRules, Metric
from ladder.domain.message import Message, Parameter

type Codes = Bytes  # (M,)

EARNED: tuple[Outcome, ...] = ("completed", "unproven")  # outcomes that send a completion, which may still be held


@dataclass(frozen=True, slots=True)
class ChallengesAsked:
    """The challenges of one category on one date: the tier and target of each member."""

    metric: Metric
    day: date
    tiers: Codes  # tier played, 0 = no challenge
    target: np.ndarray[tuple[int], np.dtype[np.float64]]  # (M,)
    peers: GroupIndex  # peer group whose contacts decide how many a day needs


def outcome_code(outcome: Outcome) -> int:
    return OUTCOMES.index(outcome)


def settle(asked: ChallengesAsked, rules: ChallengeRules, history: History, tonight: date) -> Codes:
    """Return what is known tonight: (M,). "open" and "provisional" may still change; the other outcomes are final."""
    outcome = np.full(asked.tiers.shape, outcome_code("open"), dtype=np.uint8)
    if asked.day <= asked.metric.known_until(tonight):
        value = history.columns[asked.metric.key].values[history.row(asked.day)]
        target = asked.target.astype(np.float32)  # in the precision of the values, so that exactly the target is enough
        met = value <= target if asked.metric.direction == "lower" else value >= target
        contacts = ContactsNeeded(history, asked.metric, asked.peers, rules.tier_rule).on(asked.day)
        outcome = np.where(met, _outcome_of_gate(asked, rules, history, tonight), outcome_code("missed"))
        outcome = np.where(contacts.enough, outcome, outcome_code("too few contacts"))
        outcome = np.where(np.isnan(value), outcome_code("absent"), outcome)
    return np.where(asked.tiers > 0, outcome, outcome_code("not playing")).astype(np.uint8)


def settled_now(before: Codes, after: Codes) -> Flags:
    """Return who has newly earned: a correction may turn a missed challenge into an earned one."""
    return _earned(after) & ~_earned(before)


def doubtful(before: Codes, after: Codes) -> Flags:
    """Return who had earned what the values no longer support: a person reviews it, nothing is taken back here."""
    return _earned(before) & ~_earned(after)


def merge(before: Codes, after: Codes) -> Codes:
    """Return what is recorded: the newer outcome, but what was earned stays earned."""
    return np.where(_earned(before), before, after).astype(np.uint8)


def hold_reason(rules: ChallengeRules, metric: Metric, outcome: Outcome, flagged: Message | None) -> Message | None:
    """Return why a completion is shown but not paid yet. `flagged`: what the gaming guard says about this member."""
    if metric.speed and not (metric.normalise_by and rules.tells_contacts_apart and metric.quality_gate):
        return Message("challenges.speed_is_held")
    if metric.speed and flagged:
        return flagged
    return Message("challenges.quality_unknown") if outcome == "unproven" else None


def difficulty(metric: Metric, value: float, measured: float) -> float:
    """Return how many times as hard as usual the contacts were: by the value at the usual mix, and as measured."""
    easier, harder = (value, measured) if metric.direction == "lower" else (measured, value)
    return harder / easier if easier else 1.0


def outcome_message(
    metric: Metric, value: float, target: float, *, difficulty: float = 1.0, by_load: bool = False
) -> Message:
    """Return what the member reads: the value to a tenth of the metric's step, so it never seems to miss the target.

    `difficulty`: of the contacts, where values are made comparable; `by_load`: by queue and hour, too. Without a value,
    the platform reported the result.
    """
    met: dict[str, Parameter] = {"metric": metric.name, "target": target, "unit": metric.unit}
    if np.isnan(value):
        return Message("challenges.met_on_platform", met)
    met |= {"direction": metric.direction, "value": _rounded(metric, value)}
    percent = round(100 * difficulty - 100) if metric.normalise_by and not np.isnan(difficulty) else 0
    if not percent:
        return Message("challenges.met", met)
    mix: dict[str, Parameter] = {
        "mix": "harder" if percent > 0 else "easier",
        "percent": abs(percent),
        "measured": _rounded(metric, value * difficulty if metric.direction == "lower" else value / difficulty),
    }
    return Message("challenges.met_with_other_load" if by_load else "challenges.met_with_other_mix", {**met, **mix})


def _rounded(metric: Metric, value: float) -> float:
    tenth = metric.step / 10
    return round(round(value / tenth) * tenth, 6)


def _outcome_of_gate(asked: ChallengesAsked, rules: ChallengeRules, history: History, tonight: date) -> Codes:
    """Return the outcome of members who met their target, by the metric's quality gate: (M,).

    Judged is the median of the gate's metric over the last worked days that count, the day itself included.
    """
    gate = asked.metric.quality_gate
    if gate is None:
        return np.full(asked.tiers.shape, outcome_code("completed"), dtype=np.uint8)
    if asked.day > rules.metric(gate.metric).known_until(tonight):
        return np.full(asked.tiers.shape, outcome_code("provisional"), dtype=np.uint8)
    window = min(history.row(asked.day) + 1, 3 * gate.over_days)
    days = ContactsNeeded(history, rules.metric(gate.metric), asked.peers, rules.tier_rule)
    quality = performance.smoothed(days.until(asked.day, window=window), days=gate.over_days)
    passed = keeps_bound(gate, quality)
    outcome = np.where(passed, outcome_code("completed"), outcome_code("gate failed"))
    return np.where(np.isnan(quality), outcome_code("unproven"), outcome).astype(np.uint8)


def _earned(codes: Codes) -> Flags:
    return np.isin(codes, [outcome_code(outcome) for outcome in EARNED])
