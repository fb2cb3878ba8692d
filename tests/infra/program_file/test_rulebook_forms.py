"""The forms that a rulebook may have in a program file: short or in full, with nights or without."""

from datetime import date, time
from pathlib import Path
from typing import Any

import yaml

from ladder.domain.activities.event_filter import Condition as Holds
from ladder.domain.activities.event_filter import EventFilter, Perseverance
from ladder.domain.activities.source import Source
from ladder.domain.points.rulebook import (
    ActivityCount,
    Badge,
    BadgeTier,
    CatalogueItem,
    Level,
    Milestone,
    Requirement,
    Rulebook,
    Streak,
    TeamAchievement,
    Unlock,
)
from ladder.domain.points.rulebook import Path as LearningPath
from ladder.domain.points.rulebook import Step as PathStep
from ladder.domain.points.rules import Bonus, Count, Improvement, Once, Rule
from ladder.domain.programs.program import Program
from tests.builders.program_files import ACADEMY, BANK, BARE, GOALS, playable, read

MATCH = EventFilter(types=("assessment.submitted",), where=(Holds(attribute="passed", equals=True),))


def bare(folder: Path, sections: str = "") -> Program:
    """An academy with one rule, and what is written beside it."""
    return playable(read(folder, BARE + sections))


def only_rule(folder: Path, **keys: Any) -> Rule:
    whole = {"name": "r", "when": "assessment.submitted", "points": 5, "once_per": "module"}
    rules = yaml.safe_dump({"rules": {"R": {**whole, **keys}}}, sort_keys=False)
    (rule,) = playable(read(folder, f"program: a\nname: A\ntime_zone: UTC\n{rules}")).rulebook.rules
    return rule


def test_the_academy_is_playable_without_a_warning_and_without_nights(tmp_path: Path) -> None:
    checked = read(tmp_path, ACADEMY)
    assert checked.problems == ()
    program = playable(checked)
    assert (program.challenges.platform, program.challenges.metrics, program.challenges.categories) == (None, (), ())
    assert program.rulebook.late_days == 365


def test_what_a_rulebook_leaves_out_keeps_its_defaults(tmp_path: Path) -> None:
    program = bare(tmp_path)
    rule = Rule(key="PASSED", name="passed", match=MATCH, points=5, once=Once(per="module"))
    assert program.rulebook == Rulebook(rules=(rule,))
    assert program.schedule.rotation_time == time(0)


def test_the_day_of_a_program_without_nights_may_begin_in_the_morning(tmp_path: Path) -> None:
    assert bare(tmp_path, 'day_starts_at: "06:00"\n').schedule.day_starts_at == time(6)


def test_a_plain_value_means_equals_and_stays_what_it_is(tmp_path: Path) -> None:
    section = (
        "streaks: {S: {name: s, when: task.completed, where: {a: 1, b: 1.0, c: true, d: '1', e: yes, f: 2026-03-01}}}"
    )
    (streak,) = bare(tmp_path, section).rulebook.streaks
    values = {test.attribute: test.equals for test in streak.match.where}
    expected = {"a": 1, "b": 1.0, "c": True, "d": "1", "e": "yes", "f": "2026-03-01"}
    assert {name: repr(value) for name, value in values.items()} == {
        name: repr(each) for name, each in expected.items()
    }


def test_each_test_may_be_written_in_full(tmp_path: Path) -> None:
    where = {"a": {"equals": "x"}, "b": {"in": ["x", 1, True]}, "c": {"at_least": 80}, "d": {"at_most": 5}}
    assert only_rule(tmp_path, where=where).match.where == (
        Holds(attribute="a", equals="x"),
        Holds(attribute="b", one_of=("x", 1, True)),
        Holds(attribute="c", at_least=80.0),
        Holds(attribute="d", at_most=5.0),
    )


def test_a_rule_may_look_at_one_type_or_several(tmp_path: Path) -> None:
    assert only_rule(tmp_path, when="task.completed").match.types == ("task.completed",)
    assert only_rule(tmp_path, when=["task.completed", "peer.assisted"]).match.types == (
        "task.completed",
        "peer.assisted",
    )


def test_once_per_may_name_an_attribute_or_say_when_it_pays_again(tmp_path: Path) -> None:
    again = {"attribute": "module", "again_after_days": 180}
    assert only_rule(tmp_path, once_per="module").once == Once(per="module")
    assert only_rule(tmp_path, once_per=again).once == Once(per="module", again_after_days=180)


def test_the_patterns_of_a_rule_are_read(tmp_path: Path) -> None:
    failed = {"when": "assessment.submitted", "where": {"passed": False}}
    assert only_rule(tmp_path, every={"count": 3, "within_days": 7}).count == Count(of=3, within_days=7)
    assert only_rule(tmp_path, perseverance={"subject": "module", "failed": failed}).perseverance == Perseverance(
        subject="module", failed=EventFilter(types=MATCH.types, where=(Holds(attribute="passed", equals=False),))
    )
    better = {"attribute": "handle_time", "percent": 5, "weeks": 10, "direction": "lower"}
    assert only_rule(tmp_path, improvement=better).improvement == Improvement(
        attribute="handle_time", percent=5.0, weeks=10, direction="lower"
    )


