"""Try a draft on what members did lately: who would have earned what, had it been in force. Nothing is written.

The whole ledger is replayed twice, so that streaks, levels and what counts once are as they were when the span began;
only the activities of the span are evaluated under the current and under the draft's rules. What earlier versions paid
before the span is the same in both.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from ladder.domain.message import Message
from ladder.domain.points.award_caps import PROGRAM_USED_UP
from ladder.domain.points.compiled import CompiledProgram, level_at, tier_reached
from ladder.domain.points.ledger import ADJUSTED, Entry
from ladder.domain.points.replay import CompiledVersions, recalculate

DAYS = 30
TRIAL_VERSION = -1  # no version of any program


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """The points that one member earned in the span. `trimmed`: points not paid, by reason, such as a cap."""

    points: Mapping[str, int]  # by rule
    held: Mapping[str, int]
    trimmed: Mapping[Message, int]
    by_day: Mapping[int, int]
    badges: Mapping[str, int]  # the tier, at the end
    level: int

    @property
    def total(self) -> int:
        return sum(self.points.values())


@dataclass(frozen=True, slots=True)
class MemberComparison:
    """`gained` and `lost`: badges, or tiers of them."""

    now: TrialResult
    draft: TrialResult

    @property
    def gained(self) -> list[str]:
        return _higher_tiers(self.draft.badges, self.now.badges)

    @property
    def lost(self) -> list[str]:
        return _higher_tiers(self.now.badges, self.draft.badges)

    @property
    def differs(self) -> bool:
        return self.now != self.draft


@dataclass(slots=True, kw_only=True)
class Totals:
    """Over all members; each is a count of points, or of members, under the current and under the draft's rules."""

    members: int = 0
    changed: int = 0
    points: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    trimmed: tuple[Counter[Message], Counter[Message]] = field(default_factory=lambda: (Counter(), Counter()))
    days: tuple[Counter[int], Counter[int]] = field(default_factory=lambda: (Counter(), Counter()))
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def add(self, compared: MemberComparison) -> None:
        self.members += 1
        self.changed += compared.differs
        for side, earned in enumerate((compared.now, compared.draft)):
            self.points[side].update(earned.points)
            self.trimmed[side].update(earned.trimmed)
            self.days[side].update(earned.by_day)
        self.gained.update(compared.gained)
        self.lost.update(compared.lost)

    def over(self, most: int | None) -> list[date]:
        """Days on which the draft would have paid more than a cap on all members together."""
        if most is None:
            return []
        return [date.fromordinal(day) for day, points in sorted(self.days[1].items()) if points > most]


def compare(
    versions: CompiledVersions, now: CompiledProgram, draft: CompiledProgram, recorded: Sequence[Entry], *, today: date
) -> MemberComparison:
    """`recorded`: a member's whole ledger, and `versions` every version that it was written under."""
    first = today - timedelta(days=DAYS)
    return MemberComparison(*(_earned(versions, compiled, recorded, first) for compiled in (now, draft)))


def _earned(
    versions: CompiledVersions, compiled: CompiledProgram, recorded: Sequence[Entry], first: date
) -> TrialResult:
    """On days on which the cap of all together kept a member short, their allowance is what it was.

    On others it only says what they needed, and they may have more here, up to the whole cap: see `over`.
    """
    tried = {entry.key: entry for entry in recorded if compiled.days.day(entry.activity.occurred_at) >= first}
    short = {entry.day for entry in recorded if any(line.because == PROGRAM_USED_UP for line in entry.lines)}
    most = compiled.caps.program_daily_points  # of all members together; None: no cap, and no allowance
    under_trial = [
        replace(
            entry,
            program_version=TRIAL_VERSION,
            allowance=entry.allowance if entry.day in short and most is not None else most,
        )
        if entry.key in tried
        else entry
        for entry in recorded
    ]
    state, all_results = recalculate({**versions, TRIAL_VERSION: compiled}, compiled, under_trial)
    points, held, trimmed, by_day = Counter[str](), Counter[str](), Counter[Message](), Counter[int]()
    for result in (all_results[key] for key in tried if key in all_results):
        for line in result.lines:
            if line.rule != ADJUSTED:
                points[line.rule] += line.paid
                held[line.rule] += line.held
            if line.because:
                trimmed[line.because] += max(line.worth - line.paid - line.held - line.carried, 0)
            if result.day is not None:
                by_day[result.day] += line.paid + line.held
    return TrialResult(
        points=_nonzero(points),
        held=_nonzero(held),
        trimmed=_nonzero(trimmed),
        by_day=_nonzero(by_day),
        badges={
            key: tier
            for key, tiers in sorted(compiled.tiers.items())
            if (tier := tier_reached(tiers, state.badges.get(key)))
        },
        level=level_at(compiled.rulebook, state.earned),
    )


def _nonzero[K: (str, int, Message)](points: Mapping[K, int]) -> Mapping[K, int]:
    return {key: count for key, count in sorted(points.items(), key=lambda item: str(item[0])) if count}


def _higher_tiers(more: Mapping[str, int], less: Mapping[str, int]) -> list[str]:
    return [f"{key} {tier}" for key, tier in more.items() if tier > less.get(key, 0)]
