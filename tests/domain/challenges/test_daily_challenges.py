"""What a member is asked today: their tier, their peers' target, in the words of the library."""

from dataclasses import replace
from datetime import date

import pytest

from ladder.domain.challenges.assignment import OWN_CAPS, PROGRAM_CAP, MemberStanding
from ladder.domain.challenges.caps import Caps
from ladder.domain.challenges.daily_challenges import daily_challenges, left_out
from ladder.domain.challenges.rotation import RotationPlan, Targets
from ladder.domain.message import Message, Parameter
from ladder.messages.render import render
from tests.builders.planning import NIGHT, category, metric, program
from tests.builders.programs import with_values

FIRST, SECOND, THIRD = (
    replace(rung, name="sprint", description=f"keep it under {rung.target_value} s") for rung in category().tiers
)
PROGRAM = program(metrics=(metric(),), categories=(replace(category(), tiers=(FIRST, SECOND, THIRD)),))
TARGETS = Targets(
    shown=(300.0, 200.0, 100.0),
    by_peers={"voice, up to 90 days": (330.0, 230.0, 130.0), "voice, over 90 days": (300.0, 200.0, 100.0)},
    from_history=True,
)
PLANNED = RotationPlan(
    selected=("AHT_SPRINT",),
    deferred={},
    targets={"AHT_SPRINT": TARGETS},
    last_selected={"AHT_SPRINT": NIGHT},
    lowered=0,
    dropped=0,
)


def test_they_are_asked_what_their_tier_and_their_peers_are_asked() -> None:
    (told,) = daily_challenges(
        PROGRAM.challenges,
        PROGRAM.caps,
        PLANNED,
        {"AHT_SPRINT": MemberStanding(played=2, peers=1, tier=2)},
        relieved={},
    )
    assert (told.tier, told.points, told.target, told.shown) == (2, 100, 230.0, 200.0)
    assert told.description == "keep it under 230 s"
    assert " ".join(map(render, told.explanation)) == (
        "What counts for you: average handle time at or below 230 s. The platform shows 200 s, the target of your "
        "whole group. The day counts once you have handled about a quarter of the contacts that your peers handle."
    )


@pytest.mark.parametrize(("played", "target"), [(1, 330.0), (2, 230.0), (3, 130.0)])
def test_where_one_challenge_is_for_all_tiers_everybody_reads_their_own_target_and_what_the_other_number_is(
    played: int, target: float
) -> None:
    joint = replace(PLANNED, joint={"AHT_SPRINT": 100.0})
    (told,) = daily_challenges(
        PROGRAM.challenges,
        PROGRAM.caps,
        joint,
        {"AHT_SPRINT": MemberStanding(played=played, peers=1, tier=played)},
        relieved={},
    )
    assert (told.target, told.shown, told.tier) == (target, 100.0, played)
    assert told.description == f"keep it under {target:g} s"
    own: dict[str, Parameter] = {"metric": "average handle time", "direction": "lower", "target": target, "unit": "s"}
    assert told.explanation == (
        Message("challenges.target", own),
        Message("challenges.shows_hardest_target", {"target": 100.0, "unit": "s"}),
        Message("challenges.counts_by_peers"),
    )
    assert render(told.explanation[0]) == f"What counts for you: average handle time at or below {target:g} s."


def test_where_both_numbers_are_one_only_one_is_told() -> None:
    (told,) = daily_challenges(
        PROGRAM.challenges,
        PROGRAM.caps,
        PLANNED,
        {"AHT_SPRINT": MemberStanding(played=3, peers=0, tier=3)},
        relieved={},
    )
    assert [message.code for message in told.explanation] == ["challenges.target", "challenges.counts_by_peers"]
    assert told.explanation[0].parameters["target"] == 100.0


def test_peers_that_the_night_did_not_know_are_the_whole_program() -> None:
    (told,) = daily_challenges(
        PROGRAM.challenges,
        PROGRAM.caps,
        PLANNED,
        {"AHT_SPRINT": MemberStanding(played=1, peers=9, tier=1)},
        relieved={},
    )
    assert told.target == 300.0


def test_who_plays_nothing_is_asked_nothing() -> None:
    assert (
        daily_challenges(
            PROGRAM.challenges,
            PROGRAM.caps,
            PLANNED,
            {"AHT_SPRINT": MemberStanding(played=0, peers=0, tier=2)},
            relieved={},
        )
        == ()
    )
    assert daily_challenges(PROGRAM.challenges, PROGRAM.caps, PLANNED, {}, relieved={}) == ()


