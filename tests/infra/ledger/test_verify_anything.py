"""Whatever arrives, in whatever order and company: what the engine writes holds, and can be thrown away and rebuilt."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from infra.cli.ledger.members import MemberKey, MemberLedger
from infra.cli.ledger.verify import verify_ledger
from ladder.domain.activities.activity import CORRECTED, DAY_OFF, DENIED, RELEASED, REVERSED, Activity, digest
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.ledger import State
from ladder.domain.points.replay import last_program_version, rebuild, replay_state
from ladder.domain.programs.pausing import compile_program
from rewards.reward import RewardContext, reward
from tests.builders.academy import RULE, academy
from tests.fakes.members import MemoryLedger
from tests.infra.ledger.ledgers_on_stack import NOW, an_activity

WHO = MemberKey("academy", "anna")
HELD = replace(RULE, key="HELD", hold="somebody looks first", daily_points=70)
CAPS = Caps(member_daily_points=180, member_weekly_points=400)
BOOK = compile_program(
    replace(academy(), version=1, caps=CAPS, rulebook=replace(academy().rulebook, rules=(RULE, HELD), late_days=3))
)
TARGETS = st.integers(0, 9)
PLACES = st.integers(-4_000, 2_000)


def event(number: int, minutes: int, module: int, *, good: bool) -> Activity:
    says: dict[str, str | bool] = {"passed": good, "module": f"m{module}"}
    return an_activity(f"e{number}", "assessment.submitted", says, minutes=minutes, received_at=NOW)


def amendment(kind: str, target: int, minutes: int) -> Activity:
    if kind == CORRECTED:
        says: dict[str, str | bool] = {"id": f"e{target}", "passed": True}
        return an_activity(f"c{target}", kind, says, minutes=minutes, received_at=NOW)
    return an_activity(
        f"{kind}{target}", kind, {"source": "academy", "id": f"e{target}"}, source="ladder", minutes=minutes
    )


def day_off(number: int, minutes: int) -> Activity:
    return an_activity(f"d{number}", DAY_OFF, {"first": f"2026-03-{20 + number}"}, minutes=minutes, received_at=NOW)


ACTIVITIES = st.one_of(
    st.builds(event, TARGETS, PLACES, st.integers(0, 4), good=st.booleans()),
    st.builds(amendment, st.sampled_from([REVERSED, CORRECTED, RELEASED, DENIED]), TARGETS, PLACES),
    st.builds(day_off, TARGETS, PLACES),
)


def played(batches: Sequence[Sequence[Activity]]) -> MemberLedger:
    ledger = MemoryLedger()
    context = RewardContext(
        member="anna",
        compiled=BOOK,
        compiled_version=lambda _: BOOK,
        ledger=ledger,
        allowances=ledger.allowances,
        now=NOW,
    )
    for batch in batches:
        reward(context, batch, pause=lambda tries: None)
    entries = ledger.recorded[WHO.program, WHO.member]
    state = ledger.states[WHO.program, WHO.member]
    return MemberLedger(WHO, state, entries, {each.key: digest(each.activity) for each in entries}, {1: BOOK})


@given(st.lists(st.lists(ACTIVITIES, min_size=1, max_size=5), min_size=1, max_size=6))
@settings(max_examples=150, deadline=None)
def test_what_the_engine_writes_holds(batches: list[list[Activity]]) -> None:
    assert [each.what for each in verify_ledger(played(batches)).findings] == []


@given(st.lists(st.lists(ACTIVITIES, min_size=1, max_size=5), min_size=1, max_size=4), st.integers(-500, 500))
@settings(max_examples=75, deadline=None)
def test_a_state_that_is_gone_and_an_entry_that_was_changed_are_mended(
    batches: list[list[Activity]], much: int
) -> None:
    good = played(batches)
    entries = [replace(good.entries[0], points=good.entries[0].points + much), *good.entries[1:]]
    version = last_program_version(entries)
    after, trace = rebuild(State(), replay_state(good.versions, entries), entries, program_version=version, at=NOW)
    digests = {**good.digests, trace.key: digest(trace.activity)}
    assert trace.points == -much
    assert verify_ledger(MemberLedger(WHO, after, [*entries, trace], digests, good.versions)).holds
    assert (after.earned, after.held) == (good.state.earned, good.state.held)
