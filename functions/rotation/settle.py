"""Settle: decide who met their challenge on the last days, and send the completions to the rewards queue."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ladder.domain.challenges import settlement
from ladder.domain.challenges.completion import Completion
from ladder.domain.challenges.gaming_guard import guard_flags
from ladder.domain.challenges.history import History
from ladder.domain.challenges.peers import population
from ladder.domain.challenges.ports import Assignments, ChallengePlatform, Completions, Histories, Rotations
from ladder.domain.challenges.rotation import Claim
from ladder.domain.errors import ProgramRefused, Rejected, Unavailable
from ladder.domain.members.roster import Roster
from ladder.domain.message import Message
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.domain.reviews.ports import Reviews
from rotation.activated_dates import (
    ActivatedDate,
    CategoryResult,
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


@dataclass(frozen=True, slots=True)
class Settled:
    """One date: the result of each of its categories, and the completions that follow."""

    results: Sequence[CategoryResult]
    completions: Sequence[Completion]


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
    answer.

    Completions are sent, and reviews opened, before either is recorded: so each is at least once, under the same id.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("settled"):
        return 0
    dates = find_open_dates(claim, program, rotations, programs)
    doubts, warnings = 0, list(rotation.warnings)
    history = _history(claim.program, dates, histories, members=len(roster))
    recorded_streaks = assignments.miss_streaks(claim.program, dates.first, dates.last)
    miss_streak = MissStreak.since(recorded_streaks, dates.first)
    for live in dates.live:
        version = next(version for version in dates.versions if version.version == live.program_version)
        assignment = assignments.load(live.claim.program, live.claim.rotation)
        night = ActivatedDate(live, version, roster, assignment)
        if not night.assignment_stored:
            warnings.append(Message("rotation.assignment_expired", {"day": night.day.isoformat()}))
            continue
        recorded = assignments.outcomes(claim.program, night.day)
        if version.challenges.payer == "platform":
            try:
                settled = _settled_by_platform(night, dates, history, recorded, platform_of(version))
            except (ProgramRefused, Rejected, Unavailable) as error:
                if program.challenges.outside_platform:
                    raise
                unread = {"day": night.day.isoformat(), "why": str(error)}
                warnings.append(Message("rotation.former_platform_completions_unread", unread))
                continue
        else:
            settled = _settled_by_values(night, history, recorded, claim.date)
        known = recorded_streaks.get(night.day, {})
        for review in miss_streak.reviews(night, settled.results, known=known):
            reviews.open(review)
        if miss_streak.differs(known):
            assignments.save_miss_streaks(claim.program, night.day, miss_streak.runs)
        queue.send(settled.completions)
        merged = {each.category: settlement.merge(each.before, each.after).tobytes() for each in settled.results}
        if {**recorded, **merged} != recorded:
            few = {result.category: result.few for result in settled.results}
            assignments.save_outcomes(claim.program, night.day, merged, few)
        doubts += sum(int(settlement.doubtful(each.before, each.after).sum()) for each in settled.results)
    rotations.advance(
        replace(rotation, step="settled", warnings=tuple(warnings), unsettled_since=dates.open_after_tonight)
    )
    return doubts


def _history(program: str, dates: OpenDates, histories: Histories, *, members: int) -> History:
    """Load history far enough back for the quality gate and the guard of the oldest date."""
    metrics = dates.metrics
    columns = tuple(sorted({metric.key for metric in metrics} | {metric.measured for metric in metrics}))
    window = max(version.challenges.tier_rule.window_days for version in dates.versions)
    start = dates.first - timedelta(days=window)
    return histories.load(program, first=start, last=dates.last, members=members, metrics=columns)


def _settled_by_values(night: ActivatedDate, history: History, recorded: Mapping[str, bytes], tonight: date) -> Settled:
    results = [
        category_result(
            night,
            category,
            history,
            recorded=recorded.get(category, b""),
            after=settlement.settle(challenges_asked(night, category), night.program.challenges, history, tonight),
        )
        for category in night.categories
    ]
    flagged = _flagged(night, history)
    return Settled(results, [earned for result in results for earned in completions(night, result, flagged)])


def _settled_by_platform(
    night: ActivatedDate,
    dates: OpenDates,
    history: History,
    recorded: Mapping[str, bytes],
    platform: ChallengePlatform,
) -> Settled:
    revisions = [rotation for rotation in dates.nights if rotation.claim.date == night.day]
    platform_paid = platform_completions(night.day, revisions, night.roster, platform)
    tiers = {key: codes(night.assignment[key].played, len(night.roster)) for key in night.categories}
    results = [
        category_result(night, category, history, recorded=recorded.get(category, b""), after=after)
        for category, after in platform_outcomes(platform_paid, tiers).items()
    ]
    return Settled(results, [paid for result in results for paid in mirrored(night, result, platform_paid)])


def _flagged(night: ActivatedDate, history: History) -> Mapping[int, Message]:
    """Return what the guard of that day's program says, by slot; of two flags of one member, the first."""
    rules = night.program.challenges
    flags = guard_flags(rules, history, population(rules, night.roster, night.day), until=night.day)
    return {flag.slot: flag.message(rules.tier_rule.window_days) for flag in reversed(flags)}
