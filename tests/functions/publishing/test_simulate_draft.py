"""A draft on trial: for whom it makes a difference, and nothing is written."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ladder.domain.activities.event_filter import EventFilter
from ladder.domain.challenges.caps import Caps
from ladder.domain.errors import InvalidRequest
from ladder.domain.members.roster import Member
from ladder.domain.points.judged_badge import JudgeModel
from ladder.domain.points.ledger import State
from ladder.domain.points.rulebook import Level
from ladder.domain.programs.pausing import compile_program
from ladder.domain.reviews.permissions import Staff
from publishing.trial import Simulation, SimulationReport, simulate_draft
from tests.builders.academy import RULE, academy, book
from tests.builders.capped_academy import event
from tests.builders.planning import program
from tests.builders.rewards import RewardRunner
from tests.fakes import MemoryPrograms
from tests.fakes.administration import MemoryDecisions, MemoryPeople

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
ANNA = Staff(subject="anna", program="academy", role="admin", declared=True)
PLAIN = book(paths=(), streaks=())


def trial(
    draft: Any,
    *,
    members: int = 2,
    others: int = 0,
    time_left: Any = lambda: True,
    audit: MemoryDecisions | None = None,
) -> tuple[Simulation, RewardRunner]:
    """`others`: members of another program who stand in the same table, before ours."""
    programs = MemoryPrograms()
    runner = RewardRunner(program=programs.publish(PLAIN), now=NOW)
    runner.ledger.states |= {("another", f"o{n}"): State() for n in range(others)}
    for n in range(members):
        for each in range(n):
            at = NOW - timedelta(hours=each + 2)
            runner.give(event("assessment.submitted", at, f"e{each}", passed=True, module=f"m{each}"), member=f"m{n}")
    audit = audit or MemoryDecisions()
    stores: dict[str, Any] = {
        "people": MemoryPeople(runner.ledger, programs),
        "ledger": runner.ledger,
        "decisions": audit,
        "version": lambda version: compile_program(runner.versions[version]),
    }
    result = simulate_draft(
        ANNA,
        draft,
        now=NOW,
        models={"granted": date(2999, 1, 1)},
        programs=programs,
        **stores,
        time_left=time_left,
    )
    assert programs.current("academy").version == 1
    return result, runner


def test_a_judge_that_the_bundle_may_not_ask_is_refused_before_anybody_is_looked_at() -> None:
    with pytest.raises(InvalidRequest, match=r"judge\.model"):
        trial(academy(judge=JudgeModel(model="another")))


def test_it_says_for_whom_what_changes_most_first_and_writes_nothing() -> None:
    result, runner = trial(book(paths=(), streaks=(), rules=(replace(RULE, points=80),)), members=4)
    assert [(member, each.now.total, each.draft.total) for member, each in result.members] == [
        ("m3", 150, 240),
        ("m2", 100, 160),
        ("m1", 50, 80),
    ]
    assert (result.after, result.totals.points[0]["PASSED"], result.totals.points[1]["PASSED"]) == (1, 300, 480)
    assert runner.has("m3").earned == 150


def test_a_trial_that_shows_members_points_is_recorded_and_one_that_shows_none_is_not() -> None:
    audit = MemoryDecisions()
    trial(PLAIN, members=4, audit=audit)
    assert not audit.records
    trial(book(paths=(), streaks=(), rules=(replace(RULE, points=80),)), members=4, audit=audit)
    [record] = audit.records.values()
    assert (record.what, record.who, record.about) == ("audit.draft_tried", "anna", {"after": 1, "members": 3})


def test_the_same_rules_change_nothing_for_anybody() -> None:
    result, _ = trial(PLAIN, members=3)
    assert (result.members, result.totals.members, result.totals.changed, result.complete) == ((), 2, 0, True)


def test_where_time_runs_out_it_says_that_not_everybody_was_looked_at() -> None:
    left = iter([True, True, False])
    result, _ = trial(PLAIN, members=5, time_left=lambda: next(left))
    assert (result.totals.members, result.complete) == (2, False)


def test_where_time_runs_out_after_the_last_member_everybody_was_looked_at() -> None:
    left = iter([True] * 4)
    result, _ = trial(PLAIN, members=5, time_left=lambda: next(left, False))
    assert (result.totals.members, result.complete) == (4, True)


def test_time_runs_out_among_members_of_other_programs_too() -> None:
    """Whoever looks for a small program's members in a large table reads much, and finds nobody for long."""
    left = iter([True, True, False])
    result, _ = trial(PLAIN, members=0, others=9, time_left=lambda: next(left))
    assert (result.totals.members, result.complete) == (0, False)


def test_a_trial_says_that_the_cap_is_too_small_for_the_members_there_are() -> None:
    programs = MemoryPrograms()
    runner = RewardRunner(program=programs.publish(PLAIN), now=NOW)
    programs.enrol("academy", tuple(Member(id=f"{slot:032x}", user=f"u{slot}") for slot in range(900)))
    stores: dict[str, Any] = {
        "people": MemoryPeople(runner.ledger, programs),
        "ledger": runner.ledger,
        "decisions": MemoryDecisions(),
        "version": lambda _: compile_program(PLAIN),
    }
    draft = program(key="academy", caps=Caps(program_daily_points=20_000))

    result = simulate_draft(ANNA, draft, now=NOW, models={}, programs=programs, **stores, time_left=lambda: True)

    assert [each.path for each in result.warnings if "900 members" in each.message] == [
        ("caps", "program_daily_points")
    ]


def test_a_trial_says_who_loses_a_level_or_gains_a_badge_at_once_with_examples_by_id() -> None:
    audit = MemoryDecisions()
    levels = (Level(name="Newcomer", points=0), Level(name="Regular", points=400))
    result, _ = trial(book(paths=(), streaks=(), levels=levels), members=4, audit=audit)
    assert result.effects == ()
    assert not audit.records
    low = (levels[0], replace(levels[1], points=100))
    result, _ = trial(book(paths=(), streaks=(), levels=low), members=4, audit=audit)
    [gained] = [effect for effect in result.effects if effect.what.code == "edits.level"]
    assert (gained.kind, gained.members, gained.examples) == ("gains", 2, ("m2", "m3"))
    report = SimulationReport.of(result, (Member(id="m2", user="u2", name="Mia"), Member(id="m9", user="u9")))
    assert (report.effects, report.names) == (result.effects, {"m2": "Mia"})
    [record] = audit.records.values()
    assert record.about == {"after": 1, "members": 2}


def test_a_trial_names_the_rules_of_the_draft_that_would_have_paid_nobody() -> None:
    [paying, *_] = PLAIN.rulebook.rules
    never = replace(paying, key="NEVER", match=EventFilter(types=("never.happens",)))
    result, _ = trial(replace(PLAIN, rulebook=replace(PLAIN.rulebook, rules=(paying, never))), members=4)
    assert SimulationReport.of(result, ()).never_paid == ("NEVER",)
