"""Set what a member earned in their teams, and share the reward of what a team has reached."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from ladder.domain.activities.activity import LADDER, TEAM_ACHIEVED, Activity, Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.members.roster import Member
from ladder.domain.points.award_caps import DAY, TEAM
from ladder.domain.points.ports import Teams
from ladder.domain.points.replay import recalculate
from ladder.domain.points.rulebook import TeamAchievement
from ladder.domain.points.teams import Contribution, period_of, qualifying_members
from rewards.reward import RewardContext, Rewarded

type TeamDay = tuple[str | None, int]  # the key of a team, or None, and a local day


def update_teams(context: RewardContext, rewarded: Rewarded, *, teams: Teams, queue: Activities) -> None:
    """Set the member's contributions to the periods that changed, and grant what they complete.

    Points belong to the team in which they were earned, however late they are known. It runs after every commit, and
    again where it was killed between the two: contributions are set, not added to. Members who were granted a reward
    are remembered, so that they are not granted it again, also not by the grant itself.
    """
    rulebook, state = context.compiled.rulebook, rewarded.state
    member = teams.member(context.program, context.member) if rulebook.teams else None
    if member is None or state.as_of is None:
        return
    former_teams = [(context.compiled.days.day(former.until).toordinal(), former.key) for former in member.former_teams]
    from_ledger: Mapping[TeamDay, int] | None = None
    for achievement in rulebook.teams:
        current = period_of(achievement, state.day, rulebook)
        touched = {period_of(achievement, entry.day, rulebook) for entry in rewarded.entries if entry.day is not None}
        for period in sorted(touched | {current}):
            teams_of_period = {member.team_key, *(team for until, team in former_teams if period <= until)}
            as_in_state = period == current and (achievement.every == "day" or period == state.week)
            if as_in_state and len(teams_of_period) == 1:
                used, rewards = (state.used.get(name, 0) for name in (DAY, TEAM))  # what is held, too
                of_week = state.week_used - state.week_rewards
                points = {member.team_key: used - rewards if achievement.every == "day" else of_week}
            else:  # it is over for the member, they moved in it, or an edit lets weeks begin on another day
                from_ledger = _earned(context, member) if from_ledger is None else from_ledger
                points = dict.fromkeys(teams_of_period, 0)
                for (team, day), earned in from_ledger.items():
                    if period_of(achievement, day, rulebook) == period:
                        points[team] = points.get(team, 0) + earned
            for team, earned in points.items():
                if team:
                    contribution = Contribution(
                        program=context.program,
                        team=team,
                        achievement=achievement.key,
                        period=period,
                        member=context.member,
                        points=earned,
                        version=state.version,
                    )
                    _contribute(contribution, achievement, at=state.as_of[0], teams=teams, queue=queue)


def _earned(context: RewardContext, member: Member) -> Mapping[TeamDay, int]:
    """Return the points that the member earned, or that are held, by team and day, without rewards of team goals."""
    recorded, earned = context.ledger.entries(context.program, context.member), Counter[TeamDay]()
    _, results = recalculate(context.versions_of(recorded), context.compiled, recorded)
    for entry in recorded:
        result, activity = results.get(entry.key), entry.activity
        reward = activity.attributes.get("achievement") if activity.type == TEAM_ACHIEVED else None
        if result and result.day is not None:
            points = sum(line.paid + line.held for line in result.lines if line.rule != reward)
            earned[member.team_at(activity.occurred_at), result.day] += points
    return earned


def _contribute(
    contribution: Contribution, achievement: TeamAchievement, *, at: datetime, teams: Teams, queue: Activities
) -> None:
    """Set a contribution, and grant the reward of what it completes to everybody who has their part in it.

    The reward is one event a member, achievement and period, whichever team it is of: who moved has it once.
    """
    program = contribution.program
    totals = teams.contribute(contribution)
    qualifying = qualifying_members(achievement, totals.points, teams.teammates(program, contribution.team))
    new = [member for member in qualifying if member not in totals.granted]
    if contribution.points and new:
        grant = Activity(
            source=LADDER,
            id=f"team:{achievement.key}:{date.fromordinal(contribution.period)}",
            type=TEAM_ACHIEVED,
            occurred_at=at,
            attributes={"achievement": achievement.key, "points": achievement.points},
        )
        queue.send([Delivery(program, member, (grant,)) for member in new])
        teams.granted(contribution, new)
