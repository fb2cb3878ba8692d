"""Reads back what the bundle has recorded: rotations and their outcomes, the ledger and the accounts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from infra.cli.backtest.replay import tier_changes
from infra.cli.completion import TierCompletion, completion_by_tier
from infra.cli.demo.document import (
    Account,
    Centre,
    ExampleAgent,
    ExampleDay,
    Judging,
    LedgerRow,
    Live,
    NightRow,
    Pending,
    Points,
    Summary,
    TierChange,
)
from infra.cli.driver.compare import Comparison
from infra.cli.driver.sending import Queue
from infra.cli.texts import Texts
from infra.local.nights import NightUsage
from infra.local.stage import Stage
from ladder.domain.activities.activity import AMENDMENTS, COMPLETED, REVERSED
from ladder.domain.calendar.schedule import local_day
from ladder.domain.challenges.assignment import Assignment, Standing
from ladder.domain.challenges.completion import OUTCOMES
from ladder.domain.challenges.history import History
from ladder.domain.challenges.peers import population
from ladder.domain.challenges.performance import MetricValues
from ladder.domain.challenges.plausibility import best_possible
from ladder.domain.challenges.rotation import Rotation, RotationPlan
from ladder.domain.challenges.rules import TIERS, Metric
from ladder.domain.points.compiled import level_at, tier_reached, tiers_by_badge
from ladder.domain.points.entry_text import EntryTexts
from ladder.domain.points.ledger import ADJUSTED, Entry

LEDGER_ROWS = 12
TARGET_MET = ("completed", "unproven", "provisional", "gate failed")


@dataclass(frozen=True, slots=True)
class Record:
    """The live rotation of every date, with its assignments and outcomes."""

    stage: Stage
    history: History
    rotations: dict[date, Rotation]
    assignments: dict[date, Assignment]
    outcomes: dict[date, dict[str, bytes]]

    @classmethod
    def of(cls, stage: Stage, first: date, last: date) -> "Record":
        program, stores = stage.program, stage.stores
        rotations = {
            rotation.claim.date: rotation
            for rotation in stores.rotations.between(program.key, first, last)
            if rotation.reached("active")
        }
        return cls(
            stage=stage,
            history=stores.histories.load(
                program.key,
                first=first - 2 * timedelta(days=program.challenges.tier_rule.window_days),
                last=last,
                members=len(stage.roster),
                metrics=tuple(metric.key for metric in program.challenges.metrics),
            ),
            rotations=rotations,
            assignments={
                day: stores.assignments.load(program.key, rotation.claim.rotation)
                for day, rotation in rotations.items()
            },
            outcomes={day: stores.assignments.outcomes(program.key, day) for day in rotations},
        )

    @property
    def agents(self) -> tuple[str, ...]:
        return tuple(member.user for member in self.stage.roster)

    def summary(
        self,
        source: str,
        usage: Mapping[date, NightUsage],
        notes: Mapping[date, tuple[str, ...]],
        *,
        reported: Mapping[str, int],
        judging: Judging,
        comparison: Comparison,
        centre: Centre,
        say: Texts,
    ) -> Summary:
        """Return the whole document. `usage` and `notes`: by night."""
        program, platform = self.stage.program, self.stage.program.challenges.outside_platform
        nights = tuple(self._night(day, used, notes[day], say) for day, used in usage.items())
        # the example is who changed tier most often
        changes = Counter(change.agent for night in nights for change in night.tier_changes)
        example = max(self.agents, key=lambda name: (changes[name], name))
        slot, days = self.agents.index(example), list[ExampleDay]()
        for day in self.rotations:
            for category in self._plan(day).selected:
                standing, metric = self.assignments[day][category], self._metric(category)
                played, outcome = standing.played[slot], self.outcomes[day].get(category, b"")
                value = float(self.history.columns[metric.key].values[self.history.row(day), slot])
                days.append(
                    ExampleDay(
                        date=day,
                        category=category,
                        unit=metric.unit,
                        tier=standing.tier[slot],
                        played=played,
                        target=self._plan(day).targets[category].shown[played - 1] if played else None,
                        value=None if np.isnan(value) else round(value, 2),
                        outcome=OUTCOMES[outcome[slot]] if outcome else "open",
                    )
                )
        return Summary(
            program=program.name,
            source=source,
            agents=self.agents,
            nights=nights,
            points=read_points(self.stage, reported, say),
            judging=judging,
            example_agent=ExampleAgent(agent=example, days=tuple(days)),
            comparison=comparison,
            centre=centre,
            one_per_metric=platform is not None and platform.one_active_per_metric,
            completion_by_tier=self._completion(),
        )

    def _completion(self) -> dict[str, TierCompletion]:
        """Return how often the challenges of each tier were met, whatever their quality gate says, without those that
        ask for the best possible value.
        """
        met, worked = (np.zeros((len(self.agents), len(TIERS)), dtype=np.int64) for _ in range(2))
        for day, assignment in self.assignments.items():
            for category, codes in self.outcomes[day].items():
                targets, best = self._plan(day).targets[category].shown, best_possible(self._metric(category))
                for slot, (tier, code) in enumerate(zip(assignment[category].played, codes, strict=False)):
                    if tier and targets[tier - 1] != best and OUTCOMES[code] in (*TARGET_MET, "missed"):
                        worked[slot, tier - 1] += 1
                        met[slot, tier - 1] += OUTCOMES[code] in TARGET_MET
        return completion_by_tier(met, worked)

    def _night(self, day: date, usage: NightUsage, notes: tuple[str, ...], say: Texts) -> NightRow:
        rotation, plan, assignment = self.rotations[day], self._plan(day), self.assignments[day]
        live = list[Live]()
        for category in plan.selected:
            targets, metric, played = plan.targets[category], self._metric(category), assignment[category].played
            codes = Counter(OUTCOMES[code] for code in self.outcomes[day].get(category, b""))
            first, second, third = (played.count(tier) for tier in TIERS)
            live.append(
                Live(
                    category=category,
                    metric=metric.key,
                    unit=metric.unit,
                    targets=targets.shown,
                    displayed=plan.joint.get(category),
                    from_history=targets.from_history,
                    players=(first, second, third),
                    outcomes={outcome: count for outcome, count in codes.items() if outcome != "not playing"},
                )
            )
        lowered_by_caps = [
            agent
            for slot, agent in enumerate(self.agents)
            if any(assignment[key].played[slot] < assignment[key].tier[slot] for key in plan.selected)
        ]
        return NightRow(
            date=day,
            revision=rotation.claim.revision,
            attempt=rotation.claim.attempt,
            live=tuple(live),
            deferred={category: say.of(reason) for category, reason in plan.deferred.items()},
            tier_changes=tuple(self._tier_changes(day, say)),
            lowered_by_caps=tuple(lowered_by_caps),
            group_mismatches=rotation.group_mismatches,
            notes=notes,
            usage=usage,
        )

    def _plan(self, day: date) -> RotationPlan:
        rotation = self.rotations[day]
        if rotation.plan is None:
            raise ValueError(f"{rotation.claim.rotation} is live without a plan")
        return rotation.plan

    def _tier_changes(self, day: date, say: Texts) -> Iterator[TierChange]:
        """Compare with the last live night before this one."""
        program, roster = self.stage.program, self.stage.roster
        before = self.assignments[max(earlier)] if (earlier := [d for d in self.assignments if d < day]) else {}
        values = MetricValues(self.history, population(program.challenges, roster, day), program.challenges.tier_rule)
        for key in (category.key for category in program.challenges.categories):
            metric, now = self._metric(key), self.assignments[day][key]
            then = before.get(key, Standing.new(len(roster)))
            known = metric.known_until(day)  # as the night knew it
            smoothed, a_week = values.value(metric, known), values.days_a_week(metric, known)
            for change in tier_changes(program, day, key, before=then, now=now, value=smoothed, days_a_week=a_week):
                yield TierChange(
                    date=day,
                    agent=self.agents[change.slot],
                    category=key,
                    old=change.old,
                    new=change.new,
                    first_placement=change.first_placement,
                    reason=say.of(change.reason),
                )

    def _metric(self, category: str) -> Metric:
        return self.stage.program.challenges.metric(self.stage.program.challenges.category(category).metric)


def read_points(stage: Stage, reported: Mapping[str, int], say: Texts) -> Points:
    """Read the ledger of everybody: balances, what caps cut, what is pending, and one agent's entries."""
    rulebook, schedule = stage.program.rulebook, stage.program.schedule
    names = EntryTexts(rulebook, stage.program.challenges)
    users, entries_of = {member.id: member.user for member in stage.roster}, dict[str, list[Entry]]()
    accounts, capped, pending = list[Account](), Counter[str](), list[Pending]()
    badge_names = {badge.key: [f"{badge.name} ({tier.name})" for tier in badge.tiers] for badge in rulebook.badges}
    badge_names |= {badge.key: [badge.name] for badge in rulebook.judged}
    for stored in stage.accounts():
        agent, state = users[stored.member], stored.state
        entries_of[agent] = stored.entries
        level = level_at(rulebook, state.earned)
        accounts.append(
            Account(
                agent=agent,
                earned=state.earned,
                pending=state.held,
                level=f"{level} {rulebook.levels[level - 1].name}" if rulebook.levels else str(level),
                streaks={
                    streak.name: state.streaks[streak.key].best
                    for streak in rulebook.streaks
                    if streak.key in state.streaks
                },
                badges=tuple(
                    badge_names[key][tier - 1]
                    for key, tiers in tiers_by_badge(rulebook).items()
                    if (tier := tier_reached(tiers, state.badges.get(key)))
                ),
            )
        )
        for entry in stored.entries:
            day = local_day(schedule, entry.activity.occurred_at)
            for line in entry.lines:
                reason = say.of(line.because) if line.because else ""
                if line.held > 0:
                    pending.append(Pending(date=day, agent=agent, rule=line.rule, points=line.held, reason=reason))
                elif reason and not line.held and line.rule != ADJUSTED and line.worth > line.paid:
                    capped[reason] += line.worth - line.paid
    entries = [entry for of_agent in entries_of.values() for entry in of_agent]
    busiest = max(entries_of, key=lambda agent: (len({entry.activity.type for entry in entries_of[agent]}), agent))
    return Points(
        accounts=tuple(accounts),
        entries=len(entries),
        completions=sum(entry.activity.type == COMPLETED for entry in entries),
        reported=reported,
        failed=Queue(stage.aws.client("sqs"), stage.outputs).failed(),
        capped=dict(capped.most_common()),
        pending=tuple(pending),
        agent=busiest,
        ledger=tuple(
            LedgerRow(
                date=local_day(schedule, entry.activity.occurred_at),
                points=entry.points,
                pending=entry.held,
                sentence=" ".join(map(say.of, names.messages(entry))),
            )
            for entry in example_entries(entries_of[busiest])[-LEDGER_ROWS:]
        ),
    )


def example_entries(entries: Sequence[Entry]) -> list[Entry]:
    """Return by day the entries that paid or are pending, and one for each reason not to pay.

    Left out is what explains nothing alone: amendments, what was revoked, and late entries that changed others.
    """
    revoked = {entry.activity.target for entry in entries if entry.activity.type == REVERSED}
    reasons, examples = set[tuple[object, ...]](), list[Entry]()
    for entry in sorted(entries, key=lambda entry: entry.activity.order):
        changed_others = any(line.rule == ADJUSTED for line in entry.lines)
        if changed_others or entry.activity.type in AMENDMENTS or entry.key in revoked:
            continue
        why = tuple((line.rule, line.because) for line in entry.lines)
        if entry.points or entry.held or (entry.lines and why not in reasons):
            examples.append(entry)
            reasons.add(why)
    return examples