@pytest.mark.parametrize(
    ("played", "tier", "until", "told"),
    [
        (2, 3, date(2026, 3, 12), True),
        (1, 3, date(2026, 3, 12), True),  # pre-flight took another step
        (2, 3, None, False),  # pre-flight alone
        (1, 1, date(2026, 3, 12), False),  # nothing is easier
        (3, 3, date(2026, 3, 12), False),  # the platform left them in their group
    ],
)
def test_a_difficulty_relief_is_told_where_they_really_play_an_easier_tier(
    *, played: int, tier: int, until: date | None, told: bool
) -> None:
    place = MemberStanding(played=played, peers=1, tier=tier)
    (today,) = daily_challenges(
        PROGRAM.challenges,
        PROGRAM.caps,
        PLANNED,
        {"AHT_SPRINT": place},
        relieved={"AHT_SPRINT": until} if until else {},
    )
    eased = Message("challenges.eased_until", {"day": "2026-03-12"})
    assert (today.explanation[-1] == eased) == told
    assert (eased in today.explanation) == told
    assert "until Thursday 12 March" in render(eased)


def test_a_difficulty_relief_of_another_category_is_not_told() -> None:
    place = MemberStanding(played=2, peers=1, tier=3)
    (today,) = daily_challenges(
        PROGRAM.challenges, PROGRAM.caps, PLANNED, {"AHT_SPRINT": place}, relieved={"CARE": date(2026, 3, 12)}
    )
    assert not any(message.code == "challenges.eased_until" for message in today.explanation)


def test_whose_challenge_a_cap_made_easier_reads_which_cap_it_was() -> None:
    capped = replace(PROGRAM, caps=Caps(program_daily_points=60_000))
    by_program, by_own = (
        daily_challenges(
            capped.challenges, capped.caps, PLANNED, {"AHT_SPRINT": MemberStanding(2, 1, 3, why)}, relieved={}
        )[0].explanation[-1]
        for why in (PROGRAM_CAP, OWN_CAPS)
    )

    reason = Message("challenges.above_program_cap", {"points": 60_000})
    assert by_program == Message("challenges.easier_today", {"reason": reason})
    assert by_own == Message("challenges.easier_today", {"reason": Message("challenges.above_own_caps")})
    assert render(by_program) == (
        "This is easier than your tier, for today only. The program's 60,000 points a day are not enough for "
        "everybody's challenges as they are. It changes nothing about your tier."
    )


def test_who_lost_a_challenge_to_a_cap_reads_why_and_who_plays_none_anyway_reads_nothing() -> None:
    capped = replace(PROGRAM, caps=Caps(program_daily_points=60_000))

    (told,) = left_out(capped.challenges, capped.caps, PLANNED, {"AHT_SPRINT": MemberStanding(0, 1, 2, PROGRAM_CAP)})
    reason = Message("challenges.above_program_cap", {"points": 60_000})
    name = capped.challenges.category("AHT_SPRINT").tiers[1].name
    assert told == Message("challenges.left_out", {"challenge": name, "reason": reason})
    for place in (MemberStanding(0, 0, 0), MemberStanding(0, 1, 2), MemberStanding(2, 1, 3, PROGRAM_CAP)):
        assert left_out(capped.challenges, capped.caps, PLANNED, {"AHT_SPRINT": place}) == ()
    assert left_out(capped.challenges, capped.caps, PLANNED, {}) == ()


@pytest.mark.parametrize(
    ("at_least", "told"),
    [(None, Message("challenges.counts_by_peers")), (12, Message("challenges.counts_from", {"contacts": 12}))],
)
def test_everybody_reads_before_the_day_from_how_many_contacts_it_counts(at_least: int | None, told: Message) -> None:
    metrics = tuple(replace(each, at_least=at_least) for each in PROGRAM.challenges.metrics)
    (today,) = daily_challenges(
        with_values(PROGRAM, metrics=metrics).challenges,
        with_values(PROGRAM, metrics=metrics).caps,
        PLANNED,
        {"AHT_SPRINT": MemberStanding(2, 1, 2)},
        relieved={},
    )

    assert told in today.explanation
    theirs = with_values(PROGRAM, metrics=metrics, payer="platform")
    assert (
        told
        not in daily_challenges(
            theirs.challenges, theirs.caps, PLANNED, {"AHT_SPRINT": MemberStanding(2, 1, 2)}, relieved={}
        )[0].explanation
    )
