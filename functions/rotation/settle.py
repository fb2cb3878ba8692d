"""Settle: decide who met their challenge on the last days, and send the completions to the rewards queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ladder.domain.challenges import settlement
from ladder.domain.challenges.completion import Completion
from ladder.domain.challenges.gaming_guard import Flag, Kind, flag_text, flagged_members
from ladder.domain.challenges.history import History
from ladder.domain.challenges.peers import Population, population
from ladder.domain.challenges.ports import Assignments, ChallengePlatform, Completions, Histories, Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.challenges.rules import Guard
from ladder.domain.members.roster import Roster
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.domain.reviews.ports import Reviews
from rotation import platform_completions as native
from rotation.activated_dates import (
    ActivatedDate,
    CategoryResult,
    asked_targets,
    category_result,
    codes,
    completions,
    mirrored,
)
from rotation.miss_streak import MissStreak, Runs
from rotation.open_dates import OpenDates, find_open_dates


@dataclass(frozen=True, slots=True)
class Settled:
    """One date: the result of each of its categories, and the completions that follow."""

    rulings: Sequence[CategoryResult]
    completions: Sequence[Completion]

    @property
    def doubts(self) -> int:
        return sum(int(settlement.doubtful(each.before, each.after).sum()) for each in self.rulings)


def settle(
    claim: Claim,
    program: Program,
    roster: Roster,
    *,
    programs: Programs,
    rotations: Rotations,
    assignments: Assignments,
    histories: Histories,
    queue: Completions,
    reviews: Reviews,
    platform: ChallengePlatform,
) -> int:
    """Settle every live date that may still change; return how many completions their values no longer support.

    Completions are sent, and reviews opened, before either is recorded: so each is at least once, under the same id.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("settled"):
        return 0
    found = find_open_dates(claim, program, rotations, programs)
    doubts, lost = 0, list[str]()
    history = _history(claim.program, found, histories, members=len(roster))
    runs = assignments.miss_streaks(claim.program, found.first, found.last)
    miss_streak = MissStreak.since(runs, found.first)
    for live in found.live:
        played = _played(live, found.versions, roster, assignments)
        if not played.known:
            lost.append(f"{played.day}: what everybody played is no longer kept, so nobody is paid for it")
            continue
        recorded = assignments.outcomes(claim.program, played.day)
        if played.program.challenges.payer == "platform":
            settled = _as_the_platform_says(played, found.nights, history, recorded, platform)
        else:
            settled = _by_the_figures(played, history, recorded, claim.date)
        _stretched(
            miss_streak, played, settled, known=runs.get(played.day, {}), assignments=assignments, reviews=reviews
        )
        _record(played, recorded, settled, assignments, queue)
        doubts += settled.doubts
    warnings = (*rotation.warnings, *lost)
    rotations.advance(replace(rotation, step="settled", warnings=warnings, unsettled_since=found.open_after_tonight))
    return doubts


def _history(program: str, found: OpenDates, histories: Histories, *, members: int) -> History:
    """Load history far enough back for the quality gate and the guard of the oldest date."""
    metrics = found.metrics
    columns = tuple(sorted({metric.key for metric in metrics} | {metric.measured for metric in metrics}))
    start = found.first - timedelta(days=max(each.challenges.tier_rule.window_days for each in found.versions))
    return histories.load(program, first=start, last=found.last, members=members, metrics=columns)


def _played(live: Rotation, versions: Sequence[Program], roster: Roster, assignments: Assignments) -> ActivatedDate:
    """Return the date with the version of the program that it was played under."""
    program = next(each for each in versions if each.version == live.program_version)
    return ActivatedDate(live, program, roster, assignments.load(live.claim.program, live.claim.rotation))


def _by_the_figures(played: ActivatedDate, history: History, recorded: Mapping[str, bytes], tonight: date) -> Settled:
    rulings = [
        category_result(
            played,
            category,
            history,
            recorded=recorded.get(category, b""),
            after=settlement.settle(asked_targets(played, category), played.program.challenges, history, tonight),
        )
        for category in played.categories
    ]
    flagged = flagged_on(played, history)
    return Settled(rulings, [each for found in rulings for each in completions(played, found, flagged)])


def _as_the_platform_says(
    played: ActivatedDate,
    recent: Sequence[Rotation],
    history: History,
    recorded: Mapping[str, bytes],
    platform: ChallengePlatform,
) -> Settled:
    revisions = [rotation for rotation in recent if rotation.claim.date == played.day]
    found = native.platform_completions(played.day, revisions, played.roster, platform)
    tiers = {key: codes(played.assignment[key].played, len(played.roster)) for key in played.categories}
    rulings = [
        category_result(played, category, history, recorded=recorded.get(category, b""), after=after)
        for category, after in native.outcomes(found, tiers).items()
    ]
    return Settled(rulings, [each for one in rulings for each in mirrored(played, one, found)])


def _stretched(
    miss_streak: MissStreak,
    played: ActivatedDate,
    settled: Settled,
    *,
    known: Runs,
    assignments: Assignments,
    reviews: Reviews,
) -> None:
    """Open reviews first, then record, as with completions."""
    for review in miss_streak.reviews(played, settled.rulings, known=known):
        reviews.open(review)
    if miss_streak.differs(known):
        assignments.save_miss_streaks(played.program.key, played.day, miss_streak.runs)


def _record(
    played: ActivatedDate, recorded: Mapping[str, bytes], settled: Settled, assignments: Assignments, queue: Completions
) -> None:
    """Send first, then record: a run that dies in between sends the same once more."""
    queue.send(settled.completions)
    merged = {each.category: settlement.merge(each.before, each.after).tobytes() for each in settled.rulings}
    if {**recorded, **merged} != recorded:
        few = {each.category: each.few for each in settled.rulings}
        assignments.save_outcomes(played.program.key, played.day, merged, few)


def flagged_on(played: ActivatedDate, history: History) -> Mapping[int, str]:
    """Slot -> sentence, by the guard of the program that the date was played under; who did nothing odd has none."""
    guard = played.program.challenges.guard
    if guard is None:
        return {}
    everybody = population(played.program.challenges, played.roster, played.day)
    days = played.program.challenges.tier_rule.window_days
    found = [flag for kind, metric in _looked_at(guard) for flag in _flags(kind, metric, played, history, everybody)]
    return {flag.slot: flag_text(flag, days=days) for flag in reversed(found)}  # of two flags, the first is shown


def _looked_at(guard: Guard) -> list[tuple[Kind, str]]:
    kinds: list[tuple[Kind, str | None]] = [
        ("short_contacts", guard.short_contacts),
        ("repeat_contacts", guard.repeat_contacts),
    ]
    return [(kind, metric) for kind, metric in kinds if metric]


def _flags(kind: Kind, metric: str, played: ActivatedDate, history: History, everybody: Population) -> tuple[Flag, ...]:
    guard = played.program.challenges.guard or Guard()
    return flagged_members(
        kind,
        history,
        metric,
        everybody,
        until=played.day,
        rule=played.program.challenges.tier_rule,
        false_alarms=guard.false_alarms,
        min_contacts=guard.min_contacts,
    )
