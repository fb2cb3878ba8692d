"""Two programs on one platform, with agents in both: each agent is asked and paid once for a day and metric."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial
from itertools import permutations, product
from typing import Any

import pytest

from ladder.domain.calendar.schedule import night_falls_at
from ladder.domain.challenges.assignment import ASKED_ELSEWHERE, MemberStanding
from ladder.domain.challenges.daily_challenges import left_out
from ladder.domain.challenges.participation import choose
from ladder.domain.challenges.rules import Category, Platform, SelectionRule
from ladder.domain.errors import ProgramRefused
from ladder.domain.message import Message
from ladder.domain.programs.program import Program
from tests.builders.bank import CARE, QUALITY, SPRINT, grouped
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values
from tests.builders.without_platform import without_groups
from tests.fakes.fault_injection import Fate, Killed, Meanwhile, When
from tests.fakes.platform import MemoryMetrics, MemoryPlatform
from tests.faults.rotation.settled_nights import UNGATED

NIGHTS = [FIRST_NIGHT + timedelta(days=n) for n in range(4)]
WEM = Platform(kind="wem")
SHARED = 6  # of the nine agents of each


def regrouped(category: Category) -> Category:
    return grouped(category, *(f"south-{group}" for group in category.groups))


def program(key: str, *categories: Category, **changed: Any) -> Any:
    rule = SelectionRule(per_night=len(categories), always=tuple(category.key for category in categories))
    small = small_program(metrics=(UNGATED, QUALITY), selection=rule)
    return with_values(replace(small, key=key), **{"categories": categories, "platform": WEM, **changed})


def two(**changed: Any) -> tuple[NightRunner, NightRunner]:
    """`bank`, whose key comes first, asks for two metrics; `south` for one of them, six of its nine agents in both."""
    platform = MemoryPlatform(membership=changed.get("platform", WEM).membership)
    bank = NightRunner(program=program("bank", SPRINT, CARE, **changed), platform=platform)
    south = NightRunner(
        program=program("south", regrouped(SPRINT), **changed),
        platform=platform,
        programs=bank.programs,
        rotations=bank.rotations,
        assignments=bank.assignments,
    )
    names = {f"agent{n}": f"south{n}" for n in range(SHARED, 9)}
    south.roster = tuple(replace(each, user=names.get(each.user, each.user)) for each in south.roster)
    south.programs.enrol("south", south.roster)
    for readings in south.source.known.values():
        readings[:] = [replace(each, user=names.get(each.user, each.user)) for each in readings]
    return bank, south


def paid(*runners: NightRunner) -> Counter[tuple[str, str, date]]:
    """How often each agent is paid for a metric and day."""
    return Counter(
        (next(member.user for member in runner.roster if member.id == done.member), done.metric, done.date)
        for runner in runners
        for done in runner.queue.by_id.values()
    )


def asked(runner: NightRunner, night: date) -> set[tuple[str, str]]:
    """Who plays which metric."""
    rotation = runner.rotations.latest(runner.program.key, night)
    assert rotation is not None
    assert rotation.step == "announced", rotation.failed
    standings = runner.assignments.load(runner.program.key, rotation.claim.rotation)
    return {
        (member.user, category.metric)
        for category in runner.program.challenges.categories
        for member, tier in zip(runner.roster, standings[category.key].played, strict=True)
        if tier
    }


def warnings(runner: NightRunner, night: date) -> dict[str, Any]:
    rotation = runner.rotations.latest(runner.program.key, night)
    assert rotation is not None
    return {warning.code: warning.parameters for warning in rotation.planned.warnings}


@pytest.mark.parametrize("shown_by_ladder", ["", "bank", "south", "bank south"], ids=lambda keys: f"{keys or 'none'}")
@pytest.mark.parametrize("order", list(permutations((0, 1))), ids=["bank first", "south first"])
def test_an_agent_of_both_is_asked_and_paid_once_for_a_day_and_metric_by_the_one_whose_key_comes_first(
    order: tuple[int, ...], shown_by_ladder: str
) -> None:
    """Whether both are on one platform, one of them, or neither."""
    runners = two()
    bank, south = runners
    for runner in runners:
        if runner.program.key in shown_by_ladder.split():
            categories = tuple(map(without_groups, runner.program.challenges.categories))
            runner.program = runner.programs.publish(with_values(runner.program, platform=None, categories=categories))
    for night in NIGHTS:
        for number in order:
            runners[number].night(night)
        assert asked(bank, night) == {(f"agent{n}", metric) for n in range(9) for metric in ("AHT", "QA")}
        assert asked(south, night) == {(f"south{n}", "AHT") for n in range(SHARED, 9)}
        assert warnings(south, night)["rotation.asked_elsewhere"] == {"metric": "AHT", "members": SHARED}
        assert "rotation.asked_elsewhere" not in warnings(bank, night)
    assert set(paid(*runners).values()) == {1}
    assert paid(south)


@pytest.mark.parametrize("payers", list(product(("ladder", "platform"), repeat=2)), ids="-".join)
def test_whoever_pays_a_day_and_metric_is_paid_once(payers: tuple[str, str]) -> None:
    """The platform pays who is in a group of a challenge that carries points; nobody is in groups of both."""
    runners = two()
    bank, south = runners
    for runner, payer in zip(runners, payers, strict=True):
        runner.program = runner.programs.publish(with_values(runner.program, payer=payer))
    readings = {
        key: [*bank.source.known[key], *(each for each in south.source.known[key] if each.user.startswith("south"))]
        for key in ("AHT", "QA")
    }
    for night in NIGHTS:
        for runner in runners:
            runner.night(night)
        bank.platform.close_day(night, MemoryMetrics(readings), {"AHT": "lower", "QA": "higher"})
        by_platform = Counter(
            (done.user, challenge.metric)
            for done in bank.platform.completions(night)
            if (challenge := bank.platform.live[done.challenge]).points
        )
        assert set(by_platform.values()) <= {1}
    assert set(paid(*runners).values()) == {1}
    mirrored = {done.program for runner in runners for done in runner.queue.sent if done.mirrored}
    assert mirrored == {key for key, payer in zip(("bank", "south"), payers, strict=True) if payer == "platform"}


def test_whom_another_program_asks_is_told_why_and_keeps_their_tier_here() -> None:
    bank, south = two()
    for night in NIGHTS:
        bank.night(night)
        south.night(night)
    rotation = south.rotations.latest("south", NIGHTS[-1])
    assert rotation is not None
    standing = south.assignments.load("south", rotation.claim.rotation)["SPRINT"]
    assert list(standing.capped_by) == [ASKED_ELSEWHERE] * SHARED + [0] * (9 - SHARED)
    assert set(standing.tier[:SHARED]) > {1}
    shown = MemberStanding.among(standing, 0)
    assert left_out(south.program.challenges, south.program.caps, rotation.planned, {"SPRINT": shown}) == (
        Message("challenges.left_out", {"challenge": "SPRINT", "reason": Message("challenges.asked_elsewhere")}),
    )


def test_an_agent_of_both_is_asked_for_the_metrics_that_only_one_has() -> None:
    bank, south = two()
    south.program = south.programs.publish(with_values(south.program, categories=(regrouped(CARE),)))
    bank.program = bank.programs.publish(with_values(bank.program, categories=(SPRINT,), selection=SelectionRule()))
    for runner in (south, bank):
        runner.program = runner.programs.publish(with_values(runner.program, selection=SelectionRule()))
        runner.night(NIGHTS[0])
    assert asked(south, NIGHTS[0]) == {(member.user, "QA") for member in south.roster}
    assert asked(bank, NIGHTS[0]) == {(f"agent{n}", "AHT") for n in range(9)}


def test_programs_on_platforms_of_their_own_share_nobody() -> None:
    bank, south = two()
    south.program = south.programs.publish(with_values(south.program, platform=replace(WEM, instance="south")))
    for runner in (bank, south):
        runner.night(NIGHTS[0])
    assert asked(south, NIGHTS[0]) == {(member.user, "AHT") for member in south.roster}


@pytest.mark.parametrize("order", list(permutations((0, 1))), ids=["bank first", "south first"])
def test_where_joining_a_group_leaves_every_other_an_agent_of_both_plays_in_one_program(order: tuple[int, ...]) -> None:
    """Else the later night would pull the agent out of the earlier one's group."""
    runners = two(platform=Platform(kind="wem", membership="replaces"), selection=SelectionRule())
    bank, south = runners
    bank.program = bank.programs.publish(with_values(bank.program, categories=(CARE,)))
    for night in NIGHTS:
        for number in order:
            runners[number].night(night)
        assert asked(bank, night) == {(f"agent{n}", "QA") for n in range(9)}
        assert asked(south, night) == {(f"south{n}", "AHT") for n in range(SHARED, 9)}
        for runner in runners:
            rotation = runner.rotations.latest(runner.program.key, night)
            assert rotation is not None
            assert rotation.group_mismatches == {}