def test_the_rest_of_a_rule_is_read(tmp_path: Path) -> None:
    bonus = {"name": "nearly perfect", "percentage": 20, "where": {"score": {"at_least": 95}}}
    rule = only_rule(
        tmp_path, bonuses=[bonus], daily_points=100, hold="wait", **{"from": "2026-03-01"}, until="2026-03-31"
    )
    assert rule.bonuses == (
        Bonus(name="nearly perfect", percentage=20.0, where=(Holds(attribute="score", at_least=95.0),)),
    )
    assert (rule.daily_points, rule.hold) == (100, "wait")
    assert (rule.starts_on, rule.ends_on) == (date(2026, 3, 1), date(2026, 3, 31))


def test_the_worth_of_a_rule_may_stand_in_the_activity(tmp_path: Path) -> None:
    text = BARE.replace("points: 5", "points_from: credits")
    (rule,) = playable(read(tmp_path, text)).rulebook.rules
    assert (rule.points, rule.points_from) == (0, "credits")


def test_dates_need_no_quotes(tmp_path: Path) -> None:
    assert bare(tmp_path, "holidays: [2026-12-25, '2026-12-26']").rulebook.holidays == (
        date(2026, 12, 25),
        date(2026, 12, 26),
    )


def test_work_days_may_be_names_or_numbers(tmp_path: Path) -> None:
    assert bare(tmp_path, "work_days: [sun, Mon, 2]").rulebook.work_days == (7, 1, 2)


def test_sources_are_read_with_their_events_and_options_as_text(tmp_path: Path) -> None:
    section = 'sources: {lms: {kind: jira, events: {"a:b": task.completed}, options: {minutes: 5}}}'
    assert bare(tmp_path, section).sources == (
        Source(key="lms", kind="jira", events={"a:b": "task.completed"}, options={"minutes": "5"}),
    )


def test_goals_and_what_points_buy_are_read(tmp_path: Path) -> None:
    book = bare(tmp_path, GOALS).rulebook
    milestones = (Milestone(length=5, points=5), Milestone(length=20, points=9))
    assert book.streaks == (Streak(key="DAYS", name="days", match=MATCH, every="week", grace=1, milestones=milestones),)
    assert book.levels == (Level(name="Newcomer", points=0), Level(name="Regular", points=500))
    steps = (PathStep(key="A", name="a", match=MATCH), PathStep(key="B", name="b", match=MATCH, after=("A",)))
    assert book.paths == (LearningPath(key="FIRST", name="first", points=200, steps=steps),)
    assert book.teams == (
        TeamAchievement(key="T", name="t", target=2000, floor=100, points=50, every="day", share=0.8),
    )
    assert book.catalogue == (
        CatalogueItem(key="EARLY", name="early", kind="time", price=800, stock=5),
        CatalogueItem(key="PRAISE", name="p", kind="recognition", price=1),
    )


def test_each_requirement_is_read(tmp_path: Path) -> None:
    book = bare(tmp_path, GOALS).rulebook
    assert book.unlocks == (
        Unlock(
            key="OTHER",
            name="other",
            requires=(Requirement(level=2), Requirement(points=1000)),
        ),
        Unlock(
            key="MENTORING",
            name="mentoring",
            requires=(
                Requirement(badge="SHARER", tier=2),
                Requirement(path="FIRST"),
                Requirement(streak="DAYS", at_least=5),
                Requirement(unlock="OTHER"),
            ),
        ),
    )
    bronze = BadgeTier(name="bronze", requires=(Requirement(count=ActivityCount(match=MATCH)),))
    silver = BadgeTier(
        name="silver", requires=(Requirement(count=ActivityCount(match=MATCH, distinct="module"), at_least=3),)
    )
    assert book.badges == (
        Badge(
            key="SHARER",
            name="sharer",
            description="shares",
            tiers=(bronze, silver),
            owner="anna.l",
            review_on=date(2027, 5, 1),
        ),
    )


def test_every_part_of_what_nights_need_is_missed_where_another_is_written(tmp_path: Path) -> None:
    for part in ("metrics: {}", "selection: {per_night: 1}", "rotation_time: '00:15'", "tiers: {rule: bands}"):
        wanted = {"rotation_time", "metrics", "challenge_library"} - {part.split(":")[0]}
        missing = {
            str(problem.where) for problem in read(tmp_path, BARE + part).problems if "is missing" in problem.message
        }
        assert missing == wanted


def test_a_mistake_in_a_short_form_does_not_hide_the_others(tmp_path: Path) -> None:
    text = BANK.replace("once_per: course", 'once_per: " "').replace("price: 800", "price: 0")
    assert [problem.where for problem in read(tmp_path, text).problems] == [
        "rules.COURSE_FINISHED.once_per.attribute",
        "catalogue.EARLY_FRIDAY.price",
    ]


def test_a_program_for_learning_may_write_the_default_kind_of_platform(tmp_path: Path) -> None:
    assert read(tmp_path, BARE + "platform: {kind: ladder}").problems == read(tmp_path, BARE).problems
