"""Team: what a member brought counts for his team, and a team that reached something shares the reward."""

from collections.abc import Sequence

from ladder.domain.activity import TEAM_ACHIEVED, Activity, Delivery
from ladder.domain.rewards.teams import granted, reached, share
from ladder.ports import Activities, Teams
from rewards.reward import Desk, Rewarded


def tell_team(
    desk: Desk, activities: Sequence[Activity], rewarded: Rewarded, *, teams: Teams, queue: Activities
) -> None:
    """After every commit, and again where it was killed between the two: totals are set, not added to.

    A grant alone tells nothing: it would be answered by grants to everybody, and those again by grants.
    """
    brought = any(activity.type != TEAM_ACHIEVED for activity in activities)
    achievements = desk.book.rulebook.teams if brought else ()
    mine = teams.mates(desk.program, desk.member) if achievements else None
    if mine is None or rewarded.state.as_of is None:
        return
    team, mates = mine
    for achievement in achievements:
        told = share(achievement, rewarded.state, program=desk.program, team=team, member=desk.member)
        sharing = reached(achievement, teams.contribute(told), mates)
        if told.points and sharing:  # whoever completed it: also a member below the floor
            queue.send(
                [
                    Delivery(desk.program, mate, (granted(achievement, told, at=rewarded.state.as_of[0]),))
                    for mate in sharing
                ]
            )
