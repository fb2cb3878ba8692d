"""The gaming guard in settlement: it holds completions on speed, says why, and touches nothing else."""

from dataclasses import replace
from datetime import timedelta

from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rules import Guard, QualityGate, SelectionRule
from ladder.domain.message import Message
from ladder.messages.render import render
from tests.builders.bank import CARE, HANDLE_TIME, QUALITY, SPRINT
from tests.builders.nights import FIRST_NIGHT, NightRunner, small_program
from tests.builders.programs import with_values

NEXT = FIRST_NIGHT + timedelta(days=1)
SHORT = replace(QUALITY, key="SHORT", name="short calls", direction="lower")


def runner_where(*, hangs_up: str | None, leaves: bool = False) -> NightRunner:
    """Everybody has two per cent of short calls, and whoever hangs up twenty."""
    gated = replace(HANDLE_TIME, quality_gate=QualityGate(metric="QA", at_least=0))
    program = small_program(
        metrics=(gated, QUALITY, SHORT),
        selection=SelectionRule(per_night=2, always=("SPRINT", "CARE")),
        guard=Guard(short_contacts="SHORT"),
    )
    runner = NightRunner(program=with_values(program, categories=(SPRINT, CARE)), members=12)
    runner.source.known["SHORT"] = [
        Reading(each.user, each.day, 20.0 if each.user == hangs_up else 2.0 + each.day.day % 2, 60.0)
        for each in runner.source.known["AHT"]
    ]
    for metric in ("AHT", "QA"):  # whoever it is meets every target
        runner.source.known[metric] = [
            replace(each, value=1.0 if metric == "AHT" else 100.0) if each.user == hangs_up else each
            for each in runner.source.known[metric]
        ]
    runner.night(FIRST_NIGHT)
    if leaves:
        roster = tuple(replace(member, active=member.user != hangs_up) for member in runner.roster)
        runner.programs.enrol("bank", roster)
    runner.night(NEXT)
    return runner


def held(runner: NightRunner, category: str) -> dict[str, Message | None]:
    users = {member.id: member.user for member in runner.roster}
    return {users[each.member]: each.held for each in runner.queue.sent if each.category == category}


def somebody_at_work() -> str:
    """With figures of both metrics on the first day."""
    known = runner_where(hangs_up=None).source.known
    both = ({each.user for each in known[metric] if each.day == FIRST_NIGHT} for metric in ("AHT", "QA"))
    return min(set.intersection(*both))


def test_completions_on_speed_of_who_hangs_up_wait_with_a_sentence_that_accuses_nobody() -> None:
    user = somebody_at_work()
    runner = runner_where(hangs_up=user)
    waiting = held(runner, "SPRINT")[user]
    assert waiting is not None
    assert (waiting.code, waiting.parameters["share"]) == ("challenges.flagged_short_contacts", 20)
    assert "nothing is taken away" in render(waiting)
    assert {why for who, why in held(runner, "SPRINT").items() if who != user} <= {None}


def test_who_has_left_since_is_flagged_for_the_last_day_all_the_same() -> None:
    user = somebody_at_work()
    stayed, left = (held(runner_where(hangs_up=user, leaves=leaves), "SPRINT") for leaves in (False, True))
    assert left[user] == stayed[user]


def test_what_is_not_speed_is_paid_all_the_same() -> None:
    user = somebody_at_work()
    assert held(runner_where(hangs_up=user), "CARE")[user] is None


def test_where_nobody_stands_out_nobody_is_held() -> None:
    assert set(held(runner_where(hangs_up=None), "SPRINT").values()) <= {None}