@pytest.mark.parametrize("order", list(permutations((0, 1))), ids=["bank first", "south first"])
def test_who_takes_no_part_in_the_first_program_is_asked_by_the_second(order: tuple[int, ...]) -> None:
    runners = two()
    bank, south = runners
    south.participation = bank.participation
    categories = (replace(SPRINT, participation="opt_in"), CARE)
    bank.program = bank.programs.publish(with_values(bank.program, categories=categories, selection=SelectionRule()))
    since = night_falls_at(bank.program.schedule, NIGHTS[0]) - timedelta(days=1)
    for slot in (0, 1):
        change = partial(choose, schedule=bank.program.schedule, takes_part=True, now=since)
        bank.participation.change("bank", bank.roster[slot].id, "SPRINT", change)
    for night in NIGHTS:
        for number in order:
            runners[number].night(night)
        assert asked(south, night) == {(member.user, "AHT") for member in south.roster[2:]}
    assert set(paid(*runners).values()) == {1}


def test_a_paused_program_asks_nobody_so_the_other_one_does() -> None:
    bank, south = two()
    bank.program = bank.programs.publish(replace(bank.program, paused=True))
    south.night(NIGHTS[0])
    assert asked(south, NIGHTS[0]) == {(member.user, "AHT") for member in south.roster}


