"""A platform that allows one active challenge per metric and day: one is posted for all tiers, which Ladder pays."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from typing import Any

import pytest

from ladder.domain.challenges.ports import LiveChallenge
from ladder.domain.challenges.rotation import Rotation, RotationPlan
from ladder.domain.challenges.rules import Platform, SelectionRule
from ladder.domain.errors import Unavailable
from ladder.domain.members.roster import Member
from ladder.domain.programs.program import Program
from ladder.messages.render import render
from tests.builders.bank import CARE, HANDLE_TIME, QUALITY, SPRINT, STEADY
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values
from tests.fakes.fault_injection import Fate, Killed, Meanwhile, When
from tests.fakes.platform import MemoryPlatform
from tests.faults.rotation.played_groups import assert_groups_match_what_is_played, of
from tests.faults.rotation.settled_nights import value

NIGHTS = [FIRST_NIGHT + timedelta(days=n) for n in range(4)]
SECOND_NIGHT = NIGHTS[1]
WEM = Platform(kind="wem")
DECLARED = replace(WEM, one_active_per_metric=True)
UNGATED = replace(HANDLE_TIME, quality_gate=None, speed=False, normalise_by=None)


def small(platform: Platform, **changed: Any) -> Program:
    program = small_program(metrics=(UNGATED, QUALITY), selection=SelectionRule(per_night=2, always=("SPRINT", "CARE")))
    return with_values(program, **{"platform": platform, "categories": (SPRINT, CARE), **changed})


def one_per_metric(platform: Platform = DECLARED, **changed: Any) -> NightRunner:
    """The platform's setting is on, whether the program says so or not."""
    return NightRunner(program=small(platform, **changed), platform=MemoryPlatform(one_active_per_metric=True))


def planned(rotation: Rotation) -> RotationPlan:
    assert rotation.plan is not None
    return rotation.plan


def tiers_played(runner: NightRunner, night: date, category: str) -> set[int]:
    played = runner.assignments.load("bank", of(runner, night).claim.rotation)[category].played
    return set(played) - {0}


def assert_one_for_all(runner: NightRunner, night: date) -> None:
    """A challenge a category, for the groups of the tiers that somebody plays, with the hardest of their targets."""
    assert of(runner, night).step == "announced"
    found = {live.metric: live for live in runner.platform.live.values()}
    assert len(found) == len(runner.platform.live) == 2
    for category in (SPRINT, CARE):
        tiers = tiers_played(runner, night, category.key)
        live, shown = found[category.metric], planned(of(runner, night)).targets[category.key].shown
        assert set(live.groups) == {category.groups[tier - 1] for tier in tiers}
        assert (live.target, live.points) == (shown[max(tiers) - 1], 0)
    assert_groups_match_what_is_played(runner, of(runner, night))


@pytest.mark.parametrize("platform", [DECLARED, WEM], ids=["declared", "not declared"])
def test_every_night_goes_live_with_one_challenge_a_metric(platform: Platform) -> None:
    runner = one_per_metric(platform)
    for night in NIGHTS:
        runner.night(night)
        assert_one_for_all(runner, night)
    assert tiers_played(runner, NIGHTS[0], "SPRINT") == {1, 2, 3}


@pytest.mark.parametrize("platform", [DECLARED, WEM], ids=["declared", "not declared"])
def test_everybody_is_paid_by_the_target_and_the_points_of_the_tier_they_play(platform: Platform) -> None:
    one, three = one_per_metric(platform), NightRunner(program=small(WEM))
    for runner in (one, three):
        for night in NIGHTS:
            runner.night(night)
    assert one.queue.by_id == three.queue.by_id
    rotation = of(one, NIGHTS[0])
    standing = one.assignments.load("bank", rotation.claim.rotation)["SPRINT"]
    shown = planned(rotation).targets["SPRINT"].shown
    earned = {each.member: each for each in one.queue.sent if (each.date, each.category) == (NIGHTS[0], "SPRINT")}
    assert len({each.tier for each in earned.values()}) > 1
    for member, tier in zip(one.roster, standing.played, strict=True):
        did = value(one, member.user, NIGHTS[0])
        met = did is not None and did <= shown[tier - 1]
        assert (member.id in earned) == met
        if met:
            assert (earned[member.id].tier, earned[member.id].points) == (tier, SPRINT.tiers[tier - 1].points)


def test_a_program_that_does_not_say_so_is_told_what_to_write() -> None:
    runner = one_per_metric(WEM)
    runner.night(NIGHTS[0])
    told = planned(of(runner, NIGHTS[0])).warnings
    assert {warning.code for warning in told} == {"rotation.one_challenge_for_all_tiers"}
    assert sorted(str(warning.parameters["category"]) for warning in told) == ["CARE", "SPRINT"]
    assert all("one_active_per_metric: true" in render(warning) for warning in told)
    assert all("409 only one active challenge per metric" in str(warning.parameters["why"]) for warning in told)
    assert "rotation.one_challenge_for_all_tiers" in str(runner.announcements.made)


