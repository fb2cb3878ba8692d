"""What a team reaches together, and who shares it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.domain.activities.activity import DENIED, RELEASED, Activity, Delivery
from ladder.domain.challenges.caps import Caps
from ladder.domain.errors import InvalidRequest
from ladder.domain.members.roster import RosterRow, enrolled
from ladder.domain.points.rulebook import Rulebook, TeamAchievement
from ladder.domain.points.rules import Rule
from ladder.domain.points.teams import enough_at_floor, qualifying_members
from rewards.teams import update_teams
from tests.builders.capped_academy import POSTED, academy, event, ours
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
        ({"a": 50, "moved on": 50}, 0.5, ["a", "moved on"]),
        ({"a": 19, "moved on": 81}, 0.5, []),
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
    update_teams(runner.context(member), rewarded, teams=teams, queue=sent)


def test_everybody_at_the_floor_is_granted_their_share_whoever_completed_it() -> None:
    for brought in ([("a", 80), ("b", 20)], [("b", 20), ("a", 80)]):
        _, _, sent = team_of_two(*brought)
        assert [each.member for each in sent] == ["a", "b"]
    assert [each.member for each in team_of_two(("a", 90), ("b", 10))[2]] == ["a"]


def test_a_grant_is_one_event_a_member_and_period_and_answers_with_no_other() -> None:
    runner, teams, sent = team_of_two(("a", 80), ("b", 20), ("b", 1))
    further = Sent()
    for grant in sent:
        (activity,) = grant.activities
        assert activity.id == "team:T:2026-03-02"
        brings(runner, teams, further, grant.member, activity)
    assert (runner.summed("a")[0], runner.summed("b")[0], further) == (85, 26, [])
    assert runner.ledger.refused == {}


def test_what_is_given_together_over_a_weeks_end_counts_in_both_weeks() -> None:
    rule = Rule(key="POST", name="a post", match=POSTED, points=30)
    runner = RewardRunner(program=academy(caps=Caps(), rulebook=Rulebook(rules=(rule,), teams=(TEAM,))))
    teams = MemoryTeams({("academy", "blue"): ("a", "b")})
    batch = [event("forum.posted", NINE + timedelta(days=day), f"{day}") for day in (6, 7)]
    update_teams(runner.context("a"), runner.give(*batch, member="a"), teams=teams, queue=Sent())
    assert len(teams.shares) == 2


@pytest.mark.parametrize(
    ("share", "people", "needed"),
    [(0.4, 7, 3), (0.55, 20, 11), (0.07, 100, 7), (0.1, 3, 1), (0.8, 5, 4), (1.0, 3, 3), (0.29, 100, 29), (0.5, 0, 1)],
)
def test_a_share_is_asked_of_whole_people(share: float, people: int, needed: int) -> None:
    goal, team = replace(TEAM, share=share), [str(place) for place in range(people)]
    enough = [enough_at_floor(goal, dict.fromkeys(team[:number], 20), team) for number in range(people + 1)]
    assert enough == [number >= needed for number in range(people + 1)]


@given(st.integers(1, 100), st.integers(1, 60))
def test_a_share_in_whole_per_cent_asks_for_as_many_people_as_the_fraction_says(percent: int, people: int) -> None:
    team = [str(place) for place in range(people)]
    needed = -(-percent * people // 100)
    at_floor = {number: dict.fromkeys(team[:number], 20) for number in (needed - 1, needed)}
    goal = replace(TEAM, share=percent / 100)
    assert [enough_at_floor(goal, points, team) for points in at_floor.values()] == [False, True]


def test_an_empty_team_reaches_nothing_whatever_was_earned_in_it() -> None:
    assert qualifying_members(TEAM, {"moved on": 500}, ()) == []


FRIDAY = START + timedelta(days=4, hours=12)


class Floor:
    """A week in which members of teams post, move, leave and return; grants are delivered when the week is over."""

    def __init__(self, *goals: TeamAchievement, caps: Caps | None = None, **teams: str) -> None:
        """`teams`: by member."""
        rule = Rule(key="POST", name="a post", match=POSTED, points=0, points_from="worth")
        rulebook = Rulebook(rules=(rule,), teams=goals or (TEAM,))
        self.runner, self.sent = RewardRunner(program=academy(caps=caps or Caps(), rulebook=rulebook)), Sent()
        self.teams, self.roster = MemoryTeams({}), enrolled((), (), new_id=str, at=START).roster
        self.listed(START, **teams)

    def listed(self, at: datetime, **teams: str) -> None:
        rows, ids = [RosterRow(user=user, team=team or None) for user, team in teams.items()], iter(teams)
        known = {member.user for member in self.roster}
        ids = iter([user for user in teams if user not in known])
        self.roster = enrolled(self.roster, rows, new_id=lambda: next(ids), at=at).roster
        self.teams.roster = {("academy", member.id): member for member in self.roster}

    def posts(self, member: str, at: datetime, worth: int, key: str | None = None) -> None:
        brings(
            self.runner, self.teams, self.sent, member, event("forum.posted", at, key or f"{member}{at}", worth=worth)
        )

    def delivered(self) -> None:
        while self.sent:
            delivery = self.sent.pop(0)
            brings(self.runner, self.teams, self.sent, delivery.member, *delivery.activities)

    def totals(self, team: str, goal: str = "T", week: int = 0) -> dict[str, int]:
        monday = (START + timedelta(weeks=week)).date().toordinal()
        points = self.teams.totals("academy", team, goal, monday).points
        return {member: earned for member, earned in sorted(points.items()) if earned}


def test_who_moves_on_a_friday_has_their_points_in_the_team_in_which_they_earned_them() -> None:
    floor = Floor(mo="red", ann="red", bob="blue")
    floor.posts("mo", NINE, 60)
    floor.posts("bob", NINE, 50)
    floor.listed(FRIDAY, mo="blue", ann="red", bob="blue")
    floor.posts("mo", FRIDAY + timedelta(hours=1), 30)
    assert (floor.totals("red"), floor.totals("blue"), floor.sent) == ({"mo": 60}, {"bob": 50, "mo": 30}, [])
    floor.posts("ann", FRIDAY, 40)
    assert [delivery.member for delivery in floor.sent] == ["ann", "mo"]


def test_who_has_their_part_in_two_teams_of_one_week_is_rewarded_once() -> None:
    floor = Floor(mo="red", ann="red", bob="blue")
    floor.posts("mo", NINE, 60)
    floor.posts("ann", NINE, 60)
    floor.listed(FRIDAY, mo="blue", ann="red", bob="blue")
    floor.posts("mo", FRIDAY + timedelta(hours=1), 90)
    floor.posts("bob", FRIDAY + timedelta(hours=1), 20)
    floor.delivered()
    assert [floor.runner.summed(member)[0] for member in ("mo", "ann", "bob")] == [60 + 90 + 5, 65, 25]


def test_what_is_known_late_or_corrected_after_a_move_counts_where_it_was_earned() -> None:
    floor = Floor(mo="red", bob="blue")
    floor.posts("mo", NINE, 10, "first")
    floor.listed(FRIDAY, mo="blue", bob="blue")
    floor.posts("mo", FRIDAY + timedelta(hours=1), 5)
    floor.posts("mo", NINE + timedelta(days=1), 7)
    assert (floor.totals("red"), floor.totals("blue")) == ({"mo": 17}, {"mo": 5})
    mended = event("activity.corrected", FRIDAY + timedelta(hours=2), "mended", id="first", worth=30)
    brings(floor.runner, floor.teams, floor.sent, "mo", mended)
    assert (floor.totals("red"), floor.totals("blue")) == ({"mo": 37}, {"mo": 5})


def test_what_waited_at_a_move_and_is_released_or_raised_after_it_counts_where_it_was_earned() -> None:
    floor = Floor(mo="red", bob="blue")
    rule = replace(floor.runner.program.rulebook.rules[0], hold="somebody looks at it")
    floor.runner.publish(rulebook=replace(floor.runner.program.rulebook, rules=(rule,)))
    floor.posts("mo", NINE, 10, "first")
    floor.listed(FRIDAY, mo="blue", bob="blue")

    def told(activity: Activity) -> tuple[dict[str, int], dict[str, int]]:
        brings(floor.runner, floor.teams, floor.sent, "mo", activity)
        return floor.totals("red"), floor.totals("blue")

    first = {"source": "lms", "id": "first"}
    assert told(ours(RELEASED, FRIDAY, "release", **first, points=10)) == ({"mo": 10}, {})
    assert told(event("activity.corrected", FRIDAY, "more", id="first", worth=30)) == ({"mo": 30}, {})
    assert told(ours(DENIED, FRIDAY + timedelta(hours=1), "denied", **first, points=10)) == ({"mo": 10}, {})


def test_what_is_earned_between_leaving_and_returning_within_a_week_counts_for_no_team() -> None:
    floor = Floor(mo="red", ann="red")
    floor.posts("mo", NINE, 10)
    floor.listed(NINE + timedelta(days=1), ann="red")
    floor.posts("mo", NINE + timedelta(days=2), 50)
    assert (floor.totals("red"), floor.teams.teammates("academy", "red")) == ({"mo": 10}, ("ann",))
    floor.listed(NINE + timedelta(days=3), mo="red", ann="red")
    floor.posts("mo", NINE + timedelta(days=4), 3)
    assert (floor.totals("red"), floor.runner.summed("mo")[0]) == ({"mo": 13}, 63)


def test_a_team_that_is_renamed_keeps_what_it_has() -> None:
    floor = Floor(mo="red", ann="red", bob="blue")
    floor.posts("mo", NINE, 60)
    floor.listed(FRIDAY, mo="Red Foxes", ann="Red Foxes", bob="blue", eve="Red Foxes")
    assert [(member.team, member.team_key, member.former_teams) for member in floor.roster] == [
        ("Red Foxes", "red", ()),
        ("Red Foxes", "red", ()),
        ("blue", "blue", ()),
        ("Red Foxes", "red", ()),
    ]
    floor.posts("ann", FRIDAY, 40)
    assert [delivery.member for delivery in floor.sent] == ["ann", "mo"]
    floor.listed(FRIDAY, mo="Red Foxes", ann="Red Foxes", bob="red", eve="Red Foxes")
    assert [member.team_key for member in floor.roster] == ["red", "red", "blue", "red"]


def test_a_team_that_is_dissolved_takes_nothing_along_and_two_that_merge_begin_anew() -> None:
    floor = Floor(mo="red", ann="blue")
    floor.posts("mo", NINE, 60)
    floor.posts("ann", NINE, 60)
    floor.listed(FRIDAY, mo="sea", ann="sea")
    floor.posts("ann", FRIDAY, 1)
    assert (floor.totals("sea"), floor.totals("red"), floor.sent) == ({"ann": 1}, {"mo": 60}, [])


def test_a_name_that_is_free_again_is_another_team_than_the_one_that_was_renamed() -> None:
    floor = Floor(mo="red", ann="red", bob="")
    floor.listed(FRIDAY, mo="foxes", ann="foxes", bob="")
    floor.listed(FRIDAY, mo="foxes", ann="foxes", bob="red")
    assert [member.team_key for member in floor.roster] == ["red", "red", "red 1"]


def test_the_reward_of_one_goal_feeds_no_other_goal_of_that_day_or_week() -> None:
    daily = replace(TEAM, key="D", every="day", target=30, floor=10, points=90)
    further = replace(TEAM, key="F", target=101)
    floor = Floor(daily, TEAM, further, mo="red", ann="red")
    floor.posts("mo", NINE, 30)
    floor.posts("ann", NINE, 60)
    floor.delivered()
    floor.posts("ann", NINE + timedelta(hours=1), 2)
    floor.delivered()
    floor.posts("mo", NINE - timedelta(hours=1), 4)  # late: all is counted again
    assert (floor.totals("red", "T"), floor.totals("red", "F")) == ({"ann": 62, "mo": 34},) * 2
    assert [floor.runner.summed(member)[0] for member in ("mo", "ann")] == [34 + 90, 62 + 90]


def test_a_week_that_an_edit_lets_begin_on_another_day_has_no_points_of_days_before_it() -> None:
    floor = Floor(mo="red", ann="red")
    floor.posts("mo", NINE, 60)
    floor.runner.publish(work_days=(3, 4, 5, 6, 7, 1, 2))
    floor.posts("mo", NINE + timedelta(days=3), 30)
    wednesday = (START + timedelta(days=2)).date().toordinal()
    assert floor.totals("red") == {"mo": 60}
    assert floor.teams.totals("academy", "red", "T", wednesday).points == {"mo": 30}


def test_rewards_of_goals_are_points_of_their_day_and_week_for_the_caps() -> None:
    floor = Floor(caps=Caps(member_weekly_points=82), mo="red", ann="red")
    floor.posts("mo", NINE, 80)
    floor.posts("ann", NINE, 20)
    floor.delivered()
    assert floor.runner.summed("mo")[0] == 82


def test_a_member_is_in_one_team_at_a_time() -> None:
    with pytest.raises(InvalidRequest, match=r"admin\.listed_twice"):
        enrolled((), [RosterRow(user="mo", team=team) for team in ("red", "blue")], new_id=str, at=START)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from("abc"), st.integers(0, 40) | st.sampled_from(["red", "blue", ""])),
        max_size=14,
    ),
    st.randoms(use_true_random=False),
)
def test_each_point_of_a_week_stands_in_the_team_it_was_earned_in_whatever_comes_late(
    days: list[tuple[int, str, int | str]], random: Random
) -> None:
    floor = Floor(replace(TEAM, target=10_000), a="red", b="red", c="blue")
    teams, expected, posts = {"a": "red", "b": "red", "c": "blue"}, Counter[tuple[str, str]](), list[Any]()
    for place, (day, member, what) in enumerate(sorted(days, key=lambda each: each[0])):
        at = NINE + timedelta(days=day, minutes=place)
        if isinstance(what, str):
            teams[member] = what
            floor.listed(at, **teams, d="red", e="blue")  # who stay, so that no team is renamed
        else:
            posts.append((member, at, what))
            expected[teams[member], member] += what
    random.shuffle(posts)
    for post in posts:
        floor.posts(*post)
    for team in ("red", "blue"):
        of_team = {member: points for (of, member), points in expected.items() if of == team}
        assert floor.totals(team) == {member: points for member, points in of_team.items() if points}