def test_who_joins_the_first_program_during_a_day_finishes_that_day_in_the_second() -> None:
    bank, south = two()
    for runner in (bank, south):
        runner.night(NIGHTS[0])
    joined = replace(bank.roster[0], id="f" * 32, user="south8")
    bank.roster = (*bank.roster, joined)
    bank.programs.enrol("bank", bank.roster)
    bank.source.known["AHT"] += [each for each in south.source.known["AHT"] if each.user == "south8"]
    bank.again_by_hand(NIGHTS[0])
    assert ("south8", "AHT") in asked(south, NIGHTS[0])
    assert ("south8", "AHT") not in asked(bank, NIGHTS[0])
    assert ("south8", "QA") in asked(bank, NIGHTS[0])
    for runner in (south, bank):
        runner.night(NIGHTS[1])
    assert ("south8", "AHT") in asked(bank, NIGHTS[1])
    assert ("south8", "AHT") not in asked(south, NIGHTS[1])
    assert set(paid(bank, south).values()) == {1}


@pytest.mark.parametrize("how", ["leaves", "paused", "drops the metric", "drops its nights"])
def test_what_the_first_program_asked_for_a_day_the_second_does_not_ask_again_whatever_changes_that_day(
    how: str,
) -> None:
    bank, south = two()
    for runner in (bank, south):
        runner.night(NIGHTS[0])
    match how:
        case "leaves":
            bank.programs.enrol("bank", tuple(replace(member, active=False) for member in bank.roster))
        case "paused":
            bank.program = bank.programs.publish(replace(bank.program, paused=True))
        case "drops the metric":
            changed = with_values(bank.program, categories=(CARE,), selection=SelectionRule())
            bank.program = bank.programs.publish(changed)
        case "drops its nights":
            changed = with_values(bank.program, categories=(), metrics=(), platform=None)
            bank.program = bank.programs.publish(changed)
    south.again_by_hand(NIGHTS[0])
    assert asked(south, NIGHTS[0]) == {(f"south{n}", "AHT") for n in range(SHARED, 9)}
    south.night(NIGHTS[1])
    assert asked(south, NIGHTS[1]) == {(member.user, "AHT") for member in south.roster}