def test_a_program_that_says_so_is_warned_of_nothing_and_no_call_is_refused() -> None:
    runner, fate = one_per_metric(), Fate()
    runner.night(NIGHTS[0], fate)
    assert planned(of(runner, NIGHTS[0])).warnings == ()
    assert fate.calls.count("MemoryPlatform.launch") == 2


@pytest.mark.parametrize("tier", [2, 3])
def test_where_the_platform_pays_the_night_fails_and_says_what_to_write(tier: int) -> None:
    """One challenge would pay every tier the same; so nothing is changed by itself. `tier`: the first refused."""
    runner = one_per_metric(WEM, payer="platform")
    if tier == 3:  # nobody plays the second
        runner.platform.refuses = dict.fromkeys((f"agent{n}" for n in range(9)), "locked")
        for number, user in enumerate(sorted(runner.platform.refuses)):
            runner.platform.groups[SPRINT.groups[0 if number % 2 else 2]].add(user)
    runner.night(NIGHTS[0])
    failed = of(runner, NIGHTS[0]).failed or ""
    assert "one active challenge per metric" in failed
    assert "payer: ladder" in failed
    assert "one_active_per_metric: true under platform" in failed
    assert runner.platform.live == {}
    assert runner.rotations.pointer("bank") is None


def test_where_everybody_plays_one_tier_nothing_is_different() -> None:
    rule = replace(small(WEM).challenges.tier_rule, placed_after_days=200)
    on, off = one_per_metric(WEM, tier_rule=rule), NightRunner(program=small(WEM, tier_rule=rule))
    for runner in (on, off):
        runner.night(NIGHTS[0])
    assert tiers_played(on, NIGHTS[0], "SPRINT") == {1}
    assert on.state() == off.state()


