"""Two challenges on one metric really pay a member twice on the platform; the guard is what prevents it."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

from infra.cli.program_file import load_program
from infra.local.call_history import call_history
from infra.local.nights import run_night
from infra.local.stage import stage
from ladder.domain.challenges.rules import Category, SelectionRule
from ladder.domain.programs.program import Program
from tests.builders.programs import with_values
from tests.paths import PROGRAMS

PROGRAM = PROGRAMS / "bank.yaml"
NIGHT = date(1999, 1, 15)


def of_its_own_groups(category: Category) -> Category:
    first, second, third = (replace(rung, group_id=f"own_{rung.group_id}") for rung in category.tiers)
    return replace(category, tiers=(first, second, third))


def two_ladders_of_handle_time(*, exclusive: bool) -> Program:
    """On every night both, where nobody prevents it; and the platform pays."""
    bank = load_program(PROGRAM)
    handle_time = replace(
        bank.challenges.metric("AHT"), exclusive=exclusive, speed=False, normalise_by=None, quality_gate=None
    )
    return with_values(
        bank,
        payer="platform",
        metrics=(handle_time,),
        categories=(bank.challenges.category("AHT_SPRINT"), of_its_own_groups(bank.challenges.category("AHT_STEADY"))),
        selection=SelectionRule(per_night=2),
        contact_types=(),
        guard=None,
        hard_contacts=None,
        metric_files=None,
    )


def most_payments_to_one_agent(program: Program) -> int:
    with stage(program, call_history(1, data=Path("nowhere"))) as live:
        run_night(live, NIGHT)
        paid = Counter(completion.user_id for completion in live.simulator.close_day(NIGHT))
    return max(paid.values(), default=0)


def test_with_the_guard_off_the_simulator_really_pays_twice() -> None:
    assert most_payments_to_one_agent(two_ladders_of_handle_time(exclusive=False)) == 2


def test_with_the_guard_on_it_never_does() -> None:
    assert most_payments_to_one_agent(two_ladders_of_handle_time(exclusive=True)) == 1