def test_who_cannot_be_moved_out_of_a_group_plays_there_no_second_time() -> None:
    bank, south = two()
    for user in (f"agent{n}" for n in range(SHARED)):
        south.platform.groups["south-SPRINT-2"].add(user)
        south.platform.refuses[user] = "locked"
    for runner in (south, bank):
        runner.night(NIGHTS[0])
    assert asked(south, NIGHTS[0]) == {(f"south{n}", "AHT") for n in range(SHARED, 9)}
    assert warnings(south, NIGHTS[0])["rotation.asked_elsewhere"]["members"] == SHARED


def make_unreadable(bank: NightRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    current = bank.programs.current

    def unreadable(key: str) -> Program:
        if key == "bank":
            raise ProgramRefused("version 1 of 'bank' cannot be read")
        return current(key)

    monkeypatch.setattr(bank.programs, "current", unreadable)


def test_a_program_that_cannot_be_read_stops_nobody_elses_night(monkeypatch: pytest.MonkeyPatch) -> None:
    bank, south = two()
    make_unreadable(bank, monkeypatch)
    south.night(NIGHTS[0])
    assert asked(south, NIGHTS[0]) == {(member.user, "AHT") for member in south.roster}


def test_what_a_program_launched_is_no_strangers_challenge_once_it_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """South asks for the metric on which bank's challenges of the day are active."""
    bank, south = two(platform=replace(WEM, one_active_per_metric=True))
    bank.night(NIGHTS[0])
    active = {challenge.id for challenge in bank.platform.active()}
    make_unreadable(bank, monkeypatch)
    south.night(NIGHTS[0])
    rotation = south.rotations.latest("south", NIGHTS[0])
    assert rotation
    assert (rotation.step, rotation.planned.selected) == ("announced", ("SPRINT",))
    assert "rotation.metric_taken_since" not in warnings(south, NIGHTS[0])
    assert active < {challenge.id for challenge in bank.platform.active()}


SECOND = NIGHTS[1]


def after_a_night() -> tuple[NightRunner, NightRunner]:
    both = two()
    for runner in both:
        runner.night(NIGHTS[0])
    return both


def finished(bank: NightRunner, south: NightRunner) -> object:
    """What both nights leave behind, once each has run to its end."""
    for runner in (south, bank):
        rotation = runner.rotations.latest(runner.program.key, SECOND)
        if rotation is None or rotation.step != "announced":
            runner.night(SECOND)
    assert set(paid(bank, south).values()) == {1}
    return bank.state(), south.state()


@cache
def undisturbed() -> object:
    return finished(*after_a_night())


@cache
def calls(key: str) -> tuple[str, ...]:
    """The calls of the night of one of them, after the other's."""
    runners, fate = {runner.program.key: runner for runner in after_a_night()}, Fate()
    runners[{"bank": "south", "south": "bank"}[key]].night(SECOND)
    runners[key].night(SECOND, fate)
    return tuple(fate.calls)


MOMENTS = [pytest.param(key, at, id=f"{key} {at}") for key in ("bank", "south") for at in range(len(calls(key)))]


@pytest.mark.parametrize(("key", "at"), MOMENTS[::2])
def test_two_nights_at_once_end_as_one_after_the_other(key: str, at: int) -> None:
    """The whole night of the one runs between two calls of the other."""
    bank, south = after_a_night()
    inner, outer = (south, bank) if key == "bank" else (bank, south)
    outer.night(SECOND, Meanwhile(at=at, act=lambda: inner.night(SECOND)))
    assert finished(bank, south) == undisturbed()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("key", "at"), MOMENTS[::3])
def test_killed_while_the_other_one_runs_and_run_again_both_end_the_same(key: str, at: int, when: When) -> None:
    bank, south = after_a_night()
    first, second = (south, bank) if key == "bank" else (bank, south)
    with suppress(Killed):
        second.night(SECOND, Fate(at=at, when=when))
    first.night(SECOND)
    assert finished(bank, south) == undisturbed()
