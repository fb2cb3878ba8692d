"""Completion by day, category and tier, as it was played and settled."""

from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.challenges.completion import OUTCOMES
from ladder.domain.challenges.completion_counts import DECIDED, completion_counts
from supervision.show_completion import Completions, show_completion
from tests.builders import planning
from tests.builders.supervised import CARE, PACE, PROGRAM, TODAY, Supervised, days_before


def shown(supervised: Supervised, *, slots: list[int] | None = None) -> Completions:
    return show_completion(
        PROGRAM.key,
        first=days_before(27),
        last=TODAY,
        team="early" if slots is not None else None,
        slots=slots,
        current=PROGRAM.challenges,
        rotations=supervised.rotations,
        assignments=supervised.assignments,
    )


def rates(told: Completions) -> dict[tuple[str, int], tuple[int, int]]:
    return {(rate.category, rate.tier): (rate.completed, rate.decided) for rate in told.rates if rate.decided}


def test_each_tier_s_days_are_those_that_were_met_or_missed() -> None:
    supervised = Supervised()
    supervised.night(days_before(2), {PACE: [1, 1, 2]}, {PACE: ["completed", "missed", "completed"]})
    supervised.night(days_before(1), {PACE: [1, 2, 2]}, {PACE: ["absent", "gate failed", "too few contacts"]})
    assert rates(shown(supervised)) == {(PACE, 1): (1, 2), (PACE, 2): (1, 2)}


def test_of_a_team_only_its_members_count() -> None:
    supervised = Supervised()
    supervised.night(days_before(1), {PACE: [1, 1, 1]}, {PACE: ["completed", "missed", "completed"]})
    assert rates(shown(supervised, slots=[1, 2, 900])) == {(PACE, 1): (1, 2)}


def test_a_night_made_again_counts_once_and_one_that_never_went_live_does_not() -> None:
    supervised = Supervised()
    supervised.night(days_before(1), {PACE: [1]}, {PACE: ["completed"]})
    supervised.night(days_before(1), {CARE: [2]}, {CARE: ["missed"]}, revision=2)
    supervised.night(TODAY, {PACE: [3]}, {}, live=False)
    told = shown(supervised)
    assert [day.day for day in told.days] == [days_before(1)]
    assert rates(told) == {(CARE, 2): (0, 1)}


def test_a_day_that_nobody_has_looked_at_has_members_and_no_result() -> None:
    supervised = Supervised()
    supervised.night(TODAY, {PACE: [1, 2, 2]})
    [day] = shown(supervised).days
    assert [(count.tier, count.members, count.asked, count.decided) for count in day.counts] == [
        (1, 1, 1, 0),
        (2, 2, 2, 0),
        (3, 0, 0, 0),
    ]


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.integers(0, 3), st.integers(0, len(OUTCOMES) - 1), st.booleans()), max_size=40
    )
)
def test_counts_are_those_of_counting_one_member_after_the_other(
    members: list[tuple[int, int, int, bool]],
) -> None:
    tiers, played, outcomes = (bytes(member[column] for member in members) for column in (0, 1, 2))
    standing = planning.standing(len(members), tier=tiers, played=played)
    slots = [slot for slot, member in enumerate(members) if member[3]]
    for count in completion_counts({PACE: standing}, {PACE: outcomes}, slots=slots):
        own = [members[slot] for slot in slots]
        asked = [member for member in own if member[1] == count.tier]
        assert count.members == sum(member[0] == count.tier for member in own)
        assert count.asked == len(asked)
        assert count.decided == sum(OUTCOMES[member[2]] in DECIDED for member in asked)
        assert count.completed == sum(OUTCOMES[member[2]] == "completed" for member in asked)
