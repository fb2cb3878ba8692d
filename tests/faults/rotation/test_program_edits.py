"""Programs and rosters are edited while nights go on: nothing stops, nothing is forgotten on the platform."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.challenges.ports import NativeCompletion, Reading
from ladder.domain.challenges.rules import Category, SelectionRule
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.members.roster import Member
from ladder.domain.programs.program import Program
from tests.builders.bank import CARE, QUALITY, SPRINT
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values
from tests.fakes.fault_injection import Fate
from tests.faults.rotation.played_groups import assert_groups_match_what_is_played, everything_runs, of

NIGHTS = [FIRST_NIGHT + timedelta(days=n) for n in range(6)]


def edited(runner: NightRunner, program: Program) -> None:
    runner.program = runner.programs.publish(program)


def regrouped(category: Category, prefix: str) -> Category:
    first, second, third = (
        replace(rung, group_id=f"{prefix}-{tier}") for tier, rung in enumerate(category.tiers, start=1)
    )
    return replace(category, tiers=(first, second, third))


def test_a_metric_that_is_dropped_is_still_settled_for_the_nights_it_was_played_on() -> None:
    runner = everything_runs()
    runner.night(NIGHTS[0])
    only_quality = with_values(runner.program, metrics=(QUALITY,), categories=(CARE,), selection=SelectionRule())
    edited(runner, only_quality)
    for night in NIGHTS[1:4]:
        runner.night(night)
    assert runner.rotations.pointer("bank") == f"{NIGHTS[3]}#0001"
    assert "SPRINT" in runner.assignments.outcomes("bank", NIGHTS[0])


def test_who_is_enrolled_in_mid_run_plays_from_the_next_night_on() -> None:
    runner = everything_runs()
    claim = runner.claimed(NIGHTS[0])
    newcomer = Member(id="f" * 32, user="newcomer")
    for name in ("collect", "settle", "plan", "retire", "assign", "wait", "verify", "activate"):
        runner.steps(claim)[name]()
        if name == "plan":
            runner.programs.enrol("bank", (*runner.roster, newcomer))
    assert of(runner, NIGHTS[0]).step == "announced"
    runner.executions.started[claim.execution].status = "SUCCEEDED"
    runner.night(NIGHTS[1])
    assert len(runner.assignments.load("bank", f"{NIGHTS[1]}#0001")["CARE"].played) == len(runner.roster) + 1


def test_nobody_is_no_error_and_the_first_to_come_is_settled_like_others() -> None:
    runner = NightRunner(members=0)
    runner.night(NIGHTS[0])
    assert of(runner, NIGHTS[0]).step == "announced"
    runner.programs.enrol("bank", (Member(id="0" * 32, user="first"),))
    for night in NIGHTS[1:3]:
        runner.night(night)
        assert of(runner, night).step == "announced"


def test_a_library_edited_before_a_re_rotation_leaves_nothing_of_the_old_one_live() -> None:
    runner = NightRunner(program=small_program(selection=SelectionRule(per_night=2, always=("SPRINT", "CARE"))))
    runner.night(NIGHTS[0])
    edited(runner, with_values(runner.program, categories=(regrouped(CARE, "NEW"),), selection=SelectionRule()))
    runner.again_by_hand(NIGHTS[0])
    assert {live.groups[0][:3] for live in runner.platform.live.values()} == {"NEW"}
    assert of(runner, NIGHTS[0]).plan is not None
    assert not of(runner, NIGHTS[0]).plan.deferred  # type: ignore[union-attr]


def test_new_group_ids_are_filled_on_the_first_night() -> None:
    runner = everything_runs()
    runner.night(NIGHTS[0])
    edited(runner, with_values(runner.program, categories=(SPRINT, regrouped(CARE, "NEW"))))
    runner.night(NIGHTS[1])
    assert of(runner, NIGHTS[1]).group_mismatches == {}
    assert_groups_match_what_is_played(runner, of(runner, NIGHTS[1]))


def test_a_platform_on_which_a_new_group_replaces_the_old_one_keeps_everybody_playing() -> None:
    program = small_program(selection=SelectionRule(per_night=1))
    assert program.challenges.platform
    replacing = with_values(
        program, platform=replace(program.challenges.platform, membership="replaces"), categories=(SPRINT, CARE)
    )
    runner = NightRunner(program=replacing)
    runner.platform.membership = "replaces"
    for night in NIGHTS:
        runner.night(night)
        assert of(runner, night).group_mismatches == {}
        assert_groups_match_what_is_played(runner, of(runner, night))


def test_only_the_current_date_can_be_rotated_again() -> None:
    runner = NightRunner()
    for night in NIGHTS[:2]:
        runner.night(night)
    before = runner.state()
    with pytest.raises(Rejected, match="2026-03-03"):
        runner.again_by_hand(NIGHTS[0], now_on=NIGHTS[1])
    assert runner.state() == before


def test_late_figures_move_tiers_when_they_come() -> None:
    """Everything arrives a day late: a night folds up to the last day there are figures for, and no further."""
    punctual, late = everything_runs(), everything_runs()
    known = late.source.known
    for night in NIGHTS:
        yesterday = night - timedelta(days=1)
        late.source.known = {key: [r for r in readings if r.day < yesterday] for key, readings in known.items()}
        late.night(night)
        punctual.night(night)
    a_day_before = punctual.assignments.load("bank", f"{NIGHTS[-2]}#0001")["CARE"]
    arrived = late.assignments.load("bank", f"{NIGHTS[-1]}#0001")["CARE"]
    assert (arrived.tier, arrived.as_of) == (a_day_before.tier, a_day_before.as_of)


def test_a_source_that_has_fallen_silent_is_warned_of() -> None:
    runner = NightRunner()
    runner.source.known = {key: [] for key in runner.source.known}
    runner.night(NIGHTS[0])
    night = of(runner, NIGHTS[0]).plan
    assert night is not None
    assert any(warning.code == "rotation.no_values" for warning in night.warnings)


def test_what_was_read_before_a_platform_broke_off_is_kept() -> None:
    """The first try breaks off at the third reading; the next goes on from there."""
    runner = everything_runs()
    runner.source.batch = 3
    claim = runner.claimed(NIGHTS[0])
    runner.fate = Fate(at=3, when="before", strike=Unavailable)
    runner.steps(claim)["collect"]()
    assert runner.fate.calls.count("MemoryMetrics.readings") == 1 + 3 * (2 + 2)
    assert of(runner, NIGHTS[0]).step == "collected"


def test_what_the_platform_paid_is_mirrored_whoever_played_and_under_whichever_revision() -> None:
    program = small_program(payer="platform", metrics=(replace(QUALITY, key="AHT", direction="lower"), QUALITY))
    runner = NightRunner(
        program=with_values(program, contact_types=(), categories=(SPRINT, CARE), selection=SelectionRule(per_night=2))
    )
    runner.night(NIGHTS[0])
    first = of(runner, NIGHTS[0]).launches["CARE#1"].challenge or ""
    runner.again_by_hand(NIGHTS[0])
    leaver = replace(runner.roster[0], active=False)
    runner.programs.enrol("bank", (leaver, *runner.roster[1:]))
    runner.platform.completed[NIGHTS[0]] = [NativeCompletion(leaver.user, first, 77)]
    runner.night(NIGHTS[1])
    [mirrored] = [each for each in runner.queue.sent if each.date == NIGHTS[0]]
    assert (mirrored.member, mirrored.points, mirrored.tier, mirrored.mirrored) == (leaver.id, 77, 1, True)


def test_two_programs_on_one_platform_do_not_take_each_other_for_strangers() -> None:
    runner = NightRunner(program=small_program(selection=SelectionRule(per_night=2, always=("SPRINT", "CARE"))))
    theirs = [regrouped(category, f"annex-{category.key}") for category in (SPRINT, CARE)]
    annex = with_values(runner.program, key="annex", categories=tuple(theirs))
    runner.night(NIGHTS[0])
    runner.program = runner.programs.publish(annex)
    runner.programs.enrol("annex", tuple(Member(id=f"a{n:031x}", user=f"agent{n}") for n in range(9)))
    runner.night(NIGHTS[0])
    night = of(runner, NIGHTS[0], "annex").plan
    assert night is not None
    assert night.deferred == {}
    both = [of(runner, NIGHTS[0], key).launches.values() for key in ("bank", "annex")]
    assert {launch.challenge for launches in both for launch in launches} == set(runner.platform.live)


def test_a_reading_of_somebody_unknown_is_left_out() -> None:
    runner = NightRunner()
    runner.source.known["AHT"].append(Reading("stranger", NIGHTS[0] - timedelta(days=1), 1.0, 1.0))
    runner.source.batch = 100
    runner.night(NIGHTS[0])
    assert of(runner, NIGHTS[0]).step == "announced"
