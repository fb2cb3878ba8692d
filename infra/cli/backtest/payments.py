"""Pay for the replayed nights: each completion with its bonuses, within the caps, by the deployed rules.

It counts challenges alone: what other rules pay for learning or tasks does not stand in a metric file.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from infra.cli.backtest.replay import ReplayedNight
from ladder.domain.challenges.assignment import NO_BUDGET
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.completion import Completion
from ladder.domain.message import Message
from ladder.domain.points.apply import begin_day, completion_award
from ladder.domain.points.award_caps import DAY, Allotment, Award, allowance_for, daily_bound, pay
from ladder.domain.points.ledger import State
from ladder.domain.programs.program import Program
from ladder.messages.render import render

MONTH = 30  # nights
AWARDED_BY = ("category", "tier", "metric", "value", "points", "bonus_percentage")  # fields of a completion


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidCompletion:
    """`points` are paid at once, `held` once somebody approves them; `trimmed`: what a cap keeps from being paid."""

    date: date
    slot: int
    category: str
    tier: int
    points: int
    held: int
    trimmed: int
    reason: Message | None  # why it is held

    @property
    def hold(self) -> str | None:
        """Why it is held, in a few words: what a flagged agent reads stands with the flags."""
        if self.reason is None:
            return None
        kind = self.reason.code.removeprefix("challenges.flagged_")
        return f"flagged for {kind.replace('_', ' ')}" if kind != self.reason.code else render(self.reason)


@dataclass(frozen=True, slots=True)
class Cost:
    """Completions and points over some nights, or in a month of 30 nights."""

    completions: float
    held_completions: float
    points: float
    held: float
    trimmed: float

    @classmethod
    def of(cls, completions: Iterable[PaidCompletion], *, nights: int = MONTH) -> Self:
        """Return what the completions of so many nights come to in a month."""
        paid = list(completions)
        share = MONTH / nights
        return cls(
            completions=len(paid) * share,
            held_completions=sum(completion.reason is not None for completion in paid) * share,
            points=sum(completion.points for completion in paid) * share,
            held=sum(completion.held for completion in paid) * share,
            trimmed=sum(completion.trimmed for completion in paid) * share,
        )


@dataclass(slots=True)
class Payments:
    """Pays completions, a night after the other; each member has a state, as in the ledger."""

    program: Program
    _states: dict[int, State] = field(default_factory=dict)

    def pay(self, night: ReplayedNight, completions: Iterable[tuple[int, Completion]]) -> list[PaidCompletion]:
        """Pay the completions of a night, each with its member's slot.

        Under the program's cap, a member has their budget and what is left of the reserve, as in the ledger.
        """
        rules, budgets = self.program.challenges, night.plan.budgets
        by_platform = rules.payer == "platform"  # which knows neither bonuses nor caps, and holds nothing
        caps = Caps() if by_platform else self.program.caps
        fixed = None if budgets is None else sum(budget for budget in budgets if budget != NO_BUDGET)
        withdrawn, allowances, paid = 0, dict[int, int | None](), list[PaidCompletion]()
        for slot, completion in completions:
            attributes = {name: getattr(completion, name) for name in AWARDED_BY}
            award = replace(completion_award(attributes, rules.reward_rules, caps), held=completion.held)
            award = Award(award.rule, award.base) if by_platform else award
            state = self._states.setdefault(slot, State())
            begin_day(state, night.date.toordinal(), self.program.rulebook)
            budget = None if budgets is None or budgets[slot] == NO_BUDGET else budgets[slot]
            earlier, allotted = allowances.get(slot), Allotment(budget, fixed)
            bound = daily_bound(caps, rules, earlier_allowance=earlier, withdrawn=withdrawn, allotment=allotted)
            state.allowance = None if budgets is None else bound.points
            line = pay(caps, state, award)
            if budgets is not None:
                settled = allowance_for(caps, rules, night.date, bound, state.used.get(DAY, 0))
                allowances[slot] = settled.allowance
                withdrawn += settled.withdrawal.points if settled.withdrawal else 0
            paid.append(
                PaidCompletion(
                    date=night.date,
                    slot=slot,
                    category=completion.category,
                    tier=completion.tier,
                    points=line.paid,
                    held=line.held,
                    trimmed=award.base + award.extra - line.paid - line.held,
                    reason=award.held,
                )
            )
        return paid
