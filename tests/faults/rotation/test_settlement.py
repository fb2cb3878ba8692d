"""Completions: sent when figures are final, at least once, always the same, and never taken back by a machine."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from ladder.domain.challenges.completion import Completion, TooFewContacts
from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rules import QualityGate, SelectionRule
from ladder.domain.message import Message
from tests.builders.bank import CARE, HANDLE_TIME, QUALITY, SPRINT
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values
from tests.faults.rotation.settled_nights import corrected, every_night, outcome, value

NIGHTS = [FIRST_NIGHT + timedelta(days=n) for n in range(6)]


def played(runner: NightRunner, nights: Iterable[date]) -> NightRunner:
    for night in nights:
        runner.night(night)
    return runner


def of(runner: NightRunner, day: date, category: str) -> dict[str, Completion]:
    return {each.member: each for each in runner.queue.sent if each.date == day and each.category == category}


def test_who_met_the_target_of_their_tier_is_completed_and_nobody_else() -> None:
    runner = played(every_night(), NIGHTS[:2])
    assignment = runner.assignments.load("bank", f"{NIGHTS[0]}#0001")
    rotation = runner.rotations.get("bank", f"{NIGHTS[0]}#0001")
    assert rotation is not None
    assert rotation.plan is not None
    for slot, member in enumerate(runner.roster):
        tier, did = assignment["SPRINT"].played[slot], value(runner, member.user, NIGHTS[0])
        target = rotation.plan.targets["SPRINT"].shown[tier - 1]
        completed = member.id in of(runner, NIGHTS[0], "SPRINT")
        assert completed == (did is not None and did <= target)


def test_a_completion_waits_for_the_figures_of_its_quality_gate() -> None:
    runner = every_night(gate_final_after=3, gate=QualityGate(metric="QA", at_least=0, over_days=1))
    played(runner, NIGHTS[:2])
    assert not of(runner, NIGHTS[0], "SPRINT")
    assert {"provisional"} <= {outcome(runner, NIGHTS[0], "SPRINT", slot) for slot in range(9)}
    played(runner, NIGHTS[2:5])
    assert of(runner, NIGHTS[0], "SPRINT")
    assert {outcome(runner, NIGHTS[0], "SPRINT", slot) for slot in range(9)} <= {
        "completed",
        "missed",
        "absent",
        "unproven",
    }


def test_a_gate_that_was_not_kept_is_said_and_nothing_is_sent() -> None:
    runner = played(every_night(gate=QualityGate(metric="QA", at_least=1e6)), NIGHTS[:2])
    outcomes = {outcome(runner, NIGHTS[0], "SPRINT", slot) for slot in range(9)}
    assert "gate failed" in outcomes
    assert "completed" not in outcomes
    assert not of(runner, NIGHTS[0], "SPRINT")


def fast(*, normalise_by: Literal["contact_type"] | None) -> NightRunner:
    gated = replace(HANDLE_TIME, quality_gate=QualityGate(metric="QA", at_least=0), normalise_by=normalise_by)
    program = small_program(metrics=(gated, QUALITY), selection=SelectionRule(per_night=2, always=("SPRINT", "CARE")))
    return played(NightRunner(program=with_values(program, categories=(SPRINT, CARE))), NIGHTS[:2])


def test_speed_is_held_with_its_reason_where_contacts_are_not_compared() -> None:
    runner = fast(normalise_by=None)
    assert {each.held for each in of(runner, NIGHTS[0], "SPRINT").values()} == {Message("challenges.speed_is_held")}
    assert {each.held for each in of(runner, NIGHTS[0], "CARE").values()} == {None}


def test_speed_is_paid_where_contacts_are_compared_and_quality_was_kept() -> None:
    runner = fast(normalise_by="contact_type")
    earned = of(runner, NIGHTS[0], "SPRINT").values()
    assert {each.held for each in earned} == {None}
    assert any(each.value != each.measured and each.sentence.code == "challenges.met_with_other_mix" for each in earned)


def handled(runner: NightRunner, user: str, contacts: float, *, since: date) -> None:
    """Of every metric, and as good as can be."""
    for metric, readings in runner.source.known.items():
        runner.source.known[metric] = [
            Reading(each.user, each.day, 0.0 if metric == "AHT" else 100.0, contacts)
            if each.user == user and each.day >= since
            else each
            for each in readings
        ]


def test_one_contact_a_day_completes_nothing_is_no_miss_and_the_member_finds_what_was_needed() -> None:
    runner = every_night()
    handled(runner, "agent0", 1.0, since=date.min)
    played(runner, NIGHTS)
    for night in NIGHTS[:-1]:
        for category in ("SPRINT", "CARE"):
            assert outcome(runner, night, category, 0) in {"too few contacts", "absent"}
            assert runner.roster[0].id not in of(runner, night, category)
    told = [runner.assignments.too_few_contacts("bank", night, 0).get("SPRINT") for night in NIGHTS[:-1]]
    assert {each for each in told if each} == {TooFewContacts(1, 10)}
    for night in NIGHTS:
        standings = runner.assignments.load("bank", f"{night}#0001")
        assert {standing.tier[0] for standing in standings.values()} == {1}


def test_contacts_that_are_told_later_make_a_completion_of_a_day_that_did_not_count() -> None:
    runner = every_night()
    handled(runner, "agent0", 1.0, since=NIGHTS[0])
    played(runner, NIGHTS[:2])
    assert outcome(runner, NIGHTS[0], "SPRINT", 0) == "too few contacts"
    handled(runner, "agent0", 40.0, since=NIGHTS[0])
    runner.night(NIGHTS[2])
    assert outcome(runner, NIGHTS[0], "SPRINT", 0) == "completed"
    assert runner.assignments.too_few_contacts("bank", NIGHTS[0], 0) == {}
    assert runner.roster[0].id in of(runner, NIGHTS[0], "SPRINT")


def test_a_correction_turns_no_into_pay() -> None:
    runner = played(every_night(), NIGHTS[:2])
    missed = next(slot for slot in range(9) if outcome(runner, NIGHTS[0], "SPRINT", slot) == "missed")
    corrected(runner, f"agent{missed}", NIGHTS[0], 1.0)
    runner.night(NIGHTS[2])
    assert runner.roster[missed].id in of(runner, NIGHTS[0], "SPRINT")
    assert outcome(runner, NIGHTS[0], "SPRINT", missed) == "completed"


def test_a_correction_never_turns_yes_into_no_by_itself() -> None:
    runner = played(every_night(), NIGHTS[:2])
    done = next(slot for slot in range(9) if outcome(runner, NIGHTS[0], "SPRINT", slot) == "completed")
    sent = len(runner.queue.sent)
    corrected(runner, f"agent{done}", NIGHTS[0], 999.0)
    runner.night(NIGHTS[2])
    assert outcome(runner, NIGHTS[0], "SPRINT", done) == "completed"
    assert len({each.id for each in runner.queue.sent}) == len(runner.queue.sent) > sent


def test_a_date_is_settled_by_the_rules_it_was_played_under() -> None:
    runner = played(every_night(), NIGHTS[:1])
    easy, middle, hard = (replace(rung, points=77) for rung in SPRINT.tiers)
    dearer = replace(SPRINT, tiers=(easy, middle, hard))
    runner.program = runner.programs.publish(with_values(runner.program, categories=(dearer, CARE)))
    played(runner, NIGHTS[1:3])
    assert {each.points for each in of(runner, NIGHTS[0], "SPRINT").values()} <= {50, 80, 120}
    assert {each.points for each in of(runner, NIGHTS[1], "SPRINT").values()} == {77}


def test_where_the_platform_pays_its_word_is_mirrored_and_nothing_is_held() -> None:
    runner = every_night(payer="platform")
    runner.night(NIGHTS[0])
    runner.platform.close_day(NIGHTS[0], runner.source, {"AHT": "lower", "QA": "higher"})
    runner.night(NIGHTS[1])
    native = {(each.user, each.points) for each in runner.platform.completions(NIGHTS[0])}
    mirrored = [each for each in runner.queue.sent if each.date == NIGHTS[0]]
    users = {member.id: member.user for member in runner.roster}
    assert {(users[each.member], each.points) for each in mirrored} == native
    assert all(each.mirrored and each.held is None for each in mirrored)


def test_a_missed_night_is_settled_by_the_next_one() -> None:
    runner = played(every_night(), [NIGHTS[0], NIGHTS[3]])
    assert of(runner, NIGHTS[0], "SPRINT")
    assert runner.rotations.pointer("bank") == f"{NIGHTS[3]}#0001"
