"""What the door says of a draft on trial: sums, and those members for whom it makes most difference."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from admin.simulate_draft import Trial
from ladder.domain.points.draft_trial import MemberComparison

MOST_MEMBERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """By rule or by reason: points under the current rules, and under the draft's."""

    now: Mapping[str, int]
    draft: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMember:
    member: str
    now: int
    draft: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTrial:
    """`looked_at` members, `changed` of them with another result; `whole`: those were all; `over_cap`: days."""

    program: str
    after: int
    days: int
    warnings: tuple[str, ...]
    looked_at: int
    changed: int
    whole: bool
    points: Sides
    not_paid: Sides
    gained: Mapping[str, int]
    lost: Mapping[str, int]
    over_cap: tuple[date, ...]
    members: tuple[ShownMember, ...]


def shown(trial: Trial) -> ShownTrial:
    totals = trial.totals
    return ShownTrial(
        program=trial.program,
        after=trial.after,
        days=trial.days,
        warnings=tuple(map(str, trial.warnings)),
        looked_at=totals.members,
        changed=totals.changed,
        whole=trial.whole,
        points=_sides(*totals.points),
        not_paid=_sides(*totals.trimmed),
        gained=dict(sorted(totals.gained.items())),
        lost=dict(sorted(totals.lost.items())),
        over_cap=trial.over_cap,
        members=tuple(_member(*each) for each in trial.members[:MOST_MEMBERS]),
    )


def _sides(now: Mapping[str, int], draft: Mapping[str, int]) -> Sides:
    return Sides(now=dict(sorted(now.items())), draft=dict(sorted(draft.items())))


def _member(member: str, compared: MemberComparison) -> ShownMember:
    return ShownMember(
        member=member,
        now=compared.now.total,
        draft=compared.draft.total,
        gained=tuple(compared.gained),
        lost=tuple(compared.lost),
    )
