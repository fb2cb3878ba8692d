"""What a member reads of their entries: whole sentences, whatever the numbers and names are."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ladder.domain.activities.activity import (
    BADGE_GRANTED,
    COMPLETED,
    CORRECTED,
    ORDERED,
    POINTS_GRANTED,
    RELEASED,
    REVERSED,
)
from ladder.domain.challenges.caps import Caps
from ladder.domain.message import verbatim
from ladder.domain.points.entry_text import recalculated
from ladder.domain.points.rulebook import CatalogueItem, Milestone, Rulebook, Streak
from ladder.domain.points.rules import Rule
from ladder.messages.render import render
from tests.builders.capped_academy import POSTED, academy, event, ours
from tests.builders.entry_texts import said
from tests.builders.generated_events import START
from tests.builders.planning import category, metric
from tests.builders.rewards import RewardRunner

NINE = START + timedelta(hours=9)
POST = Rule(key="POST", name="a post", match=POSTED, points=1)
DAYS = Streak(key="DAYS", name="days in a row", match=POSTED, grace=1, milestones=(Milestone(length=2, points=1_250),))
LUNCH = CatalogueItem(key="LUNCH", name="lunch", kind="recognition", price=1)


def runner(*rules: Rule, caps: Caps | None = None, **changed: Any) -> RewardRunner:
    return RewardRunner(
        program=academy(caps=caps or Caps(), rulebook=Rulebook(rules=rules, catalogue=(LUNCH,)), **changed)
    )


def posted(day: int, **told: Any) -> Any:
    return event("forum.posted", NINE + timedelta(days=day), f"post {day}", **told)


def given(kind: str, **told: Any) -> Any:
    return ours(kind, NINE + timedelta(days=9), kind, **told)


def challenged(**told: Any) -> Any:
    attributes = {"category": "AHT_SPRINT", "tier": 2, "points": 80, **told}
    return replace(event(COMPLETED, NINE, "sprint", **attributes), source="rotation")


NOT_YET = "That entry has not arrived yet. This takes effect when it does."


def told(played: RewardRunner, activity: Any) -> str:
    return said(played.program, played.give(activity).entries[0])


@pytest.mark.parametrize(
    ("points", "text"),
    [(1, "1 point for a post."), (50, "50 points for a post."), (1_200, "1,200 points for a post.")],
)
def test_one_point_is_one_and_thousands_are_set_apart(points: int, text: str) -> None:
    assert told(runner(replace(POST, points=points)), posted(0)) == text


def test_a_cap_of_one_point_says_so() -> None:
    capped = runner(replace(POST, points=3), caps=Caps(member_daily_points=1))
    assert told(capped, posted(0)) == "1 of 3 points for a post. Your limit of 1 point a day is reached."


def test_what_is_worth_nothing_is_not_said_to_be_unknown() -> None:
    worth = replace(POST, points=0, points_from="worth")
    assert told(runner(worth), posted(0, worth=0)) == "No points for a post. It was worth none."


def test_what_waits_says_why_with_one_full_stop() -> None:
    held = runner(replace(POST, hold="A colleague confirms it first."))
    assert told(held, posted(0)) == "1 point pending for a post. Reason: A colleague confirms it first."


def test_a_challenge_goes_by_the_words_that_its_player_read_that_day() -> None:
    steady = category()
    rungs = tuple(replace(rung, name=f"under {rung.target_value:g} s") for rung in steady.tiers)
    played = runner(metrics=(metric(),), categories=(replace(steady, tiers=rungs),))  # type: ignore[arg-type]
    entry = played.give(challenged(target=185)).entries[0]
    assert said(played.program, entry) == "80 points for the challenge \u201cunder 185 s\u201d."
    assert said(played.program, entry, "de") == "80 Punkte f\u00fcr die Challenge \u201eunder 185 s\u201c."


def test_a_challenge_that_the_program_no_longer_has_is_still_told() -> None:
    assert told(runner(), challenged()) == "80 points for aht sprint."


@pytest.mark.parametrize(
    ("activity", "text"),
    [
        (given(ORDERED, item="LUNCH", price=1), "1 point spent on lunch."),
        (
            given(POINTS_GRANTED, points=1, reason="An event was lost."),
            "You received 1 point from a person, not by a rule. Reason: An event was lost.",
        ),
        (given(BADGE_GRANTED, badge="EMPEROR"), "The badge EMPEROR is not given. This program has no such badge."),
        (
            given(RELEASED, source="lms", id="unknown", reason="Looked at."),
            f"Pending points are paid. Reason: Looked at. {NOT_YET}",
        ),
    ],
)
def test_what_people_do_is_said_in_whole_sentences(activity: Any, text: str) -> None:
    assert told(runner(), activity) == text


def test_a_late_event_that_takes_the_place_of_a_later_one_says_what_it_changed() -> None:
    late = RewardRunner(program=academy(caps=Caps(), rulebook=Rulebook(streaks=(DAYS,))))
    late.give(posted(0), posted(2))
    entry = late.give(posted(1)).entries[0]
    assert entry.points == 0
    assert said(late.program, entry) == (
        "1,250 points for days in a row. This arrived late, so earlier points were recalculated: "
        "1,250 points less for days in a row."
    )


def test_a_correction_says_what_it_changed_and_for_what() -> None:
    worth = runner(replace(POST, points=0, points_from="worth"))
    worth.give(posted(0, worth=30))
    correction = event(CORRECTED, NINE + timedelta(days=1), "c", source="lms", id="post 0", worth=42)
    assert told(worth, correction) == "This corrects an earlier entry. That is 12 points more for a post."


def test_of_many_changes_the_largest_are_named_and_the_others_summed() -> None:
    changes = {verbatim(name): points for name, points in zip("abcdef", (-40, 0, 1, -3, -2, 1), strict=True)}
    message = recalculated(posted(0), sum(changes.values()), changes)
    assert render(message).endswith(
        "recalculated: 40 points less for a, 3 points less for d, 2 points less for e and 2 points more for the rest."
    )


def test_where_it_is_not_known_for_what_only_the_sum_is_told() -> None:
    assert render(recalculated(given(REVERSED), -1, {})) == "That is 1 point less."
    assert render(recalculated(given(REVERSED), -1, {}), "de") == "Das macht 1 Punkt weniger."
