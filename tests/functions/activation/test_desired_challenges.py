"""What the platform is given to show: honest for every tier, also where one challenge is for all of them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from activation.desired_challenges import desired_challenges, matches
from ladder.domain.challenges.assignment import Standing
from ladder.domain.challenges.ports import LiveChallenge, NewChallenge
from ladder.domain.challenges.rotation import Claim, Rotation, RotationPlan, Targets, launch_key, launched_for
from ladder.domain.challenges.rules import Platform
from ladder.domain.programs.program import Program
from ladder.domain.validation.constraints import Direction
from tests.builders.planning import NIGHT, category, metric, program

FIRST, SECOND, THIRD = (
    replace(rung, name="Sprint", description=f"Keep it under {rung.target_value:g} s.", points=worth)
    for rung, worth in zip(category().tiers, (1, 80, 1200), strict=True)
)
LADDER = replace(category(), tiers=(FIRST, SECOND, THIRD))
ASKED = {"lower": (215.0, 182.5, 150.0), "higher": (60.0, 70.0, 80.0)}


def challenges(
    played: bytes, *, joint: bool, direction: Direction = "lower", of: Program | None = None
) -> dict[str, NewChallenge]:
    asked = ASKED[direction]
    night = RotationPlan(
        selected=("AHT_SPRINT",),
        deferred={},
        targets={"AHT_SPRINT": Targets(shown=asked, by_peers={}, from_history=True)},
        last_selected={},
        lowered=0,
        dropped=0,
        joint={"AHT_SPRINT": 0.0} if joint else {},
    )
    rotation = Rotation(
        claim=Claim(program="bank-north", date=NIGHT, revision=1, attempt=1),
        actor="the schedule",
        reason="nightly",
        claimed_at=datetime(2026, 3, 10, tzinfo=UTC),
        program_version=1,
        plan=night,
    )
    standing = replace(Standing.new(len(played)), played=played)
    playing = of or program(metrics=(metric(direction=direction),), categories=(LADDER,))
    return {each.key: each.challenge for each in desired_challenges(rotation, playing, {"AHT_SPRINT": standing})}


def test_a_challenge_for_all_tiers_names_the_target_and_the_points_of_each() -> None:
    (asked,) = challenges(b"\x01\x02\x03\x00\x01", joint=True).values()
    assert asked.groups == LADDER.groups
    assert (asked.name, asked.points) == ("Sprint", 0)
    assert asked.description == (
        "One challenge for all tiers: the target of your own tier counts for you, never a harder one. "
        "The number displayed, 150 s, is the hardest of them. "
        "Tier 1: Keep it under 215 s. Target: at or below 215 s. Worth 1 point. "
        "Tier 2: Keep it under 182.5 s. Target: at or below 182.5 s. Worth 80 points. "
        "Tier 3: Keep it under 150 s. Target: at or below 150 s. Worth 1,200 points."
    )


def test_what_ladder_adds_to_a_description_is_in_the_language_of_the_platform() -> None:
    german = program(
        metrics=(metric(),), categories=(LADDER,), platform=Platform(kind="wem", membership="adds", language="de-CH")
    )
    asked = challenges(b"\x02\x03", joint=False, of=german)
    assert [challenge.description for challenge in asked.values()] == [
        "Keep it under 182.5 s. Bringt 80 Punkte.",
        "Keep it under 150 s. Bringt 1.200 Punkte.",
    ]


@pytest.mark.parametrize(
    ("direction", "played", "shown"),
    [
        ("lower", b"\x01\x02\x03", 150.0),
        ("lower", b"\x01\x02", 182.5),
        ("higher", b"\x01\x02\x03", 80.0),
        ("higher", b"\x02\x01", 70.0),
    ],
)
def test_its_one_number_is_the_hardest_that_somebody_plays_so_nobody_is_held_to_a_harder_one(
    direction: Direction, played: bytes, shown: float
) -> None:
    (asked,) = challenges(played, joint=True, direction=direction).values()
    assert asked.target == shown
    held = [ASKED[direction][tier - 1] for tier in played]
    assert all(own >= shown if direction == "lower" else own <= shown for own in held)
    assert asked.groups == tuple(LADDER.groups[tier - 1] for tier in sorted(played))
    assert all(f"Tier {tier}:" in asked.description for tier in played)


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_where_one_tier_is_played_its_challenge_is_like_any_other(tier: int) -> None:
    played = bytes([tier, 0, tier])
    assert list(challenges(played, joint=True).values()) == list(challenges(played, joint=False).values())


def test_where_nobody_plays_nothing_is_posted() -> None:
    assert challenges(b"\x00\x00", joint=True) == challenges(b"\x00\x00", joint=False) == {}


def test_names_that_differ_by_tier_all_stand_in_the_name() -> None:
    named = tuple(replace(rung, name=name) for rung, name in zip(LADDER.tiers, ("Calm", "Sure", "Calm"), strict=True))
    of = program(metrics=(metric(),), categories=(replace(LADDER, tiers=(named[0], named[1], named[2])),))
    (asked,) = challenges(b"\x01\x02\x03", joint=True, of=of).values()
    assert asked.name == "Calm / Sure"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_a_challenge_for_all_tiers_is_recognised_whatever_order_its_groups_are_listed_in(
    order: tuple[int, ...],
) -> None:
    (asked,) = challenges(b"\x01\x02\x03", joint=True).values()
    live = LiveChallenge(
        id="c-1",
        name=asked.name,
        metric=asked.metric,
        groups=tuple(asked.groups[n] for n in order),
        target=asked.target,
        points=0,
        starts_at=asked.starts_at,
    )
    assert matches(live, asked)
    assert not matches(replace(live, groups=asked.groups[:2]), asked)
    assert not any(matches(live, each) for each in challenges(b"\x01\x02\x03", joint=False).values())


@pytest.mark.parametrize("tier", [None, 1, 3])
def test_the_key_of_a_launch_tells_its_category_and_its_tier(tier: int | None) -> None:
    assert launched_for(launch_key("AHT_SPRINT-2", tier)) == ("AHT_SPRINT-2", tier)
