"""What a member is asked today: his tier, his peers' target, in the words of the library."""

from dataclasses import replace

from ladder.domain.assignment import Place
from ladder.domain.rotation import Night, Targets
from ladder.domain.today import challenges
from tests.domain.examples import NIGHT, category, metric, program

FIRST, SECOND, THIRD = (
    replace(rung, name="sprint", description=f"keep it under {rung.target_value} s") for rung in category().tiers
)
PROGRAM = program(metrics=(metric(),), categories=(replace(category(), tiers=(FIRST, SECOND, THIRD)),))
TARGETS = Targets(
    shown=(300.0, 200.0, 100.0),
    by_peers={"voice, up to 90 days": (330.0, 230.0, 130.0), "voice, over 90 days": (300.0, 200.0, 100.0)},
    from_history=True,
)
PLANNED = Night(
    drawn=("AHT_SPRINT",),
    deferred={},
    targets={"AHT_SPRINT": TARGETS},
    last_drawn={"AHT_SPRINT": NIGHT},
    lowered=0,
    dropped=0,
)


def test_he_is_asked_what_his_tier_and_his_peers_are_asked() -> None:
    (told,) = challenges(PROGRAM, PLANNED, {"AHT_SPRINT": Place(played=2, peers=1)})
    assert (told.tier, told.points, told.target, told.shown) == (2, 100, 230.0, 200.0)
    assert told.description == "keep it under 230 s"
    assert told.sentence == (
        "What counts for you: average handle time at or below 230 s. The platform shows 200 s: that is for all."
    )


def test_where_both_numbers_are_one_only_one_is_told() -> None:
    (told,) = challenges(PROGRAM, PLANNED, {"AHT_SPRINT": Place(played=3, peers=0)})
    assert told.sentence == "What counts for you: average handle time at or below 100 s."


def test_peers_that_the_night_did_not_know_are_the_whole_program() -> None:
    (told,) = challenges(PROGRAM, PLANNED, {"AHT_SPRINT": Place(played=1, peers=9)})
    assert told.target == 300.0


def test_who_plays_nothing_is_asked_nothing() -> None:
    assert challenges(PROGRAM, PLANNED, {"AHT_SPRINT": Place(played=0, peers=0)}) == ()
    assert challenges(PROGRAM, PLANNED, {}) == ()
