"""Team: what a member brought counts for his team, and a team that reached something shares the reward."""

from ladder.domain.activities.activity import Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.points.ports import Teams
from ladder.domain.points.replay import replayed_state
from ladder.domain.points.state import State
from ladder.domain.points.teams import Contribution, brought, granted, period_of, reached
from ladder.domain.programs.rulebook import TeamAchievement
from rewards.context import RewardContext
from rewards.reward import Rewarded


def update_team(desk: RewardContext, rewarded: Rewarded, *, teams: Teams, queue: Activities) -> None:
    """After every commit, and again where it was killed between the two: totals are set, not added to.

    Who was granted his share is remembered, so what is done after that, the grant itself too, tells nobody again.
    """
    achievements = desk.book.rulebook.teams
    mine = teams.teammates(desk.program, desk.member) if achievements else None
    if mine is None or rewarded.state.as_of is None:
        return
    team, mates = mine
    for achievement in achievements:
        for told in _shares(desk, achievement, rewarded, team):
            together = teams.contribute(told)
            sharing = reached(achievement, together.points, mates)  # whoever completed it: also one below the floor
            new = [mate for mate in sharing if mate not in together.granted]
            if told.points and new:
                grant = granted(achievement, told, at=rewarded.state.as_of[0])
                queue.send([Delivery(desk.program, mate, (grant,)) for mate in new])
                teams.granted(told, new)


def _shares(desk: RewardContext, achievement: TeamAchievement, rewarded: Rewarded, team: str) -> list[Contribution]:
    """One for each period that the entries touched, besides the one that the member is in."""
    current = period_of(achievement, rewarded.state.day)
    touched = {period_of(achievement, entry.day) for entry in rewarded.entries if entry.day is not None}

    def state_at_end(period: int) -> State:
        return rewarded.state if period == current else _at_end(desk, achievement, period)

    return [
        Contribution(
            program=desk.program,
            team=team,
            achievement=achievement.key,
            period=period,
            member=desk.member,
            points=brought(achievement, state_at_end(period), period),
            version=rewarded.state.version,
        )
        for period in sorted(touched | {current})
    ]


def _at_end(desk: RewardContext, achievement: TeamAchievement, period: int) -> State:
    """Of a period that is over for the member, by everything that happened up to its end."""
    recorded = desk.ledger.entries(desk.program, desk.member)
    until = [each for each in recorded if each.day is None or period_of(achievement, each.day) <= period]
    books = {version: desk.books(version) for version in {entry.program_version for entry in until}}
    return replayed_state(books, until)
