"""Settlement: who did what his challenge asked, on one date, once the figures are final.

Axes: M members. A code is an index into `completion.OUTCOMES`.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain.challenges import performance
from ladder.domain.challenges.completion import OUTCOMES, Outcome
from ladder.domain.challenges.evidence import Evidence
from ladder.domain.challenges.history import Bytes, Flags, History, Row
from ladder.domain.challenges.performance import GroupIndex
from ladder.domain.programs.program import Metric, Program, QualityGate
from ladder.domain.text import bound, opening, plain_number

type Codes = Bytes  # (M,)

PAID: tuple[Outcome, ...] = ("completed", "unproven")
SPEED_HELD = "speed is paid once handle times are compared at the usual mix of contacts"
UNPROVEN_HELD = "there is no quality figure for these days yet"


@dataclass(frozen=True, slots=True)
class AskedTargets:
    """One category on one date: what was asked of whom."""

    metric: Metric
    day: date
    played: Codes  # tier played, 0 = no challenge
    target: np.ndarray[tuple[int], np.dtype[np.float64]]  # (M,)
    peers: GroupIndex  # whose contacts a day is measured by


def outcome_code(outcome: Outcome) -> int:
    return OUTCOMES.index(outcome)


def settle(question: AskedTargets, program: Program, history: History, tonight: date) -> Codes:
    """What is known tonight. "open" and "provisional" may still change; the others stand."""
    playing = question.played > 0
    answer = np.full(question.played.shape, outcome_code("open"), dtype=np.uint8)
    if question.day <= question.metric.known_until(tonight):
        value = history.columns[question.metric.key].values[history.row(question.day)]
        met = _met(value, question.target, question.metric)
        answer = np.where(met, _gated(question, program, history, tonight), outcome_code("missed"))
        answer = np.where(_enough(question, program, history), answer, outcome_code("too few contacts"))
        answer = np.where(np.isnan(value), outcome_code("absent"), answer)
    return np.where(playing, answer, outcome_code("not playing")).astype(np.uint8)


def settled_now(before: Codes, after: Codes) -> Flags:
    """Who has newly earned: a correction may turn "no" into pay."""
    return _paid(after) & ~_paid(before)


def doubtful(before: Codes, after: Codes) -> Flags:
    """Whose paid completion the figures no longer bear: a person looks at it, nothing is taken back here."""
    return _paid(before) & ~_paid(after)


def merge(before: Codes, after: Codes) -> Codes:
    """What is recorded: the newer finding, but a paid completion stays."""
    return np.where(_paid(before), before, after).astype(np.uint8)


def hold_reason(program: Program, metric: Metric, outcome: Outcome, flagged: str | None) -> str | None:
    """Why a completion is shown but waits: `flagged` is what the gaming guard has to say of this member."""
    if metric.speed and not (metric.normalise_by and program.contact_types and metric.quality_gate):
        return SPEED_HELD
    if metric.speed and flagged:
        return flagged
    return UNPROVEN_HELD if outcome == "unproven" else None


def hard_contacts_bonus(program: Program, difficulty: float) -> float:
    """Per cent of base for a mix of contacts as hard as this."""
    hard = program.hard_contacts
    return hard.bonus_percentage if hard and difficulty >= hard.ratio else 0.0


def outcome_text(metric: Metric, value: float, target: float, *, difficulty: float = 1.0) -> str:
    """What the member reads: the value to a tenth of the metric's step, so that it never seems to miss the target.

    A name may be singular or plural ("calls that ended within ten seconds"), so no verb belongs to it.
    `difficulty`: of the contacts, where values are made comparable. Without a value, it is the platform that says so.
    """
    asked = f"the target of {plain_number(target)} {metric.unit}"
    if np.isnan(value):
        return f"By the platform's word you met {asked}: {metric.name}."
    figure = f"{opening(metric.name)}: {_told(metric, value)}"
    return f"{figure}, {bound(metric.direction)} {asked}.{_mix_told(metric, value, difficulty)}"


def _told(metric: Metric, value: float) -> str:
    fine = metric.step / 10
    return f"{plain_number(round(value / fine) * fine)} {metric.unit}"


def _mix_told(metric: Metric, value: float, difficulty: float) -> str:
    """The figure as it was measured, and why it counts for another."""
    percent = round(100 * difficulty - 100)
    if not metric.normalise_by or np.isnan(difficulty) or not percent:
        return ""
    harder = "harder" if percent > 0 else "easier"
    measured = _told(metric, value * difficulty)
    return f" That is at the usual mix of contacts: yours were {abs(percent)} % {harder}; measured: {measured}."


def _gated(question: AskedTargets, program: Program, history: History, tonight: date) -> Codes:
    """The outcome of each member who met his target: (M,)."""
    gate = question.metric.quality_gate
    if gate is None:
        return np.full(question.played.shape, outcome_code("completed"), dtype=np.uint8)
    if question.day > program.metric(gate.metric).known_until(tonight):
        return np.full(question.played.shape, outcome_code("provisional"), dtype=np.uint8)
    quality = _quality(gate, question, program, history)
    answer = np.where(_keeps(quality, gate), outcome_code("completed"), outcome_code("gate failed"))
    return np.where(np.isnan(quality), outcome_code("unproven"), answer).astype(np.uint8)


def _enough(question: AskedTargets, program: Program, history: History) -> Flags:
    """Whose day rests on enough contacts to say anything: (M,)."""
    return Evidence(history, question.metric, question.peers, program.tier_rule).on(question.day).enough


def _quality(gate: QualityGate, question: AskedTargets, program: Program, history: History) -> Row:
    """The median of the gate's metric over the last worked days that count, the day itself included."""
    window = min(history.row(question.day) + 1, 3 * gate.over_days)
    days = Evidence(history, program.metric(gate.metric), question.peers, program.tier_rule)
    return performance.smoothed(days.until(question.day, window=window), days=gate.over_days)


def _keeps(quality: Row, gate: QualityGate) -> Flags:
    low = -np.inf if gate.at_least is None else gate.at_least
    high = np.inf if gate.at_most is None else gate.at_most
    return (quality >= low) & (quality <= high)


def _met(value: Row, target: np.ndarray[tuple[int], np.dtype[np.float64]], metric: Metric) -> Flags:
    """In the precision of the values, so that exactly the target is enough."""
    asked = target.astype(np.float32)
    return value <= asked if metric.direction == "lower" else value >= asked


def _paid(codes: Codes) -> Flags:
    return np.isin(codes, [outcome_code(outcome) for outcome in PAID])
