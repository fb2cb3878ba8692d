"""Reads back what the bundle has recorded: rotations and their outcomes, the ledger and the accounts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from infra.cli.backtest.replay import tier_changes
from infra.cli.demo.document import (
    Account,
    ExampleAgent,
    ExampleDay,
    Judging,
    LedgerRow,
    Live,
    NightRow,
    Pending,
    Points,
    Reported,
    Summary,
    TierChange,
    Usage,
)
from infra.cli.replay.drive import Queues
from infra.local.accounts import Account as StoredAccount
from infra.local.accounts import accounts
from infra.local.stage import Stage
from ladder.domain.activities.activity import AMENDMENTS, COMPLETED, REVERSED
from ladder.domain.calendar import local_day
from ladder.domain.challenges.assignment import Assignment, Standing
from ladder.domain.challenges.completion import OUTCOMES
from ladder.domain.challenges.history import History
from ladder.domain.challenges.metric_values import MetricValues
from ladder.domain.challenges.peers import population
from ladder.domain.challenges.rotation import Rotation, RotationPlan
from ladder.domain.challenges.rules import TIERS, Metric
from ladder.domain.members.roster import Roster
from ladder.domain.points.achievements import tier_name
from ladder.domain.points.compiled import level_at
from ladder.domain.points.ledger import ADJUSTED, Entry
from ladder.domain.programs.program import Program

LEDGER_ROWS = 12


@dataclass(frozen=True, slots=True)
class Record:
    """The live rotation of every date, with its assignments and outcomes."""

    program: Program
    roster: Roster
    history: History
    rotations: dict[date, Rotation]
    assignments: dict[date, Assignment]
    outcomes: dict[date, dict[str, bytes]]

    @classmethod
    def of(cls, stage: Stage, first: date, last: date) -> "Record":
        program, window = stage.program, timedelta(days=stage.program.challenges.tier_rule.window_days)
        rotations = {
            rotation.claim.date: rotation
            for rotation in stage.stores.rotations.between(program.key, first, last)
            if rotation.reached("active")
        }
        return cls(
            program=program,
            roster=stage.roster,
            history=stage.stores.histories.load(
                program.key,
                first=first - 2 * window,
                last=last,
                members=len(stage.roster),
                metrics=tuple(metric.key for metric in program.challenges.metrics),
            ),
            rotations=rotations,
            assignments={
                day: stage.stores.assignments.load(program.key, rotation.claim.rotation)
                for day, rotation in rotations.items()
            },
            outcomes={day: stage.stores.assignments.outcomes(program.key, day) for day in rotations},
        )

    @property
    def agents(self) -> tuple[str, ...]:
        return tuple(member.user for member in self.roster)

    def summary(
        self,
        source: str,
        usage: Mapping[date, Usage],
        notes: Mapping[date, Sequence[str]],
        *,
        points: Points,
        judging: Judging,
    ) -> Summary:
        """Return the whole document. `usage` and `notes`: by night."""
        nights = tuple(self._night(day, used, tuple(notes.get(day, ()))) for day, used in usage.items())
        return Summary(
            program=self.program.name,
            source=source,
            agents=self.agents,
            nights=nights,
            points=points,
            judging=judging,
            example_agent=self._example_agent(nights),
            one_per_metric=self.program.challenges.platform is not None
            and self.program.challenges.platform.one_active_per_metric,
        )

    def _night(self, day: date, usage: Usage, notes: tuple[str, ...]) -> NightRow:
        rotation, plan, assignment = self.rotations[day], self._plan(day), self.assignments[day]
        eased = [
            agent
            for slot, agent in enumerate(self.agents)
            if any(assignment[key].played[slot] < assignment[key].tier[slot] for key in plan.selected)
        ]
        return NightRow(
            date=day,
            revision=rotation.claim.revision,
            attempt=rotation.claim.attempt,
            live=tuple(self._live(day, plan, category) for category in plan.selected),
            deferred=plan.deferred,
            tier_changes=tuple(self._tier_changes(day)),
            eased=tuple(eased),
            group_mismatches=rotation.group_mismatches,
            notes=notes,
            usage=usage,
        )

    def _plan(self, day: date) -> RotationPlan:
        rotation = self.rotations[day]
        if rotation.plan is None:
            raise ValueError(f"{rotation.claim.rotation} is live without a plan")
        return rotation.plan

    def _live(self, day: date, plan: RotationPlan, category: str) -> Live:
        targets = plan.targets[category]
        metric, played = self._metric(category), self.assignments[day][category].played
        codes = Counter(OUTCOMES[code] for code in self.outcomes[day].get(category, b""))
        first, second, third = (played.count(tier) for tier in TIERS)
        return Live(
            category=category,
            metric=metric.key,
            unit=metric.unit,
            targets=targets.shown,
            displayed=plan.joint.get(category),
            from_history=targets.from_history,
            players=(first, second, third),
            outcomes={outcome: count for outcome, count in codes.items() if outcome != "not playing"},
        )

    def _tier_changes(self, day: date) -> Iterator[TierChange]:
        """Compare with the last live night before this one."""
        earlier = [other for other in self.assignments if other < day]
        before = self.assignments[max(earlier)] if earlier else {}
        values = MetricValues(
            self.history, population(self.program.challenges, self.roster, day), self.program.challenges.tier_rule
        )
        for key in (category.key for category in self.program.challenges.categories):
            metric, now = self._metric(key), self.assignments[day][key]
            then = before.get(key, Standing.new(len(self.agents)))
            smoothed = values.value(metric, metric.known_until(day))  # as the night knew it: (M,)
            for change in tier_changes(self.program, day, key, before=then, now=now, value=smoothed):
                yield TierChange(
                    date=day,
                    agent=self.agents[change.slot],
                    category=key,
                    old=change.old,
                    new=change.new,
                    first_placement=change.first_placement,
                    reason=change.reason,
                )

    def _example_agent(self, nights: Sequence[NightRow]) -> ExampleAgent:
        """Choose who changed tier most often."""
        changes = Counter(change.agent for night in nights for change in night.tier_changes)
        agent = max(self.agents, key=lambda name: (changes[name], name))
        slot = self.agents.index(agent)
        days = [day for night in self.rotations for day in self._example_days(night, slot)]
        return ExampleAgent(agent=agent, days=tuple(days))

    def _example_days(self, day: date, slot: int) -> Iterator[ExampleDay]:
        plan = self._plan(day)
        for category in plan.selected:
            standing, metric = self.assignments[day][category], self._metric(category)
            played, outcome = standing.played[slot], self.outcomes[day].get(category, b"")
            value = float(self.history.columns[metric.key].values[self.history.row(day), slot])
            yield ExampleDay(
                date=day,
                category=category,
                unit=metric.unit,
                tier=standing.tier[slot],
                played=played,
                target=plan.targets[category].shown[played - 1] if played else None,
                value=None if np.isnan(value) else round(value, 2),
                outcome=OUTCOMES[outcome[slot]] if outcome else "open",
            )

    def _metric(self, category: str) -> Metric:
        return self.program.challenges.metric(self.program.challenges.category(category).metric)


def read_points(stage: Stage, reported: Reported) -> Points:
    """Read the ledger of everybody: balances, what caps cut, what is pending, and one agent's entries."""
    users = {member.id: member.user for member in stage.roster}
    stored = {users[account.member]: account for account in accounts(stage)}
    busiest = max(stored, key=lambda agent: (len({entry.activity.type for entry in stored[agent].entries}), agent))
    entries = [entry for account in stored.values() for entry in account.entries]
    schedule, capped = stage.program.schedule, Counter[str]()
    for line in (line for entry in entries for line in entry.lines):
        if line.because and not line.held and line.rule != ADJUSTED and line.worth > line.paid:
            capped[line.because] += line.worth - line.paid
    return Points(
        accounts=tuple(_account(stage.program, agent, account) for agent, account in stored.items()),
        entries=len(entries),
        completions=sum(entry.activity.type == COMPLETED for entry in entries),
        reported=reported,
        failed=Queues(stage.aws.client("sqs"), stage.outputs).failed(),
        capped=dict(capped.most_common()),
        pending=tuple(
            Pending(
                date=local_day(schedule, entry.activity.occurred_at),
                agent=agent,
                rule=line.rule,
                points=line.held,
                reason=line.because,
            )
            for agent, account in stored.items()
            for entry in account.entries
            for line in entry.lines
            if line.held > 0
        ),
        agent=busiest,
        ledger=tuple(
            LedgerRow(
                date=local_day(schedule, entry.activity.occurred_at),
                points=entry.points,
                pending=entry.held,
                sentence=entry.sentence,
            )
            for entry in example_entries(stored[busiest].entries)[-LEDGER_ROWS:]
        ),
    )


