"""What happened on the stage, read back from what the bundle recorded."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from infra.cli.demo.document import Live, Move, NightRow, Points, Story, StoryDay, Summary, Used
from infra.cli.demo.judged import Judged
from infra.local.nights import Ran
from infra.local.stage import Stage
from ladder.domain.challenges.assignment import Assignment, Standing
from ladder.domain.challenges.completion import OUTCOMES
from ladder.domain.challenges.history import History, Row
from ladder.domain.challenges.metric_values import MetricValues
from ladder.domain.challenges.peers import population
from ladder.domain.challenges.rotation import Rotation, RotationPlan, Targets
from ladder.domain.challenges.tier_explanations import tier_move_reason
from ladder.domain.members.roster import Roster
from ladder.domain.programs.program import TIERS, Category, Metric, Program


@dataclass(frozen=True, slots=True)
class Record:
    """The live rotation of every date with all that was decided under it."""

    program: Program
    roster: Roster
    history: History
    rotations: dict[date, Rotation]
    assignments: dict[date, Assignment]
    outcomes: dict[date, dict[str, bytes]]

    @classmethod
    def of(cls, stage: Stage, first: date, last: date) -> "Record":
        program, window = stage.program, timedelta(days=stage.program.tier_rule.window_days)
        between = stage.stores.rotations.between(program.key, first, last)
        rotations = {each.claim.date: each for each in between if each.reached("active")}
        return cls(
            program=program,
            roster=stage.roster,
            history=stage.stores.histories.load(
                program.key,
                first=first - 2 * window,
                last=last,
                members=len(stage.roster),
                metrics=tuple(metric.key for metric in program.metrics),
            ),
            rotations=rotations,
            assignments={
                day: stage.stores.assignments.load(program.key, each.claim.rotation) for day, each in rotations.items()
            },
            outcomes={day: stage.stores.assignments.outcomes(program.key, day) for day in rotations},
        )

    @property
    def agents(self) -> tuple[str, ...]:
        return tuple(member.user for member in self.roster)

    def summary(
        self,
        source: str,
        runs: Mapping[date, Used],
        notes: Mapping[date, Sequence[str]],
        *,
        points: Points,
        judged: Judged,
    ) -> Summary:
        """`runs`: what each night used; `points` and `judged`: what came of it for everybody."""
        nights = tuple(self._night(day, used, tuple(notes.get(day, ()))) for day, used in runs.items())
        return Summary(
            program=self.program.name,
            source=source,
            agents=self.agents,
            nights=nights,
            points=points,
            judged=judged,
            story=self._story(nights),
            one_per_metric=self.program.platform is not None and self.program.platform.one_active_per_metric,
        )

    def _night(self, day: date, used: Used, notes: tuple[str, ...]) -> NightRow:
        rotation, night = self.rotations[day], _planned(self.rotations[day])
        return NightRow(
            date=day,
            revision=rotation.claim.revision,
            attempt=rotation.claim.attempt,
            live=tuple(self._live(day, night, category) for category in night.selected),
            deferred=night.deferred,
            moves=tuple(self._moves(day)),
            lowered=tuple(self._lowered(day, night)),
            strays=rotation.group_mismatches,
            notes=notes,
            used=used,
        )

    def _live(self, day: date, night: RotationPlan, category: str) -> Live:
        targets = night.targets[category]
        metric, played = self._metric(category), self.assignments[day][category].played
        codes = Counter(OUTCOMES[code] for code in self.outcomes[day].get(category, b""))
        first, second, third = (played.count(tier) for tier in TIERS)
        return Live(
            category=category,
            metric=metric.key,
            unit=metric.unit,
            targets=targets.shown,
            displayed=night.joint.get(category),
            from_history=targets.from_history,
            players=(first, second, third),
            outcomes={outcome: count for outcome, count in codes.items() if outcome != "not playing"},
        )

    def _moves(self, day: date) -> Iterator[Move]:
        """Differences to the last live night before this one."""
        earlier = [each for each in self.assignments if each < day]
        before = self.assignments[max(earlier)] if earlier else {}
        for category in self.program.categories:
            now = self.assignments[day][category.key]
            then = before.get(category.key, Standing.new(len(self.agents)))
            for slot in range(len(self.agents)):
                if now.tier[slot] != then.tier[slot]:
                    yield self._move(day, category, slot, then=then, now=now)

    def _move(self, day: date, category: Category, slot: int, *, then: Standing, now: Standing) -> Move:
        rule, old, new = self.program.tier_rule, then.tier[slot], now.tier[slot]
        placed = then.worked[slot] < rule.placed_after_days
        returning = (
            not placed and old < new and old < then.previous_tier[slot] and then.above[slot] + 1 < rule.up_after_days
        )
        value = float(self._smoothed(category, day)[slot])
        why = tier_move_reason(
            self._metric(category.key), rule, old=old, new=new, placed=placed, returning=returning, value=value
        )
        return Move(date=day, agent=self.agents[slot], category=category.key, old=old, new=new, why=why)

    def _smoothed(self, category: Category, day: date) -> Row:
        """Every member's smoothed value as the night of `day` knew it: (M,)."""
        metric, everybody = self._metric(category.key), population(self.program, self.roster, day)
        return MetricValues(self.history, everybody, self.program.tier_rule).value(metric, metric.known_until(day))

    def _lowered(self, day: date, night: RotationPlan) -> Iterator[str]:
        for slot, agent in enumerate(self.agents):
            standings = [self.assignments[day][category] for category in night.selected]
            if any(standing.played[slot] < standing.tier[slot] for standing in standings):
                yield agent

    def _story(self, nights: Sequence[NightRow]) -> Story:
        """Of whoever moved most often: there is most to tell."""
        moved = Counter(move.agent for night in nights for move in night.moves)
        agent = max(self.agents, key=lambda each: (moved[each], each))
        slot = self.agents.index(agent)
        return Story(agent=agent, days=tuple(day for night in self.rotations for day in self._story_days(night, slot)))

    def _story_days(self, day: date, slot: int) -> Iterator[StoryDay]:
        for category, targets in _running(_planned(self.rotations[day])):
            standing, metric = self.assignments[day][category], self._metric(category)
            played, outcome = standing.played[slot], self.outcomes[day].get(category, b"")
            value = float(self.history.columns[metric.key].values[self.history.row(day), slot])
            yield StoryDay(
                date=day,
                category=category,
                unit=metric.unit,
                tier=standing.tier[slot],
                played=played,
                target=targets.shown[played - 1] if played else None,
                value=None if np.isnan(value) else round(value, 2),
                outcome=OUTCOMES[outcome[slot]] if outcome else "open",
            )

    def _metric(self, category: str) -> Metric:
        return self.program.metric(self.program.category(category).metric)


def used(*runs: Ran) -> Used:
    """A night may have taken more than one execution; what all of them used is its price."""
    return Used(
        transitions=sum(run.transitions for run in runs),
        platform_calls=sum(run.platform_calls for run in runs),
        metric_calls=sum(run.metric_calls for run in runs),
        write_units=sum(run.write_units for run in runs),
        read_units=sum(run.read_units for run in runs),
    )


def _planned(rotation: Rotation) -> RotationPlan:
    if rotation.plan is None:
        raise ValueError(f"{rotation.claim.rotation} is live without a plan")
    return rotation.plan


def _running(night: RotationPlan) -> list[tuple[str, Targets]]:
    return [(category, night.targets[category]) for category in night.selected]