def foreign_on(metric: str) -> LiveChallenge:
    return LiveChallenge(
        id="theirs",
        name="Theirs",
        metric=metric,
        groups=("their_group",),
        target=1.0,
        points=5,
        starts_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize("payer", ["ladder", "platform"])
@pytest.mark.parametrize("platform", [DECLARED, WEM], ids=["declared", "not declared"])
def test_a_foreign_challenge_that_appears_at_the_last_moment_defers_the_category_alone(
    platform: Platform, payer: str
) -> None:
    """It is posted after the platform was asked what is active, so only the refusal tells of it."""
    rule = replace(
        small(WEM).challenges.tier_rule, placed_after_days=200
    )  # one tier: a platform that pays can take part
    quiet, fate = one_per_metric(platform, payer=payer, tier_rule=rule), Fate()
    quiet.night(NIGHTS[0], fate)
    runner = one_per_metric(platform, payer=payer, tier_rule=rule)
    runner.night(
        NIGHTS[0],
        Meanwhile(
            at=fate.calls.index("MemoryPlatform.launch"),
            act=lambda: runner.platform.live.update(theirs=foreign_on("AHT")),
        ),
    )
    night = planned(of(runner, NIGHTS[0]))
    assert of(runner, NIGHTS[0]).step == "announced"
    assert night.selected == ("CARE",)
    assert night.deferred["SPRINT"].parameters["challenge"] == "theirs"
    assert "SPRINT" not in night.last_selected
    assert {live.metric for live in runner.platform.live.values() if live.id != "theirs"} == {"QA"}
    assert "theirs" in runner.platform.live
    assert tiers_played(runner, NIGHTS[0], "SPRINT") == set()


@pytest.mark.parametrize("platform", [DECLARED, WEM], ids=["declared", "not declared"])
def test_a_foreign_challenge_that_slips_in_between_two_of_ours_defers_the_category(platform: Platform) -> None:
    quiet, fate = one_per_metric(platform), Fate()
    quiet.night(NIGHTS[0], fate)
    launches = [at for at, call in enumerate(fate.calls) if call == "MemoryPlatform.launch"]
    for at in launches:
        runner = one_per_metric(platform)
        runner.night(NIGHTS[0], Meanwhile(at=at, act=partial(runner.platform.live.update, theirs=foreign_on("AHT"))))
        assert of(runner, NIGHTS[0]).step == "announced"
        ours = [live for live in runner.platform.live.values() if live.id != "theirs"]
        assert len({live.metric for live in ours}) == len(ours) >= 1
        drawn = set(planned(of(runner, NIGHTS[0])).selected)
        assert {live.metric for live in ours} == {runner.program.challenges.category(key).metric for key in drawn}


def test_a_declared_program_treats_a_taken_metric_as_exclusive_whatever_the_metric_says() -> None:
    runner = one_per_metric(metrics=(replace(UNGATED, exclusive=False), QUALITY))
    runner.platform.live["theirs"] = foreign_on("AHT")
    runner.night(NIGHTS[0])
    assert planned(of(runner, NIGHTS[0])).selected == ("CARE",)
    assert planned(of(runner, NIGHTS[0])).deferred["SPRINT"].parameters["metric"] == "AHT"


@pytest.mark.parametrize("platform", [DECLARED, WEM], ids=["declared", "not declared"])
def test_of_two_categories_on_one_metric_one_runs(platform: Platform) -> None:
    shared = (replace(UNGATED, exclusive=False), QUALITY)
    runner = one_per_metric(platform, metrics=shared, categories=(SPRINT, STEADY), selection=SelectionRule(per_night=2))
    for night in NIGHTS:
        runner.night(night)
        assert of(runner, night).step == "announced"
        assert len(planned(of(runner, night)).selected) == len(runner.platform.live) == 1
        (key,) = planned(of(runner, night)).selected
        other = {"SPRINT": "STEADY", "STEADY": "SPRINT"}[key]
        assert tiers_played(runner, night, other) == set()
        if platform == WEM:
            assert planned(of(runner, night)).deferred[other].parameters["category"] == key


@pytest.mark.parametrize("platform", [DECLARED, WEM], ids=["declared", "not declared"])
def test_another_program_of_ladder_on_the_metric_is_in_the_way_and_stays(platform: Platform) -> None:
    runner = one_per_metric(platform)
    runner.night(NIGHTS[0])
    theirs = set(runner.platform.live)
    first, second, third = (replace(rung, group_id=f"annex-{rung.group_id}") for rung in SPRINT.tiers)
    annexed = replace(SPRINT, tiers=(first, second, third))
    runner.program = runner.programs.publish(
        with_values(runner.program, key="annex", categories=(annexed,), selection=SelectionRule())
    )
    runner.programs.enrol("annex", tuple(Member(id=f"a{n:031x}", user=f"annex{n}") for n in range(9)))
    runner.night(NIGHTS[0])
    assert set(runner.platform.live) == theirs
    annex = of(runner, NIGHTS[0], "annex")
    assert annex.step == "announced"
    assert planned(annex).deferred["SPRINT"].parameters["metric"] == "AHT"


@pytest.mark.parametrize("first", [DECLARED, WEM], ids=["from one for all", "to one for all"])
@pytest.mark.parametrize("setting", [True, False], ids=["setting on", "setting off"])
def test_a_program_may_change_to_one_for_all_and_back(*, first: Platform, setting: bool) -> None:
    runner = NightRunner(program=small(first))
    runner.platform.one_active_per_metric = setting
    for night, platform in zip(NIGHTS, (first, {DECLARED: WEM, WEM: DECLARED}[first], first, DECLARED), strict=True):
        runner.program = runner.programs.publish(with_values(runner.program, platform=platform))
        runner.night(night)
        assert of(runner, night).step == "announced"
        one_a_metric = setting or platform == DECLARED
        assert len(runner.platform.live) == (2 if one_a_metric else 6)
        assert {live.starts_at.date() for live in runner.platform.live.values()} <= {night, night - timedelta(days=1)}
        assert len({live.starts_at for live in runner.platform.live.values()}) == 1
        assert_groups_match_what_is_played(runner, of(runner, night))


def test_a_rotation_by_hand_after_the_declaration_leaves_only_the_new_challenges() -> None:
    runner = NightRunner(program=small(WEM))
    runner.night(NIGHTS[0])
    runner.platform.one_active_per_metric = True
    runner.program = runner.programs.publish(with_values(runner.program, platform=DECLARED))
    runner.again_by_hand(NIGHTS[0])
    assert_one_for_all(runner, NIGHTS[0])
    runner.program = runner.programs.publish(with_values(runner.program, payer="platform", platform=WEM))
    runner.platform.one_active_per_metric = False
    runner.again_by_hand(NIGHTS[0])
    assert len(runner.platform.live) == 6
    runner.platform.close_day(NIGHTS[0], runner.source, {"AHT": "lower", "QA": "higher"})
    runner.night(NIGHTS[1])
    assert of(runner, NIGHTS[1]).step == "announced"


def test_what_the_platform_says_of_a_challenge_for_all_tiers_pays_nobody() -> None:
    """Revision 1 was one for all: Ladder pays what was earned under it. Revision 2 pays by the platform, which says
    nothing of its own challenges, and its word on that of revision 1 counts for nothing.
    """
    runner = one_per_metric()
    runner.night(NIGHTS[0])
    runner.platform.close_day(NIGHTS[0], runner.source, {"AHT": "lower", "QA": "higher"})
    assert runner.platform.completions(NIGHTS[0])
    runner.platform.one_active_per_metric = False
    runner.program = runner.programs.publish(with_values(runner.program, payer="platform", platform=WEM))
    runner.again_by_hand(NIGHTS[0])
    runner.night(NIGHTS[1])
    assert of(runner, NIGHTS[1]).step == "announced"
    earned = [each for each in runner.queue.sent if each.date == NIGHTS[0]]
    assert {(each.rotation, each.mirrored, each.points > 0) for each in earned} == {("2026-03-02#0001", False, True)}
    assert len({(each.member, each.category) for each in earned}) == len(earned)


def after_one_night(platform: Platform) -> NightRunner:
    runner = one_per_metric(platform)
    runner.night(NIGHTS[0])
    return runner


@cache
def undisturbed(platform: Platform) -> tuple[dict[str, object], tuple[str, ...]]:
    runner, fate = after_one_night(platform), Fate()
    runner.night(SECOND_NIGHT, fate)
    return runner.state(), tuple(fate.calls)


MOMENTS = [
    pytest.param(platform, at, id=f"{name} {at}")
    for name, platform in {"declared": DECLARED, "not declared": WEM}.items()
    for at in range(len(undisturbed(platform)[1]))
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("platform", "at"), MOMENTS)
def test_killed_at_any_call_and_run_again_it_ends_the_same(platform: Platform, at: int, when: When) -> None:
    runner = after_one_night(platform)
    with suppress(Killed):  # after a call that is refused nobody dies: the refusal comes first
        runner.night(SECOND_NIGHT, Fate(at=at, when=when))
    runner.night(SECOND_NIGHT)
    assert runner.state() == undisturbed(platform)[0]


@pytest.mark.parametrize(("platform", "at"), MOMENTS)
def test_an_answer_lost_at_any_call_changes_nothing(platform: Platform, at: int) -> None:
    runner = after_one_night(platform)
    try:
        runner.night(SECOND_NIGHT, Fate(at=at, when="after", strike=Unavailable))
    except Unavailable:  # in the tick itself: the next one goes on
        runner.night(SECOND_NIGHT)
    runner.night(SECOND_NIGHT)
    assert runner.state() == undisturbed(platform)[0]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("platform", "at"), MOMENTS[::3])
