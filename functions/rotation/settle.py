"""Settle: who did what was asked on the last days, now that the figures are final, and tell the rewards queue."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from ladder.domain import settlement
from ladder.domain.columns import History
from ladder.domain.members import Roster
from ladder.domain.program import Program
from ladder.domain.rotation import Claim, Rotation
from ladder.domain.settlement import Codes
from ladder.ports import Assignments, ChallengePlatform, Completions, Histories, Programs, Rotations
from rotation.natively_completed import natively_completed
from rotation.played import Played, Ruling, codes, completions, question

CORRECTIONS_DAYS = 7  # how long after its figures are final a date is still looked at


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
    platform: ChallengePlatform,
) -> int:
    """Settle every live date that may still change; the number of completions whose figures have become doubtful.

    Completions are sent before they are recorded as sent, so each is sent at least once, always under the same id.
    """
    rotation = rotations.hold(claim)
    if rotation.reached("settled"):
        return 0
    first = claim.date - timedelta(days=_horizon(program))
    history = _history(claim, program, roster, histories, first)
    doubts = 0
    for live in _live(rotations.between(claim.program, first, claim.date - timedelta(days=1))):
        played = _played(live, roster, programs, assignments)
        recorded = assignments.outcomes(claim.program, played.day)
        after = _found(played, history, claim.date, platform)
        rulings = [_ruling(played, category, history, recorded, after[category]) for category in played.categories]
        _record(played, recorded, rulings, assignments, queue)
        doubts += sum(int(settlement.doubtful(ruling.before, ruling.after).sum()) for ruling in rulings)
    rotations.advance(replace(rotation, step="settled"))
    return doubts


def _horizon(program: Program) -> int:
    return 1 + max(metric.final_after_days for metric in program.metrics) + CORRECTIONS_DAYS


def _live(rotations: list[Rotation]) -> list[Rotation]:
    """The revision of each date that went live last."""
    live = {rotation.claim.date: rotation for rotation in rotations if rotation.reached("active")}
    return list(live.values())


def _history(claim: Claim, program: Program, roster: Roster, histories: Histories, first: date) -> History:
    """Far enough back that the quality gate of the oldest date has its worked days."""
    metrics = tuple(metric.key for metric in program.metrics)
    start = first - timedelta(days=program.tier_rule.window_days)
    last = claim.date - timedelta(days=1)
    return histories.load(claim.program, first=start, last=last, members=len(roster), metrics=metrics)


def _played(live: Rotation, roster: Roster, programs: Programs, assignments: Assignments) -> Played:
    """A date is settled by the version of the program that it was played under."""
    program = programs.version(live.claim.program, live.program_version)
    return Played(live, program, roster, assignments.load(live.claim.program, live.claim.rotation))


def _found(played: Played, history: History, tonight: date, platform: ChallengePlatform) -> Mapping[str, Codes]:
    """Category -> each member's outcome as it looks tonight: by the platform's word where the platform pays."""
    if played.program.payer == "platform":
        return natively_completed(played.rotation, played.roster, platform)
    return {
        category: settlement.settle(question(played, category), played.program, history, tonight)
        for category in played.categories
    }


def _ruling(played: Played, category: str, history: History, recorded: Mapping[str, bytes], after: Codes) -> Ruling:
    asked = question(played, category)
    values = history.columns[asked.metric.key].values[history.row(played.day)]
    return Ruling(category, asked, values, codes(recorded.get(category, b""), len(played.roster)), after)


def _record(
    played: Played,
    recorded: Mapping[str, bytes],
    rulings: list[Ruling],
    assignments: Assignments,
    queue: Completions,
) -> None:
    """Send first, then record: whoever dies in between sends the same once more."""
    queue.send([completion for ruling in rulings for completion in completions(played, ruling)])
    merged = {ruling.category: settlement.merged(ruling.before, ruling.after).tobytes() for ruling in rulings}
    if {**recorded, **merged} != recorded:
        assignments.save_outcomes(played.program.key, played.day, {**recorded, **merged})
