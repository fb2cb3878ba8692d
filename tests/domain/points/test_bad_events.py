"""Whatever reaches a member's queue or ledger: it is quarantined, or means nothing, and stands in nobody's way."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.adapters.dynamodb.ledger import from_item, pack_state, to_item, tokens, unpack_state
from ladder.adapters.sqs import message_body, read_message
from ladder.domain.activities.activity import (
    CANONICAL,
    COMPLETED,
    CORRECTED,
    OURS,
    REPORTED_BY,
    TEAM_ACHIEVED,
    Activity,
    Delivery,
    validation_error,
)
from ladder.domain.errors import Rejected
from ladder.domain.message import Message
from ladder.domain.points.compiled import state_names
from tests.builders.capped_academy import NOW, academy, event, ours
from tests.builders.generated_events import START
from tests.builders.rewards import RewardRunner

NINE = START + timedelta(hours=9)
POSTED = event("forum.posted", NINE, "post")
LARGEST_IN_DYNAMODB = 10**38

ODD = st.sampled_from(
    [
        0, -1, 2**53, 2**63, 2**64, 10**400, 1e308, -1e308, 5e-324, True, None, "", "x" * 5_000, "\ud800", "\uffff",
        "\x00", "never", "9999-12-31T00:00:00Z", "0001-01-01T00:00:00Z", float("inf"), float("nan"),
    ]
) | st.text(st.characters(exclude_categories=()), max_size=8)  # fmt: skip
NESTED = st.recursive(
    ODD, lambda odd: st.lists(odd, max_size=2) | st.dictionaries(st.text(max_size=4), odd, max_size=2)
)
USUAL = st.sampled_from(["lms", "rotation", "post", "m1", "c1", 5, 50, 95, True, "2026-03-04", "2026-03-06"])
NAMES = st.sampled_from(
    [
        "id", "source", "first", "last", "points", "price", "badge", "tier", "worth", "score", "module", "colleague",
        "passed", "bonus_percentage", "held", "mirrored", "category", "metric", "value", "achievement", "reason",
        "text", "item", "upheld", "released", "x" * 500, "\ud800",
    ]
)  # fmt: skip
KINDS = st.sampled_from([*sorted(CANONICAL), *sorted(OURS), "x" * 70, "\uffff"])


@st.composite
def documents(draw: st.DrawFn) -> dict[str, object]:
    """An activity as a message has it, in which anything may be wrong."""
    kind, at = draw(KINDS), NINE + timedelta(hours=draw(st.integers(0, 200)))
    told: dict[str, object] = {
        "source": draw(st.sampled_from([REPORTED_BY.get(kind, "lms"), "lms", "LADDER"])),
        "id": f"e{draw(st.integers(0, 9))}",
        "type": kind,
        "occurred_at": at.isoformat(),
        "attributes": draw(st.dictionaries(NAMES, USUAL | USUAL | NESTED, max_size=6)),
    }
    if draw(st.integers(0, 3)) == 0:
        told[draw(st.sampled_from(sorted(told)))] = draw(NESTED)
    return told


@settings(deadline=None, max_examples=200)
@given(st.lists(documents(), min_size=1, max_size=6), st.booleans())
def test_anything_in_a_message_is_set_apart_or_can_be_applied_and_stored(
    documents: list[dict[str, object]],
    escaped: bool,  # noqa: FBT001
) -> None:
    whole = json.loads(message_body(Delivery("academy", "m", (POSTED,))))
    whole["activities"] += documents
    try:
        parsed = read_message(json.dumps(whole, ensure_ascii=escaped))
    except Rejected:
        return  # quarantined whole: it is no JSON that anybody could cut into events
    assert POSTED.key in {activity.key for activity in parsed.delivery.activities}
    assert len(parsed.delivery.activities) + len(parsed.rejected) == 1 + len(documents)
    runner = RewardRunner()
    runner.give(*parsed.delivery.activities)
    for entry in runner.ledger.entries("academy", "m"):
        assert from_item(to_item("academy#m", entry)) == entry
        assert max(abs(entry.points), abs(entry.held), abs(entry.spent)) < LARGEST_IN_DYNAMODB
    state, _ = runner.ledger.load("academy", "m", [])
    names = tokens([*state_names(runner.program.rulebook), *state.used])
    assert unpack_state(pack_state(state), names).streaks == state.streaks


@pytest.mark.parametrize("kind", [COMPLETED, TEAM_ACHIEVED])
@pytest.mark.parametrize("odd", [-1, 1e308, 10**39, "50", True])
@pytest.mark.parametrize("name", ["points", "bonus_percentage"])
def test_what_ladder_itself_pays_is_an_amount_that_a_ledger_holds(kind: str, name: str, odd: object) -> None:
    source = REPORTED_BY[kind]
    told = Activity(source=source, id="e", type=kind, occurred_at=NINE, attributes={"points": 50})
    assert not validation_error(told)
    assert "numbers from 0" in validation_error(replace(told, attributes={"points": 50, name: odd}))  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("occurred_at", "reason"),
    [
        (NOW + timedelta(days=2), "points.in_the_future"),
        (NOW + timedelta(hours=1), "points.in_the_future"),
        (datetime(2150, 1, 1, tzinfo=NOW.tzinfo), "points.odd_year"),
        (datetime(1, 1, 1, tzinfo=NOW.tzinfo), "points.odd_year"),
    ],
)
def test_a_correction_that_is_dated_ahead_or_outside_the_years_changes_nothing_and_has_no_last_word(
    occurred_at: datetime, reason: str
) -> None:
    helped = event("learner.completed_module", NINE, "read", module="m1", score=10)
    ahead = Activity(
        source="lms", id="ahead", type=CORRECTED, occurred_at=occurred_at, received_at=NOW,
        attributes={"id": "read", "score": 95},
    )  # fmt: skip
    now = replace(ahead, id="now", occurred_at=NOW, attributes={"id": "read", "score": 40})
    for order in ((helped, ahead, now), (ahead, now, helped), (now, helped, ahead)):
        runner = RewardRunner()
        for activity in order:
            runner.give(activity)
        assert runner.has().earned == 45
        assert runner.has() == runner.should_be()
        entry = next(entry for entry in runner.ledger.entries("academy", "m") if entry.key == ahead.key)
        assert [
            note.parameters["reason"].code for note in entry.notes if isinstance(note.parameters.get("reason"), Message)
        ] == [reason]


@pytest.mark.parametrize("source", ["LADDER", "Ladder", "ladder ", " ladder", "\uff4cadder", "ladd\u0435r", "rotation"])
@pytest.mark.parametrize("kind", ["hold.released", "hold.denied", "hold.upheld", "entry.reversed", "points.granted"])
def test_a_source_whose_name_only_looks_like_ladders_decides_nothing(source: str, kind: str) -> None:
    helped = event("peer.assisted", NINE, "help", colleague="c1")
    pretended = replace(ours(kind, NOW, "x", source="lms", id="help", points=500), source=source, received_at=NOW)
    assert "leave it out" in validation_error(pretended)
    runner = RewardRunner(program=academy())
    runner.give(helped, pretended)
    assert runner.summed() == (0, 0, 30)


@pytest.mark.parametrize("kind", ["HOLD.RELEASED", "hold.released ", "hold\uff0ereleased", "Hold.Released"])
def test_a_type_that_only_looks_like_a_decision_decides_nothing(kind: str) -> None:
    helped = event("peer.assisted", NINE, "help", colleague="c1")
    runner = RewardRunner()
    runner.give(helped, event(kind, NOW, "x", source="lms", id="help"))
    assert runner.summed() == (0, 0, 30)
