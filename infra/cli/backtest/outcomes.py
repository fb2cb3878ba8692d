"""What came of the nights, once all figures were final: targets met, tiers kept, completions paid or held.

Axes: M members; 3 tiers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from infra.cli.backtest.arrivals import between
from infra.cli.backtest.challenges import Asked, ungated
from infra.cli.backtest.flags import Found, told
from infra.cli.backtest.replay import Evening, Replayed
from ladder.domain.challenges import settlement
from ladder.domain.challenges.completion import OUTCOMES, Outcome
from ladder.domain.challenges.history import Flags, History
from ladder.domain.challenges.settlement import AskedTargets, Codes
from ladder.domain.programs.program import TIERS, Metric, Program

YEAR = 365
FEWEST_MEMBER_DAYS = 30  # of which a rate can be told
type Tally = np.ndarray[tuple[int], np.dtype[np.int64]]  # (3,)


def _none() -> Tally:
    return np.zeros(len(TIERS), dtype=np.int64)


@dataclass(slots=True)
class Ladder:
    """One category over all nights, as if it had run on every one of them."""

    met: Tally = field(default_factory=_none)  # member-days on which the target of his tier was met
    worked: Tally = field(default_factory=_none)
    player_nights: int = 0  # placed, and with figures in the window
    changes: int = 0
    placements: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)  # of the nights on which it was drawn
    held: Counter[str] = field(default_factory=Counter)  # of those completions, by reason

    @property
    def changes_per_member_year(self) -> float | None:
        return round(self.changes / self.player_nights * YEAR, 3) if self.player_nights else None


GUARDED = "flagged by the guard"


def settle_all(replayed: Replayed, found: Found) -> dict[str, Ladder]:
    ladders = {category.key: Ladder() for category in replayed.program.categories}
    for evening in replayed.evenings:
        flagged = told(found.get(evening.date, ()), window_days=replayed.program.tier_rule.window_days)
        day = _Day(replayed.program, evening, _history(replayed, evening.date), flagged)
        for key, each in evening.asked.items():
            day.count_targets(key, ladders[key])
            if each.drawn:
                day.count_outcomes(key, ladders[key])
        for move in evening.moves:
            ladders[move.category].placements += move.placed
            ladders[move.category].changes += not move.placed
    return ladders


def rates(ladders: Iterable[Ladder]) -> dict[str, float | None]:
    """By tier: the share of worked days on which the target was met; None where nobody worked in it."""
    every = list(ladders)
    met = sum((each.met for each in every), _none())
    worked = sum((each.worked for each in every), _none())
    return {
        str(tier): round(yes / days, 4) if days else None
        for tier, yes, days in zip(TIERS, met.tolist(), worked.tolist(), strict=True)
    }


@dataclass(frozen=True, slots=True)
class _Day:
    """One date with all figures final; `flagged`: what the guard says, by slot."""

    program: Program
    evening: Evening
    history: History
    flagged: Mapping[int, str]

    def count_targets(self, key: str, ladder: Ladder) -> None:
        """Of everybody, whatever ran and whatever quality says."""
        each = self.evening.asked[key]
        codes = self._settled(ungated(each.question(self._metric(key), self.evening.date, played=False)))
        met, missed = codes == settlement.outcome_code("completed"), codes == settlement.outcome_code("missed")
        ladder.met += _by_tier(each, met)
        ladder.worked += _by_tier(each, met | missed)
        ladder.player_nights += int(((each.placed == 1) & ~np.isnan(each.value)).sum())

    def count_outcomes(self, key: str, ladder: Ladder) -> None:
        """Of those who played it, as the deployed settling finds them."""
        metric = self._metric(key)
        codes = self._settled(self.evening.asked[key].question(metric, self.evening.date, played=True))
        for number, outcome in enumerate(OUTCOMES):
            slots = np.flatnonzero(codes == number).tolist()
            ladder.outcomes[outcome] += len(slots)
            if outcome in settlement.PAID:
                reasons = (self._held(metric, outcome, slot) for slot in slots)
                ladder.held.update(reason for reason in reasons if reason)

    def _held(self, metric: Metric, outcome: Outcome, slot: int) -> str | None:
        sentence = self.flagged.get(slot)
        reason = settlement.hold_reason(self.program, metric, outcome, sentence)
        return GUARDED if reason and reason == sentence else reason

    def _settled(self, question: AskedTargets) -> Codes:
        return settlement.settle(question, self.program, self.history, date.max)

    def _metric(self, key: str) -> Metric:
        return self.program.metric(self.program.category(key).metric)


def _history(replayed: Replayed, day: date) -> History:
    """The day itself, and before it what the quality gates look at."""
    gates = [metric.quality_gate.over_days for metric in replayed.program.metrics if metric.quality_gate]
    days = max(replayed.program.tier_rule.window_days, *(3 * over for over in gates), 1)
    return between(replayed.known, day - timedelta(days=days - 1), day)


def _by_tier(each: Asked, who: Flags) -> Tally:
    return np.bincount(each.tier[who], minlength=len(TIERS) + 1)[1:]
