"""Show progress: a member's points and goals, and what they can still earn today."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ladder.domain.calendar.schedule import local_day
from ladder.domain.challenges.daily_challenges import DailyChallenge, daily_challenges, left_out
from ladder.domain.challenges.difficulty_relief import relieved_until
from ladder.domain.challenges.participation import OptInCategory, opt_in_categories
from ladder.domain.challenges.ports import (
    DifficultyReliefs,
    MemberStandings,
    OwnFiguresOfToday,
    Participation,
    Rotations,
)
from ladder.domain.challenges.so_far import OwnFigureSoFar, with_figures_so_far
from ladder.domain.members.leavers import Leavers
from ladder.domain.message import Message
from ladder.domain.points.award_caps import daily_bound
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.member_progress import MemberProgress, member_progress
from ladder.domain.points.opportunities import Opportunities, opportunities
from ladder.domain.points.ports import Allowances, Ledger, Teams
from ladder.domain.points.teams import TeamGoal, period_of, team_goals
from ladder.domain.reviews.contest import VerdictForMember
from ladder.domain.reviews.ports import MemberVerdicts
from ladder.web.me import Me
from progress.contest import show_verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """`pending`: held until somebody decides; it is in neither of the others."""

    earned: int
    spent: int
    spendable: int
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenges:
    """`state`: "not_ready": the rotation of this day is not active yet; "none": the program has no nightly challenges.

    `dropped`: why challenges of today are not the member's, a cap or another program; `not_counted`: challenges whose
    values became final last night and did not count for too few contacts.
    """

    state: Literal["ready", "not_ready", "none"]
    challenges: tuple[DailyChallenge, ...] = ()
    dropped: tuple[Message, ...] = ()
    not_counted: tuple[Message, ...] = ()


USUAL_LEAVERS = Leavers()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`participation`: each opt-in category, and whether the member takes part.

    `team`: the goals of the member's team; empty where they are in none. `judged`: what a model was asked about on the
    last such day, and what became of it. `notice`: of their erasure, where they left.
    """

    program: str
    points: Points
    milestones: MemberProgress
    today: Opportunities
    challenges: Challenges
    participation: tuple[OptInCategory, ...]
    team: tuple[TeamGoal, ...]
    judged: tuple[VerdictForMember, ...]
    notice: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeStores:
    """The stores that challenges are read from. `slot`: a member's index in their program's roster, if any."""

    version: Callable[[int], CompiledProgram]  # a published version of the program
    rotations: Rotations
    placements: MemberStandings
    reliefs: DifficultyReliefs
    participation: Participation
    figures: OwnFiguresOfToday
    slot: Callable[[str, str], int | None]


def show_progress(
    me: Me,
    *,
    now: datetime,
    compiled: CompiledProgram,
    ledger: Ledger,
    allowances: Allowances,
    stores: ChallengeStores,
    teams: Teams,
    verdicts: MemberVerdicts,
    leavers: Leavers = USUAL_LEAVERS,
) -> Progress:
    """Return a member's progress. Reads only. Today is the program's local work day."""
    state, _ = ledger.load(me.program, me.member, [])
    today = local_day(compiled.schedule, now)
    allowance = None
    if compiled.caps.program_daily_points is not None:  # what the program's own cap lets the member earn today
        allowance = daily_bound(
            compiled.caps,
            compiled.challenges,
            earlier_allowance=state.allowance if state.day == today.toordinal() else None,
            allotment=allowances.allotment(me.program, me.member, today),
            withdrawn=allowances.reserve_taken(me.program, today),
        ).points
    rulebook, goals = compiled.rulebook, tuple[TeamGoal, ...]()
    member = teams.member(me.program, me.member)
    erased_on = leavers.erased_on(member) if member else None
    if rulebook.teams and member and (team := member.team_key):
        points = {  # one read a goal
            achievement.key: teams.totals(
                me.program, team, achievement.key, period_of(achievement, today.toordinal(), rulebook)
            ).points
            for achievement in rulebook.teams
        }
        goals = tuple(team_goals(rulebook, me.member, teams.teammates(me.program, team), today, points))
    opt_in = tuple[OptInCategory, ...]()
    if compiled.challenges.opt_in:  # most programs have none, and read nothing
        choices = stores.participation.of(me.program, me.member)
        opt_in = opt_in_categories(compiled.challenges, compiled.schedule, choices, today)
    return Progress(
        program=compiled.name,
        points=Points(earned=state.earned, spent=state.spent, spendable=state.spendable, pending=state.held),
        milestones=member_progress(compiled, state, today),
        today=opportunities(compiled, state, today, allowance=allowance),
        challenges=_challenges(me, compiled, today, stores),
        participation=opt_in,
        team=goals,
        judged=show_verdicts(me, now=now, compiled=compiled, verdicts=verdicts, latest=True),
        notice=Message("members.erased_on", {"day": erased_on.isoformat()}) if erased_on else None,
    )


def _challenges(me: Me, compiled: CompiledProgram, today: date, stores: ChallengeStores) -> Challenges:
    if not compiled.challenges.categories:
        return Challenges(state="none")
    pointer = stores.rotations.pointer(me.program)
    current = stores.rotations.get(me.program, pointer) if pointer else None
    if current is None or current.plan is None or current.claim.date != today:
        return Challenges(state="not_ready")
    slot = stores.slot(me.program, me.member)
    standings = {} if slot is None else stores.placements.standings(me.program, current.claim.rotation, slot)
    planned = stores.version(current.program_version)
    # Reliefs are read only where the member plays below their tier, which most do not.
    relieved = (
        relieved_until(stores.reliefs.of(me.program, me.member), planned.schedule, today)
        if any(0 < standing.played < standing.tier for standing in standings.values())
        else {}
    )
    not_counted = list[Message]()
    if slot is not None:
        final = {metric.key: metric.known_until(today) for metric in planned.challenges.metrics}
        for day in sorted(set(final.values()), reverse=True):  # mostly yesterday alone
            for key, few in stores.placements.too_few_contacts(me.program, day, slot).items():
                about: dict[str, str | float] = {"contacts": few.contacts, "needs": few.needs, "day": day.isoformat()}
                not_counted += [
                    Message("challenges.too_few_contacts", {"challenge": category.tiers[0].name, **about})
                    for category in planned.challenges.categories
                    if category.key == key and final.get(category.metric) == day
                ]
    asked = daily_challenges(planned.challenges, planned.caps, current.plan, standings, relieved=relieved)
    read = compiled.challenges.today_every_hours is not None
    figures: Mapping[str, OwnFigureSoFar] = {}
    if read and asked and slot is not None:
        figures = stores.figures.of_slot(me.program, slot)
    return Challenges(
        state="ready",
        challenges=tuple(
            with_figures_so_far(challenge, planned.challenges, figures, today, read_during_the_day=read)
            for challenge in asked
        ),
        dropped=left_out(planned.challenges, planned.caps, current.plan, standings),
        not_counted=tuple(not_counted),
    )
