"""A date is judged as it was played, whatever has become of the members since."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from ladder.domain.challenges.peers import population
from ladder.domain.challenges.plan import plan_rotation
from ladder.domain.challenges.rotation import Claim, Rotation
from ladder.domain.members.roster import Roster
from ladder.domain.programs.program import Program
from rotation.activated_dates import ActivatedDate, challenges_asked
from tests.builders.planning import NIGHT, history, program, roster, work

MEMBERS, DAYS = 50, 120
PROGRAM = program()
MIXED = tuple(
    replace(member, channel=("voice", "chat")[slot % 2], hired_on=NIGHT if slot % 4 == 0 else None)
    for slot, member in enumerate(roster(MEMBERS))
)


def night_of(planned_for: Roster, *, today: Roster, of: Program = PROGRAM) -> ActivatedDate:
    """Planned for `planned_for`, looked at when the roster is `today`'s."""
    slower_on_chat = work(len(planned_for), DAYS) + np.arange(len(planned_for)) % 2 * 200
    plan = plan_rotation(
        of.challenges,
        of.caps,
        NIGHT,
        seed=of.key,
        population=population(of.challenges, planned_for, NIGHT),
        history=history({"AHT": slower_on_chat}),
        previous={},
        last_selected={},
        taken=(),
        relieved={},
        take_part={},
    )
    claim = Claim(program=of.key, date=NIGHT, revision=1, attempt=1)
    rotation = Rotation(
        claim=claim,
        actor="the schedule",
        reason="",
        claimed_at=datetime(2026, 3, 10, tzinfo=UTC),
        program_version=1,
        plan=plan.rotation_plan,
    )
    return ActivatedDate(rotation, of, today, plan.assignment)


def test_who_changes_channel_after_the_night_is_judged_by_the_target_they_saw() -> None:
    elsewhere = tuple(replace(member, channel="mail", hired_on=NIGHT) for member in MIXED)

    as_planned, today = (night_of(MIXED, today=each) for each in (MIXED, elsewhere))
    asked, still = challenges_asked(as_planned, "AHT_SPRINT"), challenges_asked(today, "AHT_SPRINT")

    by_peers = as_planned.targets["AHT_SPRINT"].by_peers
    expected = [
        by_peers[f"{member.channel}, {'over' if member.hired_on is None else 'up to'} 90 days"][tier - 1]
        for member, tier in zip(MIXED, asked.tiers, strict=True)
    ]
    assert asked.target.tolist() == still.target.tolist() == expected
    assert len({by_peers["voice, over 90 days"], by_peers["chat, over 90 days"]}) == 2


def test_who_joined_since_had_no_challenge() -> None:
    asked = challenges_asked(night_of(MIXED, today=(*MIXED, *roster(3))), "AHT_SPRINT")

    assert asked.tiers[MEMBERS:].tolist() == [0, 0, 0]
    assert np.isnan(asked.target[MEMBERS:]).all()


def test_a_night_without_members_asks_nothing_of_who_joined_since() -> None:
    asked = challenges_asked(night_of((), today=roster(3)), "AHT_SPRINT")

    assert asked.tiers.tolist() == [0, 0, 0]
    assert np.isnan(asked.target).all()
