"""What to talk about with a member: their own weeks, facts first, and a question."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.challenges.completion import OUTCOMES, Outcome
from ladder.domain.challenges.member_days import CategoryDay, MemberDay, MemberDays, ShownCategory, ShownMetric
from ladder.messages.render import render
from supervision.talking_points import MOST_POINTS, TalkingPoint, missed_in_a_row, talking_points
from tests.builders.supervised import CARE, PACE, days_before

METRICS = (
    ShownMetric(key="AHT", name="handle time", unit="s", direction="lower"),
    ShownMetric(key="QA", name="quality", unit="%", direction="higher"),
)
CATEGORIES = (
    ShownCategory(key=PACE, metric="AHT", challenges=("a", "b", "c")),
    ShownCategory(key=CARE, metric="QA", challenges=("a", "b", "c")),
)
type Played = Sequence[tuple[int, str | None]]  # tier and outcome, a day each


def weeks(played: Mapping[str, Played], mix: Sequence[Mapping[str, float]] = ()) -> MemberDays:
    size = max([len(mix), *map(len, played.values())], default=0)
    first = days_before(size)
    days = [
        MemberDay(
            day=first + timedelta(days=n),
            mix=mix[n] if n < len(mix) else {},
            categories=tuple(
                CategoryDay(
                    category=key,
                    tier=column[n][0],
                    played=column[n][0],
                    target=1.0,
                    outcome=cast("Outcome | None", column[n][1]),
                )
                for key, column in played.items()
                if n < len(column)
            ),
        )
        for n in range(size)
    ]
    return MemberDays(metrics=METRICS, categories=CATEGORIES, days=tuple(days))


def told(days: MemberDays) -> list[tuple[str, list[str], str]]:
    return [
        (point.kind, [render(fact) for fact in point.facts], render(point.question)) for point in talking_points(days)
    ]


def test_a_rise_is_spoken_of_first_and_asks_what_helped() -> None:
    days = weeks({PACE: [(1, "completed")] * 3 + [(2, "completed")] * 2, CARE: [(2, "missed")] * 5})
    first, second = told(days)
    assert first == (
        "tier_up",
        [f"handle time: from tier 1 to tier 2 on {render_day(2)}."],
        "What helped you with handle time?",
    )
    assert second[:2] == ("missing", ["quality: the target was not met on the last 5 worked days."])


def render_day(days: int) -> str:
    day = days_before(days)
    return f"{day.day} {day:%B} {day.year}"


def test_misses_are_asked_about_with_the_mix_that_may_explain_them_beside() -> None:
    mix = [{"NEW": 10.0, "OLD": 10.0}] * 5 + [{"NEW": 18.0, "OLD": 2.0}] * 5
    [(kind, facts, question)] = told(weeks({PACE: [(2, "completed")] * 6 + [(2, "missed")] * 4}, mix))
    assert (kind, question) == ("missing", "What gets in the way of handle time on those days?")
    assert facts[1:] == [
        "Contacts of type NEW: from 50 % to 90 % of all.",
        "Contacts of type OLD: from 50 % to 10 % of all.",
    ]


def test_another_mix_alone_is_a_point_of_its_own() -> None:
    mix = [{"NEW": 10.0, "OLD": 10.0}] * 5 + [{"NEW": 18.0, "OLD": 2.0}] * 5
    assert [kind for kind, _, _ in told(weeks({}, mix))] == ["mix"]


def test_a_few_contacts_say_nothing_of_the_mix() -> None:
    mix = [{"NEW": 4.0, "OLD": 4.0}] * 5 + [{"NEW": 8.0}] * 5
    assert [kind for kind, _, _ in told(weeks({}, mix))] == ["learning"]


def test_what_goes_well_is_told_with_its_numbers() -> None:
    days = weeks({CARE: [(3, "missed")] * 2 + [(3, "completed")] * 8})
    assert told(days) == [
        (
            "going_well",
            ["quality: the target was met on 8 of the last 10 worked days."],
            "What would you show somebody who is new to quality?",
        )
    ]


def test_days_on_which_somebody_did_not_work_neither_break_nor_lengthen_a_run_of_misses() -> None:
    played: Played = [
        (2, "missed"),
        (2, "absent"),
        (2, "missed"),
        (2, None),
        (2, "gate failed"),
        (2, "too few contacts"),
    ]
    own = [(day.day, day.categories[0]) for day in weeks({PACE: played}).days]
    assert missed_in_a_row(own) == 3


def test_where_nothing_stands_out_the_question_is_about_learning() -> None:
    assert [kind for kind, _, _ in told(weeks({}))] == ["learning"]


@given(
    st.dictionaries(
        st.sampled_from((PACE, CARE)),
        st.lists(st.tuples(st.integers(1, 3), st.sampled_from((None, *OUTCOMES))), max_size=28),
    )
)
def test_there_are_one_to_three_points_each_with_a_fact_and_a_question_and_good_news_leads(
    played: dict[str, list[tuple[int, str | None]]],
) -> None:
    points: Sequence[TalkingPoint] = talking_points(weeks(played))
    assert 1 <= len(points) <= MOST_POINTS
    assert all(point.facts and render(point.question).endswith("?") for point in points)
    good = [point.kind in {"tier_up", "going_well"} for point in points]
    assert good[0] or not any(good)
