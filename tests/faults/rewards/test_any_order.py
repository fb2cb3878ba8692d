"""Whatever arrives in whatever order, everybody has what the reference model says, and the ledger says the same."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ladder.domain.activities.activity import LADDER, Activity, digest
from ladder.domain.challenges.caps import Caps
from ladder.domain.points.replay import replay
from ladder.domain.points.rulebook import Step
from ladder.domain.programs.pausing import compile_program
from tests.builders.capped_academy import CAPS, LATER_BADGE, POSTED, RULEBOOK, academy
from tests.builders.generated_events import (
    ANYTHING,
    MEMBERS,
    THOROUGH,
    amendments,
    attendance,
    bare,
    calm,
    events,
    undated,
)
from tests.builders.rewards import RewardRunner, in_batches
from tests.fakes.members import MemoryLedger

FIRST, POSTING = RULEBOOK.paths[0], Step(key="Z", name="post", match=POSTED)
EDITS: Sequence[dict[str, object]] = (
    {"caps": replace(CAPS, member_daily_points=90)},
    {"caps": Caps(member_daily_points=200)},
    {"rulebook": replace(RULEBOOK, rules=tuple(replace(each, points=each.points // 2) for each in RULEBOOK.rules))},
    {"rulebook": replace(RULEBOOK, badges=(*RULEBOOK.badges, LATER_BADGE))},
    {"rulebook": replace(RULEBOOK, paths=(replace(FIRST, steps=FIRST.steps[::-1]),))},
    {"rulebook": replace(RULEBOOK, paths=(replace(FIRST, steps=(POSTING, *FIRST.steps)),))},
    {"rulebook": replace(RULEBOOK, paths=(replace(FIRST, steps=FIRST.steps[:1]),))},
    {"rulebook": replace(RULEBOOK, badges=tuple(replace(each, tiers=each.tiers[1:]) for each in RULEBOOK.badges))},
    {"rulebook": replace(RULEBOOK, badges=tuple(replace(each, tiers=each.tiers[::-1]) for each in RULEBOOK.badges))},
    {"rulebook": replace(RULEBOOK, levels=(RULEBOOK.levels[0], replace(RULEBOOK.levels[1], points=20)))},
    {
        "rulebook": replace(
            RULEBOOK, streaks=tuple(replace(each, at_least=3 - each.at_least) for each in RULEBOOK.streaks)
        )
    },
)


class AnyOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = RewardRunner()
        self.touched = "m"
        self.edits = list(EDITS)

    @rule(member=MEMBERS, batch=st.lists(ANYTHING, min_size=1, max_size=8))
    def several_arrive(self, member: str, batch: list[Activity]) -> None:
        self._give(member, batch)

    @rule(member=MEMBERS, activity=events())
    def one_arrives(self, member: str, activity: Activity) -> None:
        self._give(member, [activity])

    @rule(member=MEMBERS, amendment=amendments())
    def one_is_amended(self, member: str, amendment: Activity) -> None:
        self._give(member, [amendment])

    @rule(member=MEMBERS, data=st.data())
    def some_come_again(self, member: str, data: st.DataObject) -> None:
        known = [activity for activity, _ in self.runner.written.get(member, {}).values()]
        if known:
            again = data.draw(st.lists(st.sampled_from(known), max_size=4))
            before = self.runner.has(member)
            rewarded = self.runner.give(*again, member=member)
            assert (rewarded.entries, rewarded.again, rewarded.refused) == ((), len(again), 0)
            assert self.runner.has(member) == before

    @rule(data=st.data())
    def the_rules_are_edited(self, data: st.DataObject) -> None:
        if self.edits:
            self.runner.publish(**self.edits.pop(data.draw(st.integers(0, len(self.edits) - 1))))

    def _give(self, member: str, batch: Sequence[Activity]) -> None:
        self.touched = member
        known = {key: digest(activity) for key, (activity, _) in self.runner.written.get(member, {}).items()}
        refused = 0
        for activity in batch:
            first = known.setdefault(activity.key, digest(activity))
            refused += first != digest(activity) and activity.source != LADDER
        rewarded = self.runner.give(*batch, member=member)
        assert rewarded.refused == refused
        assert len(rewarded.entries) + rewarded.again + rewarded.refused == len(batch)

    @invariant()
    def nothing_is_lost_and_nothing_doubled(self) -> None:
        runner = self.runner
        entries = runner.ledger.entries(runner.program.key, self.touched)
        assert [entry.key for entry in entries] == list(dict.fromkeys(entry.key for entry in entries))
        assert {entry.key for entry in entries} == runner.written.get(self.touched, {}).keys()
        assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))

    @invariant()
    def the_ledger_sums_to_the_state(self) -> None:
        has = self.runner.has(self.touched)
        assert self.runner.summed(self.touched) == (has.earned, has.spent, has.held)

    @invariant()
    def everybody_has_what_the_oracle_says(self) -> None:
        assert self.runner.has(self.touched) == self.runner.should_be(self.touched)

    @invariant()
    def folding_the_ledger_anew_gives_the_same_state(self) -> None:
        runner, member = self.runner, self.touched
        state, _ = runner.ledger.load(runner.program.key, member, [])
        entries = runner.ledger.entries(runner.program.key, member)
        if entries:
            books = {version: compile_program(program) for version, program in runner.versions.items()}
            now = books[max(entry.program_version for entry in entries)]
            again, none = replay(books, now, state, entries, [], allowances={})
            assert none == []
            assert undated(again) == undated(state)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = calm


@settings(parent=calm, max_examples=120 * THOROUGH)
@given(st.lists(ANYTHING, min_size=8, max_size=24, unique_by=lambda each: each.key), st.randoms(), st.data())
def test_any_order_and_any_company_give_the_same(batch: list[Activity], random: object, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(batch))
    sizes = st.integers(1, 6)
    one, other = RewardRunner(ledger=MemoryLedger()), RewardRunner(ledger=MemoryLedger())
    one.give(*sorted(batch, key=lambda each: each.order))
    for together in in_batches(shuffled, lambda: data.draw(sizes)):
        other.give(*together)
    assert one.has() == other.has() == one.should_be()
    first, second = (runner.ledger.load("academy", "m", [])[0] for runner in (one, other))
    assert bare(first) == bare(second)


@settings(parent=calm, max_examples=150 * THOROUGH)
@given(attendance(), st.data())
def test_days_off_that_are_moved_are_the_same_in_any_order(told: list[Activity], data: st.DataObject) -> None:
    streaks = tuple(replace(each, grace=0) for each in RULEBOOK.streaks)
    streaking = academy(caps=Caps(), rulebook=replace(RULEBOOK, streaks=streaks, holidays=()))
    found = list[RewardRunner]()
    for order in (told, data.draw(st.permutations(told)), data.draw(st.permutations(told))):
        runner = RewardRunner(program=streaking, ledger=MemoryLedger())
        for each in order:
            runner.give(each)
        assert runner.has() == runner.should_be()
        found.append(runner)
    assert len({str(runner.has()) for runner in found}) == 1
    assert len({str(bare(runner.ledger.load("academy", "m", [])[0])) for runner in found}) == 1
