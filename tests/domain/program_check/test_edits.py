"""Drafts beside the version that is live: what would be lost or misread is refused, and says how to do it instead."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.activities.event_filter import EventFilter, Perseverance
from ladder.domain.calendar.schedule import Schedule
from ladder.domain.points.rulebook import (
    Badge,
    BadgeTier,
    Level,
    Path,
    Requirement,
    Rulebook,
    Step,
    Streak,
    Unlock,
)
from ladder.domain.points.rules import Improvement, Once, Rule
from ladder.domain.programs.check_edits import check_edits
from ladder.domain.validation.problem import Problem
from tests.builders.academy import BADGE, FAILED, ITEM, LEVELS, PATH, RULE, STREAK, TEAM, UNLOCK, academy, book
from tests.builders.planning import program
from tests.builders.programs import with_values

TODAY = date(2026, 11, 28)
POSTED = EventFilter(types=("forum.posted",))


def found(live: Any, draft: Any) -> list[Problem]:
    return list(check_edits(live, draft, today=TODAY))


def refused(**changed: tuple[Iterable[Any], Iterable[Any]]) -> list[str]:
    """Places of the errors between two rulebooks, by section: what is live, and the draft."""
    live, draft = (book(**{section: tuple(sides[side]) for section, sides in changed.items()}) for side in (0, 1))
    return [problem.where for problem in found(live, draft) if problem.severity == "error"]


def test_the_same_program_has_no_problem_as_its_own_edit() -> None:
    for live in (academy(), program()):
        assert found(live, replace(live, version=7)) == []


def test_a_key_that_is_renamed_is_refused_and_says_which_to_keep_and_how_to_mean_another() -> None:
    (problem,) = found(book(rules=(RULE,)), book(rules=(replace(RULE, key="DONE", points=70),)))
    assert str(problem) == (
        "rules.DONE: means what PASSED means in the version that is live, so what counted under PASSED, once or today, "
        "would be forgotten and pay again. Keep the key PASSED: name is what members read. If DONE is meant to be "
        "another one, publish once without PASSED first."
    )


@pytest.mark.parametrize(
    ("section", "item"),
    [
        ("rules", RULE),
        ("streaks", STREAK),
        ("unlocks", UNLOCK),
        ("paths", PATH),
        ("badges", BADGE),
        ("teams", TEAM),
        ("catalogue", ITEM),
    ],
)
def test_nothing_that_members_have_is_called_by_another_key(section: str, item: Any) -> None:
    name = item.name if section == "catalogue" else "another name"
    renamed = replace(item, key="ANOTHER", name=name)
    assert refused(**{section: ([item], [renamed])}) == [f"{section}.ANOTHER"]
    assert refused(**{section: ([item], [item, renamed])}) == []
    assert refused(**{section: ([item], [])}) == []
    assert refused(**{section: ([item], [replace(item, name="another name")])}) == []


def test_a_rule_that_remembers_nothing_may_be_renamed() -> None:
    plain = Rule(key="POST", name="a post", match=POSTED, points=5)
    assert refused(rules=([plain], [replace(plain, key="TALK")])) == []
    daily = replace(plain, daily_points=10)
    assert refused(rules=([daily], [replace(daily, key="TALK")])) == ["rules.TALK"]


A, B, C = (Step(key=key, name=key, match=EventFilter(types=(f"{key}.done",))) for key in "ABC")


def path_of(*steps: Step) -> Path:
    return replace(PATH, steps=steps)


def test_a_step_is_never_renamed_swapped_or_reused_for_what_another_one_meant() -> None:
    def steps(*draft: Step) -> list[str]:
        return refused(paths=([path_of(A, B)], [path_of(*draft)]))

    assert steps(replace(A, key="D"), B) == ["paths.FIRST.steps.D"]
    swapped = (replace(A, match=B.match), replace(B, match=A.match))
    assert steps(*swapped) == ["paths.FIRST.steps.A", "paths.FIRST.steps.B"]
    assert steps(replace(B, match=A.match)) == ["paths.FIRST.steps.B"]
    for harmless in ((B, A), (C, A, B), (A,), (A, replace(B, name="b", after=("A",))), (A, B, C)):
        assert steps(*harmless) == []


@given(st.lists(st.sampled_from([A, B, C]), min_size=1, unique=True), st.permutations([A, B, C]))
def test_any_order_of_the_steps_and_any_of_them_may_be_published_under_their_keys(
    live: list[Step], draft: list[Step]
) -> None:
    assert refused(paths=([path_of(*live)], [path_of(*draft)])) == []


@given(st.permutations("ABC"))
def test_every_step_that_has_another_ones_key_is_refused(keys: list[str]) -> None:
    draft = [replace(step, key=key) for step, key in zip((A, B, C), keys, strict=True)]
    moved = sorted(f"paths.FIRST.steps.{key}" for step, key in zip((A, B, C), keys, strict=True) if step.key != key)
    assert sorted(refused(paths=([path_of(A, B, C)], [path_of(*draft)]))) == moved


BRONZE, SILVER = (
    BadgeTier(name=name, requires=(Requirement(points=points),)) for name, points in (("bronze", 50), ("silver", 100))
)


def medal(*tiers: BadgeTier) -> Badge:
    return replace(BADGE, tiers=tiers)


def test_tiers_keep_their_names_and_their_order_and_may_come_and_go() -> None:
    def tiers(*draft: BadgeTier) -> list[str]:
        return refused(badges=([medal(BRONZE, SILVER)], [medal(*draft)]))

    assert tiers(replace(BRONZE, name="copper"), SILVER) == ["badges.SHARER.tiers.copper"]
    assert tiers(SILVER, BRONZE) == ["badges.SHARER.tiers.bronze"]
    swapped = (replace(BRONZE, requires=SILVER.requires), replace(SILVER, requires=BRONZE.requires))
    assert tiers(*swapped) == ["badges.SHARER.tiers.bronze", "badges.SHARER.tiers.silver"]
    iron = replace(BRONZE, name="iron", requires=(Requirement(points=10),))
    easier = replace(SILVER, requires=(Requirement(points=80),))
    for harmless in ((SILVER,), (BRONZE,), (iron, BRONZE, SILVER), (BRONZE, iron, SILVER), (BRONZE, easier)):
        assert tiers(*harmless) == []


@pytest.mark.parametrize(
    ("section", "live", "draft", "where"),
    [
        ("streaks", STREAK, replace(STREAK, every="week"), "streaks.DAYS.every"),
        ("teams", TEAM, replace(TEAM, every="day"), "teams.TEAM.every"),
        ("rules", RULE, replace(RULE, once=Once(per="course")), "rules.PASSED.once_per"),
        (
            "rules",
            replace(RULE, perseverance=Perseverance(failed=FAILED, subject="module", after_failures=2)),
            replace(RULE, perseverance=Perseverance(failed=FAILED, subject="course", after_failures=2)),
            "rules.PASSED.perseverance.subject",
        ),
        (
            "rules",
            replace(RULE, improvement=Improvement(attribute="score", percent=5)),
            replace(RULE, improvement=Improvement(attribute="seconds", percent=5, direction="lower")),
            "rules.PASSED.improvement",
        ),
    ],
)
def test_what_is_kept_under_a_key_is_never_read_as_something_else(
    section: str, live: Any, draft: Any, where: str
) -> None:
    assert refused(**{section: ([live], [draft])}) == [where]
    assert refused(**{section: ([live], [live])}) == []


def test_a_streaks_other_settings_may_be_edited() -> None:
    edited = Streak(key="DAYS", name="days", match=POSTED, at_least=2, grace=1)
    assert refused(streaks=([STREAK], [edited])) == []


def test_a_metric_and_a_category_keep_their_meaning() -> None:
    live = program()
    metric, category = live.challenges.metrics[0], live.challenges.categories[0]

    def draft(metric: Any = metric, category: Any = category) -> list[str]:
        metrics = (metric, *live.challenges.metrics[1:])
        categories = (category, *live.challenges.categories[1:])
        edited = with_values(live, metrics=metrics, categories=categories)
        return [f"{problem.severity} {problem.where}" for problem in found(live, edited)]

    turned: Any = "higher" if metric.direction == "lower" else "lower"
    assert draft(replace(metric, direction=turned)) == [f"error metrics.{metric.key}.direction"]
    assert draft(replace(metric, unit="parsec")) == [f"warning metrics.{metric.key}.unit"]
    assert f"error metrics.{metric.key}2" in draft(replace(metric, key=f"{metric.key}2"))
    assert draft(category=replace(category, metric="OTHER")) == [f"error challenge_library.{category.key}.metric"]
    assert draft(category=replace(category, key="OTHER")) == ["error challenge_library.OTHER"]
    assert draft(replace(metric, step=7.0), replace(category, participation="opt_in")) == []


def warned(live: Any, draft: Any) -> list[str]:
    return [str(problem) for problem in found(live, draft) if problem.severity == "warning"]


def test_a_requirement_that_names_another_level_than_before_is_warned_of() -> None:
    live = book(levels=(*LEVELS, Level(name="Expert", points=900)), unlocks=(replace(UNLOCK, requires=(need(3),)),))
    draft = book(
        levels=(LEVELS[0], *live.rulebook.levels[2:], Level(name="Master", points=2000)), unlocks=live.rulebook.unlocks
    )
    (told,) = warned(live, draft)
    assert "level 3 is Master now; in the version that is live it is Expert. Write level: 2 for Expert" in told
    meant = replace(draft, rulebook=replace(draft.rulebook, unlocks=(replace(UNLOCK, requires=(need(2),)),)))
    assert warned(live, meant) == []


def need(level: int) -> Requirement:
    return Requirement(level=level)


def test_a_campaign_in_mid_flight_is_left_out_shortened_or_put_off_only_with_a_warning() -> None:
    campaign = replace(RULE, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30))
    live = book(rules=(campaign, replace(RULE, key="OTHER", match=POSTED)))

    def draft(*rules: Rule) -> list[str]:
        return warned(live, book(rules=(*rules, *live.rulebook.rules[1:])))

    (gone,) = draft()
    assert "what comes late, until 2026-12-07, would pay nothing. Keep it until 2026-12-07." in gone
    assert "ends on 2026-11-28" in draft(replace(campaign, ends_on=TODAY))[0]
    assert "begins on 2026-11-29" in draft(replace(campaign, starts_on=date(2026, 11, 29)))[0]
    assert draft(campaign) == draft(replace(campaign, ends_on=date(2026, 12, 31))) == []
    over = book(rules=(replace(campaign, ends_on=date(2026, 11, 20)), *live.rulebook.rules[1:]))
    assert warned(over, book(rules=live.rulebook.rules[1:])) == []


def test_a_source_under_another_key_is_warned_of_as_its_events_would_count_again() -> None:
    live = academy()
    draft = replace(live, sources=(replace(live.sources[0], key="moodle"),))
    (told,) = warned(live, draft)
    assert told.startswith("warning: sources.moodle: looks like academy under another key")


def test_another_time_zone_or_first_work_day_says_how_long_the_running_day_or_week_lasts() -> None:
    live = academy()
    moved = replace(live, schedule=Schedule(time_zone="Asia/Tokyo", rotation_time=live.schedule.rotation_time))
    assert ["the running day lasts" in told for told in warned(live, moved)] == [True]
    sunday = with_values(live, work_days=(7, 1, 2, 3, 4))
    assert ["weeks begin on sun and not on mon" in told for told in warned(live, sunday)] == [True]


def test_unlocks_that_ask_for_the_same_and_stay_are_no_renaming() -> None:
    twin = Unlock(key="TWIN", name="twin", requires=UNLOCK.requires)
    assert refused(unlocks=([UNLOCK, twin], [twin, UNLOCK])) == []
    assert refused(unlocks=([UNLOCK, twin], [UNLOCK, replace(twin, key="OTHER")])) == ["unlocks.OTHER"]


def test_a_rulebook_that_is_empty_or_new_has_nothing_to_compare() -> None:
    empty = replace(academy(), rulebook=Rulebook())
    assert found(empty, academy()) == []
    assert [problem for problem in found(academy(), empty) if problem.severity == "error"] == []
