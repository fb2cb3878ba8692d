"""Show a team: who may need help and for how long, what waits for a decision, and what there is to recognise soon."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ladder.domain.challenges.assignment import Assignment, MemberStanding
from ladder.domain.challenges.completion import OUTCOMES, Outcome
from ladder.domain.challenges.member_days import MemberNight, last_live, member_days
from ladder.domain.challenges.ports import Assignments, Rotations
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import State
from ladder.domain.points.member_progress import MemberProgress, member_progress
from ladder.domain.points.ports import Teams
from ladder.domain.points.teams import MIN_OTHERS, period_of
from ladder.domain.reviews.escalation import Unanswered
from supervision.services import RequestContext
from supervision.show_members import ListedMember, listed
from supervision.show_waiting import what_waits
from supervision.talking_points import MISSES, RECENT_DAYS, by_category, missed_in_a_row

QUIET_DAYS = 7  # after which somebody who learns may be stuck
CLOSE_TO_LEVEL = 10  # per cent of the way from a level to the next
CLOSE_TO_LENGTH = 2  # days or weeks of a streak
ANNIVERSARY_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMember:
    """`stuck`: what may need help, with since when; `soon`: what there is to recognise. Both are often empty."""

    member: ListedMember
    stuck: tuple[Message, ...]
    waiting: bool  # some of their points wait for somebody's decision
    waiting_since: datetime | None  # what has waited longest for a confirmation or a review
    waits: tuple[Unanswered, ...]
    soon: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisedGoal:
    """A goal in the current day or week. `total`: everybody's points, None in a team too small to hide each."""

    name: str
    total: int | None
    target: int
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """`members`: in the order of their names, never of what they reached."""

    team: str
    members: tuple[TeamMember, ...]
    goals: tuple[SupervisedGoal, ...]


def show_team(
    context: RequestContext, team: str, members: Sequence[tuple[int, Member]], states: Mapping[str, State]
) -> Team:
    """Return the team. `members`: its active ones, each with their slot; `states`: of those who earned anything."""
    compiled, today, services = context.compiled, context.today, context.services
    nights = _nights(context.viewer.program, today, rotations=services.rotations, assignments=services.assignments)
    shown, waits = list[TeamMember](), what_waits(context, {member.id for _, member in members})
    for slot, member in sorted(members, key=lambda each: each[1].display_name.casefold()):
        state = states.get(member.id, State())
        progress = member_progress(compiled, state, today)
        stuck = (*_missing(context, slot, nights), *_learning(progress, state, today))
        soon = (*_milestones(progress), *_anniversary(member, today))
        own = tuple(item for item in waits if item.member == member.id)
        shown.append(
            TeamMember(
                member=listed(member),
                stuck=stuck,
                waiting=state.held > 0,
                waiting_since=own[0].since if own else None,
                waits=own,
                soon=soon,
            )
        )
    enough = len(members) > MIN_OTHERS
    key = next((member.team_key for _, member in members if member.team_key), team)
    goals = _goals(context.viewer.program, key, compiled, services.teams, today, shows_total=enough)
    return Team(team=team, members=tuple(shown), goals=tuple(goals))


type Night = tuple[MemberNight, Assignment, Mapping[str, bytes]]


def _nights(program: str, today: date, *, rotations: Rotations, assignments: Assignments) -> list[Night]:
    """Read the nights of the last weeks, once for the whole team: each without a member, its tiers and its outcomes."""
    live = last_live(rotations.between(program, today - timedelta(days=RECENT_DAYS), today))
    return [
        (
            MemberNight(rotation=rotation, standings={}, outcomes={}),
            assignments.load(program, rotation.claim.rotation),
            assignments.outcomes(program, day),
        )
        for day, rotation in live.items()
    ]


def _missing(context: RequestContext, slot: int, nights: Sequence[Night]) -> Iterator[Message]:
    own_nights = [
        MemberNight(
            rotation=night.rotation,
            standings={key: MemberStanding.among(standing, slot) for key, standing in assignment.items()},
            outcomes={key: _outcome(column, slot) for key, column in outcomes.items()},
        )
        for night, assignment, outcomes in nights
    ]
    current = context.compiled.challenges
    days = member_days(own_nights, {}, rules=context.rules, current=current)
    for category in current.categories:
        own = by_category(days, category.key)
        if (missed := missed_in_a_row(own)) >= MISSES:
            metric = current.metric(category.metric).name
            yield Message("supervision.fact_missed_in_a_row", {"metric": metric, "days": missed})


def _outcome(column: bytes, slot: int) -> Outcome:
    return OUTCOMES[column[slot]] if slot < len(column) else "not playing"


def _learning(progress: MemberProgress, state: State, today: date) -> Iterator[Message]:
    """Yield each path that is begun and has not moved since the member's last activity, a week ago or more."""
    quiet = (today - state.as_of[0].date()).days if state.as_of else 0
    for path in progress.paths:
        done = [step for step in path.steps if step.state == "done"]
        step = next((step.name for step in path.steps if step.state == "open"), None)
        if done and step and not path.done and quiet >= QUIET_DAYS:
            yield Message("supervision.fact_stuck_at_step", {"path": path.name, "step": step, "days": quiet})


def _milestones(progress: MemberProgress) -> Iterator[Message]:
    if (level := progress.level) and (ahead := level.next) and 100 * ahead.missing <= CLOSE_TO_LEVEL * ahead.points:
        yield Message("supervision.soon_level", {"number": level.number + 1, "name": ahead.name})
    for streak in progress.streaks:
        if streak.current and (length := streak.next) and length.missing <= CLOSE_TO_LENGTH:
            yield Message(
                "supervision.soon_streak", {"name": streak.name, "every": streak.every, "length": length.length}
            )
    for badge in progress.badges:
        if (tier := badge.next) and tier.needs and sum(need.needed - need.have for need in tier.needs) == 1:
            yield Message("supervision.soon_badge", {"badge": badge.name, "tier": tier.name})


def _anniversary(member: Member, today: date) -> Iterator[Message]:
    """Yield how many years they will have been here, where that day is within a week."""
    if member.hired_on is None:
        return
    for ahead in range(ANNIVERSARY_DAYS + 1):
        day = today + timedelta(days=ahead)
        years = day.year - member.hired_on.year
        if years > 0 and (day.month, day.day) == (member.hired_on.month, member.hired_on.day):
            yield Message("supervision.soon_anniversary", {"years": years, "day": day.isoformat()})


def _goals(
    program: str, team_key: str, compiled: CompiledProgram, teams: Teams, today: date, *, shows_total: bool
) -> Iterator[SupervisedGoal]:
    for achievement in compiled.rulebook.teams:
        period = period_of(achievement, today.toordinal(), compiled.rulebook)
        totals = teams.totals(program, team_key, achievement.key, period)
        yield SupervisedGoal(
            name=achievement.name,
            total=sum(totals.points.values()) if shows_total else None,
            target=achievement.target,
            since=date.fromordinal(period),
        )