def example_entries(entries: Sequence[Entry]) -> list[Entry]:
    """Return by day the entries that paid or are pending, and one for each reason not to pay.

    Left out is what explains nothing alone: amendments, what was revoked, and late entries that changed others.
    """
    revoked = {entry.activity.target for entry in entries if entry.activity.type == REVERSED}
    sentences, examples = set[str](), list[Entry]()
    for entry in sorted(entries, key=lambda each: each.activity.order):
        changed_others = any(line.rule == ADJUSTED for line in entry.lines)
        if changed_others or entry.activity.type in AMENDMENTS or entry.key in revoked:
            continue
        if entry.points or entry.held or (entry.lines and entry.sentence not in sentences):
            examples.append(entry)
            sentences.add(entry.sentence)
    return examples


def _account(program: Program, agent: str, stored: StoredAccount) -> Account:
    rulebook, state = program.rulebook, stored.state
    badges = {key: tier for key, (tier, _) in state.badges.items()}
    level = level_at(rulebook, state.earned)
    return Account(
        agent=agent,
        earned=state.earned,
        pending=state.held,
        level=f"{level} {rulebook.levels[level - 1].name}" if rulebook.levels else str(level),
        streaks={
            streak.name: state.streaks[streak.key].best for streak in rulebook.streaks if streak.key in state.streaks
        },
        badges=(
            *(
                f"{badge.name} ({tier_name(badge.tiers, badges[badge.key])})"
                for badge in rulebook.badges
                if badge.key in badges
            ),
            *(badge.name for badge in rulebook.judged if badge.key in badges),
        ),
    )
