"""Nights of the deployed bundle on a platform that allows one active challenge per metric, declared or not."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from infra.cli.driver.sending import Queue
from infra.cli.program_file import load_program
from infra.local.call_history import CallHistory, call_history
from infra.local.nights import NightFailed, kill_at, rerun_by_hand, run_night
from infra.local.simulator import Faults
from infra.local.stage import Stage, stage
from ladder.domain.challenges.rotation import RotationPlan
from ladder.domain.challenges.rules import Peers, SelectionRule
from ladder.domain.programs.program import Program
from tests.builders.programs import with_values
from tests.e2e.finished_nights import finish
from tests.paths import PROGRAMS

PROGRAM = PROGRAMS / "bank.yaml"
FIRST = date(1999, 1, 15)
SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)


def handle_time_every_night(*, declared: bool, payer: str = "ladder") -> Program:
    """One category, settled on the next night: nothing is held and nobody is compared apart."""
    bank = load_program(PROGRAM)
    assert bank.challenges.platform
    handle_time = replace(bank.challenges.metric("AHT"), speed=False, normalise_by=None, quality_gate=None)
    return with_values(
        bank,
        payer=payer,
        platform=replace(bank.challenges.platform, one_active_per_metric=declared),
        metrics=(handle_time,),
        categories=(bank.challenges.category("AHT_SPRINT"),),
        selection=SelectionRule(),
        peers=Peers(by_channel=False, tenure_bands_days=()),
        contact_types=(),
        guard=None,
        hard_contacts=None,
        reward_rules=(),
        metric_files=None,
    )


def planned(live: Stage, day: date) -> RotationPlan:
    found = live.stores.rotations.latest(live.program.key, day)
    assert found is not None
    assert found.step == "announced"
    assert found.plan is not None
    return found.plan


def assert_one_for_all_tiers(live: Stage, day: date) -> None:
    (category,), (posted,) = live.program.challenges.categories, live.simulator.active()
    targets, found = planned(live, day).targets[category.key].shown, live.stores.rotations.latest("bank", day)
    assert found is not None
    assert found.launches[category.key].challenge == posted.id
    assert set(posted.group_ids) == set(category.groups)
    assert (posted.target_value, posted.points) == (targets[2], 0)
    for tier, (target, rung) in enumerate(zip(targets, category.tiers, strict=True), start=1):
        assert f"Tier {tier}: " in posted.description
        assert f"Target: at or below {target:g} s. Worth {rung.points} points." in posted.description


def assert_each_paid_by_their_own_tier(live: Stage, history: CallHistory, day: date) -> None:
    Queue(live.aws.client("sqs"), live.outputs).drain()
    (category,) = live.program.challenges.categories
    targets = planned(live, day).targets[category.key].shown
    rotation = live.stores.rotations.latest("bank", day)
    assert rotation is not None
    played = live.stores.assignments.load("bank", rotation.claim.rotation)[category.key].played
    values = {each.user: each.value for each in history.readings["AHT"] if each.day == day}
    due = {
        member.id: category.tiers[tier - 1].points
        for member, tier in zip(live.roster, played, strict=True)
        if tier and member.user in values and values[member.user] <= targets[tier - 1]
    }
    assert len(set(due.values())) > 1  # of more than one tier
    paid = {each.member: each.entries[0].points for each in live.accounts() if each.entries}
    assert paid == due


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "not declared"])
def test_nights_go_live_and_pay_by_tier_and_the_programs_owner_is_told(*, declared: bool) -> None:
    history = call_history(1, data=Path("nowhere"))
    faults = Faults(one_active_per_metric=True)
    with stage(handle_time_every_night(declared=declared), history, faults=faults) as live:
        run_night(live, FIRST)
        assert_one_for_all_tiers(live, FIRST)
        live.simulator.close_day(FIRST)
        kill_at(live, SECOND, "verified")
        finish(live, SECOND)
        assert_one_for_all_tiers(live, SECOND)
        assert_each_paid_by_their_own_tier(live, history, FIRST)
        rerun_by_hand(live, SECOND, actor="ops.admin", reason="new rules")
        assert_one_for_all_tiers(live, SECOND)
        run_night(live, THIRD)
        assert_one_for_all_tiers(live, THIRD)
        codes = {warning.code for warning in planned(live, THIRD).warnings}
        assert ("rotation.one_challenge_for_all_tiers" in codes) is not declared


def test_where_the_platform_pays_the_nights_record_says_what_to_write() -> None:
    program, faults = handle_time_every_night(declared=False, payer="platform"), Faults(one_active_per_metric=True)
    with stage(program, call_history(1, data=Path("nowhere")), faults=faults) as live:
        with pytest.raises(NightFailed, match=r"payer: ladder .*one_active_per_metric: true under platform"):
            run_night(live, FIRST)
        assert live.simulator.active() == []
