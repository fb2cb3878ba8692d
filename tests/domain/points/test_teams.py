"""What a team reaches together, and who shares it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.activities.activity import Activity, Delivery
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.rulebook import Rulebook, TeamAchievement
from ladder.domain.points.rules import Rule
from ladder.domain.points.teams import qualifying_members
from rewards.reward import update_team
from tests.builders.capped_academy import POSTED, academy, event
from tests.builders.generated_events import START
from tests.builders.rewards import RewardRunner
from tests.fakes.members import MemoryTeams

TEAM = TeamAchievement(key="T", name="together", target=100, floor=20, points=5, share=0.5)
NINE = START + timedelta(hours=9)


@pytest.mark.parametrize(
    ("points", "share", "expected"),
    [
        ({"a": 80, "b": 20}, 1.0, ["a", "b"]),
        ({"a": 99}, 0.5, []),
        ({"a": 100}, 0.5, ["a"]),
        ({"a": 100}, 0.51, []),
        ({"a": 81, "b": 19}, 0.5, ["a"]),
        ({"a": 50, "stranger": 50}, 0.5, []),
    ],
)
def test_it_is_reached_by_the_sum_and_by_enough_of_the_team(
    points: dict[str, int], share: float, expected: list[str]
) -> None:
    assert qualifying_members(replace(TEAM, share=share), points, ("a", "b")) == expected


class Sent(list[Delivery]):
    def send(self, deliveries: Sequence[Delivery]) -> None:
        self += deliveries


def team_of_two(*given: tuple[str, int]) -> tuple[RewardRunner, MemoryTeams, Sent]:
    """Members and what they bring, one after the other; grants stay in the queue."""
    rule = Rule(key="POST", name="a post", match=POSTED, points=0, points_from="worth")
    runner = RewardRunner(program=academy(caps=Caps(), rulebook=Rulebook(rules=(rule,), teams=(TEAM,))))
    teams, sent = MemoryTeams({("academy", "blue"): ("a", "b")}), Sent()
    for place, (member, worth) in enumerate(given):
        brings(
            runner, teams, sent, member, event("forum.posted", NINE + timedelta(hours=place), f"{place}", worth=worth)
        )
    return runner, teams, sent


def brings(runner: RewardRunner, teams: MemoryTeams, sent: Sent, member: str, activity: Activity) -> None:
    rewarded = runner.give(activity, member=member)
    update_team(runner.context(member), rewarded, teams=teams, queue=sent)


def test_everybody_at_the_floor_is_granted_their_share_whoever_completed_it() -> None:
    for given in ([("a", 80), ("b", 20)], [("b", 20), ("a", 80)]):
        _, _, sent = team_of_two(*given)
        assert [each.member for each in sent] == ["a", "b"]
    assert [each.member for each in team_of_two(("a", 90), ("b", 10))[2]] == ["a"]


def test_a_grant_is_one_event_a_member_and_period_and_answers_with_no_other() -> None:
    runner, teams, sent = team_of_two(("a", 80), ("b", 20), ("b", 1))
    further = Sent()
    for grant in sent:
        (activity,) = grant.activities
        assert activity.id == "team:blue:T:2026-03-02"
        brings(runner, teams, further, grant.member, activity)
    assert (runner.summed("a")[0], runner.summed("b")[0], further) == (85, 26, [])
    assert runner.ledger.refused == {}


def test_what_is_given_together_over_a_weeks_end_counts_in_both_weeks() -> None:
    rule = Rule(key="POST", name="a post", match=POSTED, points=30)
    runner = RewardRunner(program=academy(caps=Caps(), rulebook=Rulebook(rules=(rule,), teams=(TEAM,))))
    teams = MemoryTeams({("academy", "blue"): ("a", "b")})
    batch = [event("forum.posted", NINE + timedelta(days=day), f"{day}") for day in (6, 7)]
    update_team(runner.context("a"), runner.give(*batch, member="a"), teams=teams, queue=Sent())
    assert len(teams.shares) == 2