def test_killed_twice_in_one_night_it_still_ends_the_same(platform: Platform, at: int, when: When) -> None:
    """The second time at a call by which what the first left is cleared up."""
    runner, twin, fate = after_one_night(platform), after_one_night(platform), Fate()
    for each in (runner, twin):
        with suppress(Killed):
            each.night(SECOND_NIGHT, Fate(at=at, when=when))
    twin.night(SECOND_NIGHT, fate)
    calls = [n for n, call in enumerate(fate.calls) if call.startswith("MemoryPlatform") or "record_launch" in call]
    with suppress(Killed):
        runner.night(SECOND_NIGHT, Fate(at=calls[at % len(calls)] if calls else 0, when=when))
    runner.night(SECOND_NIGHT)
    assert runner.state() == undisturbed(platform)[0]


@pytest.mark.parametrize("platform", [DECLARED, WEM], ids=["declared", "not declared"])
@pytest.mark.parametrize("twice", ["retire", "assign", "verify", "activate"])
def test_a_step_delivered_twice_leaves_the_same_state(twice: str, platform: Platform) -> None:
    runner = after_one_night(platform)
    claim = runner.claimed(SECOND_NIGHT)
    for name, step in runner.steps(claim).items():
        step()
        if name == twice:
            once = runner.state()
            step()
            assert runner.state() == once


@dataclass(slots=True, kw_only=True)
class Lagging(MemoryPlatform):
    """Its list shows a new challenge only when it is asked for the second time."""

    seen: set[str] = field(default_factory=set)

    def active(self) -> list[LiveChallenge]:
        found = [live for live in self.live.values() if live.id in self.seen]
        self.seen |= set(self.live)
        return found


@pytest.mark.parametrize("platform", [DECLARED, WEM], ids=["declared", "not declared"])
def test_our_own_challenge_that_the_list_does_not_show_yet_is_waited_for_and_not_taken_for_a_strangers(
    platform: Platform,
) -> None:
    """The answer to the first launch is lost, the list lags, and the second launch is refused for the first one."""
    quiet, fate = one_per_metric(platform), Fate()
    quiet.night(NIGHTS[0], fate)
    runner = NightRunner(program=small(platform), platform=Lagging(one_active_per_metric=True))
    first = fate.calls.index("MemoryPlatform.launch")
    runner.night(NIGHTS[0], Fate(at=first, when="after", strike=Unavailable))
    for _ in range(3):
        if of(runner, NIGHTS[0]).step != "announced":
            runner.night(NIGHTS[0])
    runner.platform.active()
    assert_one_for_all(runner, NIGHTS[0])
    assert planned(of(runner, NIGHTS[0])).deferred == {}
