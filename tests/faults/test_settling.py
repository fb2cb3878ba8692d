"""Completions: sent when figures are final, at least once, always the same, and never taken back by a machine."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from ladder.domain.challenges.completion import OUTCOMES, Completion, TooFewContacts
from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rules import QualityGate, SelectionRule
from ladder.domain.challenges.settlement import SPEED_HELD
from tests.builders.bank import CARE, HANDLE_TIME, QUALITY, SPRINT
from tests.builders.nights import FIRST_NIGHT, World, small_program
from tests.programs import with_values

NIGHTS = [FIRST_NIGHT + timedelta(days=n) for n in range(6)]
UNGATED = replace(HANDLE_TIME, quality_gate=None, speed=False, normalise_by=None)


def every_night(*, gate_final_after: int = 0, gate: QualityGate | None = None, **changed: object) -> World:
    """Both ladders on every night; handle time gated by quality where `gate` says so."""
    metrics = (
        replace(UNGATED, quality_gate=gate),
        replace(QUALITY, final_after_days=gate_final_after),
    )
    program = small_program(metrics=metrics, draw=SelectionRule(per_night=2, always=("SPRINT", "CARE")))
    return World(program=with_values(program, categories=(SPRINT, CARE), **changed))


def played(world: World, nights: Iterable[date]) -> World:
    for night in nights:
        world.night(night)
    return world


def of(world: World, day: date, category: str) -> dict[str, Completion]:
    return {each.member: each for each in world.queue.sent if each.date == day and each.category == category}


def outcome(world: World, day: date, category: str, slot: int) -> str:
    return OUTCOMES[world.assignments.outcomes("bank", day)[category][slot]]


def value(world: World, user: str, day: date, metric: str = "AHT") -> float | None:
    return next((each.value for each in world.source.known[metric] if (each.user, each.day) == (user, day)), None)


def corrected(world: World, user: str, day: date, value: float, metric: str = "AHT") -> None:
    others = [each for each in world.source.known[metric] if (each.user, each.day) != (user, day)]
    world.source.known[metric] = [*others, Reading(user, day, value, 40.0)]


def test_who_met_the_target_of_his_tier_is_completed_and_nobody_else() -> None:
    world = played(every_night(), NIGHTS[:2])
    assignment = world.assignments.load("bank", f"{NIGHTS[0]}#0001")
    rotation = world.rotations.get("bank", f"{NIGHTS[0]}#0001")
    assert rotation is not None
    assert rotation.plan is not None
    for slot, member in enumerate(world.roster):
        tier, did = assignment["SPRINT"].played[slot], value(world, member.user, NIGHTS[0])
        target = rotation.plan.targets["SPRINT"].shown[tier - 1]
        completed = member.id in of(world, NIGHTS[0], "SPRINT")
        assert completed == (did is not None and did <= target)


def test_a_completion_waits_for_the_figures_of_its_quality_gate() -> None:
    world = every_night(gate_final_after=3, gate=QualityGate(metric="QA", at_least=0, over_days=1))
    played(world, NIGHTS[:2])
    assert not of(world, NIGHTS[0], "SPRINT")
    assert {"provisional"} <= {outcome(world, NIGHTS[0], "SPRINT", slot) for slot in range(9)}
    played(world, NIGHTS[2:5])
    assert of(world, NIGHTS[0], "SPRINT")
    assert {outcome(world, NIGHTS[0], "SPRINT", slot) for slot in range(9)} <= {
        "completed",
        "missed",
        "absent",
        "unproven",
    }


def test_a_gate_that_was_not_kept_is_said_and_nothing_is_sent() -> None:
    world = played(every_night(gate=QualityGate(metric="QA", at_least=1e6)), NIGHTS[:2])
    outcomes = {outcome(world, NIGHTS[0], "SPRINT", slot) for slot in range(9)}
    assert "gate failed" in outcomes
    assert "completed" not in outcomes
    assert not of(world, NIGHTS[0], "SPRINT")


def fast(*, normalise_by: Literal["contact_type"] | None) -> World:
    gated = replace(HANDLE_TIME, quality_gate=QualityGate(metric="QA", at_least=0), normalise_by=normalise_by)
    program = small_program(metrics=(gated, QUALITY), draw=SelectionRule(per_night=2, always=("SPRINT", "CARE")))
    return played(World(program=with_values(program, categories=(SPRINT, CARE))), NIGHTS[:2])


def test_speed_is_held_with_its_reason_where_contacts_are_not_compared() -> None:
    world = fast(normalise_by=None)
    assert {each.held for each in of(world, NIGHTS[0], "SPRINT").values()} == {SPEED_HELD}
    assert {each.held for each in of(world, NIGHTS[0], "CARE").values()} == {None}


def test_speed_is_paid_where_contacts_are_compared_and_quality_was_kept() -> None:
    world = fast(normalise_by="contact_type")
    earned = of(world, NIGHTS[0], "SPRINT").values()
    assert {each.held for each in earned} == {None}
    assert any(each.value != each.measured and "usual mix" in each.sentence for each in earned)


def handled(world: World, user: str, contacts: float, *, since: date) -> None:
    """Of every metric, and as good as can be."""
    for metric, readings in world.source.known.items():
        world.source.known[metric] = [
            Reading(each.user, each.day, 0.0 if metric == "AHT" else 100.0, contacts)
            if each.user == user and each.day >= since
            else each
            for each in readings
        ]


def test_one_contact_a_day_completes_nothing_is_no_miss_and_the_member_finds_what_was_needed() -> None:
    world = every_night()
    handled(world, "agent0", 1.0, since=date.min)
    played(world, NIGHTS)
    for night in NIGHTS[:-1]:
        for category in ("SPRINT", "CARE"):
            assert outcome(world, night, category, 0) in {"too few contacts", "absent"}
            assert world.roster[0].id not in of(world, night, category)
    told = [world.assignments.too_few_contacts("bank", night, 0).get("SPRINT") for night in NIGHTS[:-1]]
    assert {each for each in told if each} == {TooFewContacts(1, 10)}
    for night in NIGHTS:
        standings = world.assignments.load("bank", f"{night}#0001")
        assert {standing.tier[0] for standing in standings.values()} == {1}


def test_contacts_that_are_told_later_make_a_completion_of_a_day_that_did_not_count() -> None:
    world = every_night()
    handled(world, "agent0", 1.0, since=NIGHTS[0])
    played(world, NIGHTS[:2])
    assert outcome(world, NIGHTS[0], "SPRINT", 0) == "too few contacts"
    handled(world, "agent0", 40.0, since=NIGHTS[0])
    world.night(NIGHTS[2])
    assert outcome(world, NIGHTS[0], "SPRINT", 0) == "completed"
    assert world.assignments.too_few_contacts("bank", NIGHTS[0], 0) == {}
    assert world.roster[0].id in of(world, NIGHTS[0], "SPRINT")


def test_a_correction_turns_no_into_pay() -> None:
    world = played(every_night(), NIGHTS[:2])
    missed = next(slot for slot in range(9) if outcome(world, NIGHTS[0], "SPRINT", slot) == "missed")
    corrected(world, f"agent{missed}", NIGHTS[0], 1.0)
    world.night(NIGHTS[2])
    assert world.roster[missed].id in of(world, NIGHTS[0], "SPRINT")
    assert outcome(world, NIGHTS[0], "SPRINT", missed) == "completed"


def test_a_correction_never_turns_yes_into_no_by_itself() -> None:
    world = played(every_night(), NIGHTS[:2])
    done = next(slot for slot in range(9) if outcome(world, NIGHTS[0], "SPRINT", slot) == "completed")
    sent = len(world.queue.sent)
    corrected(world, f"agent{done}", NIGHTS[0], 999.0)
    world.night(NIGHTS[2])
    assert outcome(world, NIGHTS[0], "SPRINT", done) == "completed"
    assert len({each.id for each in world.queue.sent}) == len(world.queue.sent) > sent


def test_a_date_is_settled_by_the_rules_it_was_played_under() -> None:
    world = played(every_night(), NIGHTS[:1])
    easy, middle, hard = (replace(rung, points=77) for rung in SPRINT.tiers)
    dearer = replace(SPRINT, tiers=(easy, middle, hard))
    world.program = world.programs.publish(with_values(world.program, categories=(dearer, CARE)))
    played(world, NIGHTS[1:3])
    assert {each.points for each in of(world, NIGHTS[0], "SPRINT").values()} <= {50, 80, 120}
    assert {each.points for each in of(world, NIGHTS[1], "SPRINT").values()} == {77}


def test_where_the_platform_pays_its_word_is_mirrored_and_nothing_is_held() -> None:
    world = every_night(payer="platform")
    world.night(NIGHTS[0])
    world.platform.close_day(NIGHTS[0], world.source, {"AHT": "lower", "QA": "higher"})
    world.night(NIGHTS[1])
    native = {(each.user, each.points) for each in world.platform.completions(NIGHTS[0])}
    mirrored = [each for each in world.queue.sent if each.date == NIGHTS[0]]
    users = {member.id: member.user for member in world.roster}
    assert {(users[each.member], each.points) for each in mirrored} == native
    assert all(each.mirrored and each.held is None for each in mirrored)


def test_a_missed_night_is_settled_by_the_next_one() -> None:
    world = played(every_night(), [NIGHTS[0], NIGHTS[3]])
    assert of(world, NIGHTS[0], "SPRINT")
    assert world.rotations.pointer("bank") == f"{NIGHTS[3]}#0001"
