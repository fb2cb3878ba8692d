"""The gaming guard in settlement: it holds completions on speed, says why, and touches nothing else."""

from dataclasses import replace
from datetime import timedelta

from ladder.domain.challenges.ports import Reading
from ladder.domain.challenges.rules import Guard, QualityGate, SelectionRule
from tests.builders.bank import CARE, HANDLE_TIME, QUALITY, SPRINT
from tests.builders.nights import FIRST_NIGHT, World, small_program
from tests.programs import with_values

NEXT = FIRST_NIGHT + timedelta(days=1)
SHORT = replace(QUALITY, key="SHORT", name="short calls", direction="lower")


def house(*, hangs_up: str | None) -> World:
    """Everybody has two per cent of short calls, and whoever hangs up twenty."""
    gated = replace(HANDLE_TIME, quality_gate=QualityGate(metric="QA", at_least=0))
    program = small_program(
        metrics=(gated, QUALITY, SHORT),
        draw=SelectionRule(per_night=2, always=("SPRINT", "CARE")),
        guard=Guard(short_contacts="SHORT"),
    )
    world = World(program=with_values(program, categories=(SPRINT, CARE)), members=12)
    world.source.known["SHORT"] = [
        Reading(each.user, each.day, 20.0 if each.user == hangs_up else 2.0 + each.day.day % 2, 60.0)
        for each in world.source.known["AHT"]
    ]
    for metric in ("AHT", "QA"):  # whoever it is meets every target
        world.source.known[metric] = [
            replace(each, value=1.0 if metric == "AHT" else 100.0) if each.user == hangs_up else each
            for each in world.source.known[metric]
        ]
    world.night(FIRST_NIGHT)
    world.night(NEXT)
    return world


def held(world: World, category: str) -> dict[str, str | None]:
    users = {member.id: member.user for member in world.roster}
    return {users[each.member]: each.held for each in world.queue.sent if each.category == category}


def somebody_at_work() -> str:
    """With figures of both metrics on the first day."""
    known = house(hangs_up=None).source.known
    both = ({each.user for each in known[metric] if each.day == FIRST_NIGHT} for metric in ("AHT", "QA"))
    return min(set.intersection(*both))


def test_completions_on_speed_of_who_hangs_up_wait_with_a_sentence_that_accuses_nobody() -> None:
    user = somebody_at_work()
    world = house(hangs_up=user)
    waiting = held(world, "SPRINT")[user]
    assert waiting is not None
    assert "20 %" in waiting
    assert "nothing is taken away" in waiting
    assert {why for who, why in held(world, "SPRINT").items() if who != user} <= {None}


def test_what_is_not_speed_is_paid_all_the_same() -> None:
    user = somebody_at_work()
    assert held(house(hangs_up=user), "CARE")[user] is None


def test_where_nobody_stands_out_nobody_is_held() -> None:
    assert set(held(house(hangs_up=None), "SPRINT").values()) <= {None}
