"""Settle: decide who met their challenge on the last days, and send the completions to the rewards queue."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

import numpy as np

from ladder.domain.challenges import settlement
from ladder.domain.challenges.completion import Completion
from ladder.domain.challenges.gaming_guard import guard_flags
from ladder.domain.challenges.history import History
from ladder.domain.challenges.peers import population
from ladder.domain.challenges.ports import Assignments, ChallengePlatform, Completions, Histories, Rotations
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.errors import ProgramRefused, Rejected, Unavailable
from ladder.domain.members.roster import Roster
from ladder.domain.message import Message
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.domain.reviews.ports import Reviews
from rotation.activated_dates import (
    ActivatedDate,
    CategoryResult,
    PlatformCompletion,
    category_result,
    challenges_asked,
    codes,
    completions,
    mirrored,
    platform_completions,
    platform_outcomes,
)
from rotation.miss_streak import MissStreak
from rotation.open_dates import OpenDates, find_open_dates
from rotation.revisions import counted, together


@dataclass(frozen=True, slots=True)
class SettledRevision:
    """The results of one revision; and what the platform paid, where it decides."""

    night: ActivatedDate
    results: Sequence[CategoryResult]
    platform_paid: Sequence[PlatformCompletion] | None = None


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
    platform_of: Callable[[Program], ChallengePlatform],
) -> int:
    """Settle every live date that may still change; return how many completions their values no longer support.

    A platform that paid is asked for its completions, also after the program has left it; then it no longer has to
    answer. Completions are sent, and reviews opened, before either is recorded: so each is at least once, under the
    same id.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("settled"):
        return 0
    dates = find_open_dates(claim, program, rotations, programs)
    doubts, warnings = 0, list(rotation.warnings)
    history = _history(claim.program, dates, histories, members=len(roster))
    recorded_streaks = assignments.miss_streaks(claim.program, dates.first, dates.last)
    miss_streak = MissStreak.since(recorded_streaks, dates.first)
    for day, live in groupby(dates.live, key=lambda rotation: rotation.claim.date):
        played = [_activated(rotation, dates, roster, assignments) for rotation in live]
        nights = [night for night in played if night.assignment_stored]
        if len(nights) < len(played):
            warnings.append(Message("rotation.assignment_expired", {"day": day.isoformat()}))
        recorded = assignments.outcomes(claim.program, day)
        settled = list[SettledRevision]()
        for night in nights:
            try:
                settled.append(_settled(night, dates, history, recorded, platform_of))
            except (ProgramRefused, Rejected, Unavailable) as error:
                if night.program.challenges.payer != "platform" or program.challenges.outside_platform:
                    raise
                unread = {"day": day.isoformat(), "why": str(error)}
                warnings.append(Message("rotation.former_platform_completions_unread", unread))
        if not settled:
            continue
        by_revision = counted([(revision.night, revision.results) for revision in settled])
        results = together(by_revision)
        known = recorded_streaks.get(day, {})
        for review in miss_streak.reviews(nights[-1], results, known=known):
            reviews.open(review)
        if miss_streak.differs(known):
            assignments.save_miss_streaks(claim.program, day, miss_streak.runs)
        for revision, counting in zip(settled, by_revision, strict=True):
            queue.send(_earned(replace(revision, results=counting), history))
        merged = {result.category: settlement.merge(result.before, result.after).tobytes() for result in results}
        if {**recorded, **merged} != recorded:
            assignments.save_outcomes(claim.program, day, merged, {result.category: result.few for result in results})
        doubts += sum(int(settlement.doubtful(result.before, result.after).sum()) for result in results)
    unsettled_since = dates.open_after_tonight
    rotations.advance(replace(rotation, step="settled", warnings=tuple(warnings), unsettled_since=unsettled_since))
    return doubts


def _activated(rotation: Rotation, dates: OpenDates, roster: Roster, assignments: Assignments) -> ActivatedDate:
    version = next(version for version in dates.versions if version.version == rotation.program_version)
    return ActivatedDate(rotation, version, roster, assignments.load(rotation.claim.program, rotation.claim.rotation))


def _history(program: str, dates: OpenDates, histories: Histories, *, members: int) -> History:
    """Load history far enough back for the quality gate and the guard of the oldest date."""
    metrics = [metric for version in dates.versions for metric in version.challenges.metrics]
    columns = tuple(sorted({name for metric in metrics for name in (metric.key, metric.measured)}))
    window = max(version.challenges.tier_rule.window_days for version in dates.versions)
    start = dates.first - timedelta(days=window)
    return histories.load(program, first=start, last=dates.last, members=members, metrics=columns)


def _settled(
    night: ActivatedDate,
    dates: OpenDates,
    history: History,
    recorded: Mapping[str, bytes],
    platform_of: Callable[[Program], ChallengePlatform],
) -> SettledRevision:
    rules, platform_paid = night.program.challenges, None
    if rules.payer == "platform":
        revisions = [rotation for rotation in dates.nights if rotation.claim.date == night.day]
        platform_paid = platform_completions(night.day, revisions, night.roster, platform_of(night.program))
        tiers = {key: codes(night.assignment[key].played, len(night.roster)) for key in night.categories}
        outcomes = platform_outcomes(platform_paid, tiers)
    else:
        outcomes = {
            key: settlement.settle(challenges_asked(night, key), rules, history, dates.tonight)
            for key in night.categories
        }
    results = [
        category_result(night, category, history, recorded=recorded.get(category, b""), after=after)
        for category, after in outcomes.items()
    ]
    return SettledRevision(night, results, platform_paid)


def _earned(settled: SettledRevision, history: History) -> list[Completion]:
    """Return the completions that are new."""
    night, results = settled.night, settled.results
    if (paid := settled.platform_paid) is not None:
        return [completion for result in results for completion in mirrored(night, result, paid)]
    flagged = _flagged(night, history)
    return [completion for result in results for completion in completions(night, result, flagged)]


def _flagged(night: ActivatedDate, history: History) -> Mapping[int, Message]:
    """Return what the guard of that day's program says, by slot; of two flags of one member, the first.

    Members who have left since are looked at as on that day.
    """
    rules = night.program.challenges
    everybody = population(rules, night.roster, night.day)
    played = [codes(standing.played, len(night.roster)) > 0 for standing in night.assignment.values()]
    present = replace(everybody, active=np.logical_or.reduce([everybody.active, *played]))
    flags = guard_flags(rules, history, present, until=night.day)
    return {flag.slot: flag.message(rules.tier_rule.window_days) for flag in reversed(flags)}
