"""Which reviews rewards opens: of what waits, and of a random sample of what it paid at once."""

from dataclasses import replace

import pytest

from ladder.domain.programs.pausing import compile_program
from rewards.reward import RewardContext, reward
from tests.builders.academy import RULE, academy, book
from tests.builders.academy_events import at, passed
from tests.fakes.members import MemoryLedger

HELD = replace(RULE, key="HELD", hold="a person looks at it", match=replace(RULE.match, types=("peer.assisted",)))


@pytest.mark.parametrize(("share", "drawn"), [(1000, True), (0, False)])
def test_chance_draws_what_paid_at_once_and_not_what_waits(*, share: int, drawn: bool) -> None:
    compiled = compile_program(book(rules=(RULE, HELD), audited_per_thousand=share))
    ledger, paid = MemoryLedger(), passed("m1")
    context = RewardContext(
        member="m",
        compiled=compiled,
        compiled_version=lambda version: compiled,
        ledger=ledger,
        allowances=ledger.allowances,
        now=at(paid.occurred_at.date(), 12),
    )
    waits, nothing = replace(paid, id="waits", type="peer.assisted"), replace(paid, id="nothing", type="forum.posted")
    reward(context, [paid, waits, nothing], pause=lambda tries: None)
    opened = sorted((review.kind, review.summary["event"]) for review in ledger.reviews.values())
    assert opened == ([("audit", paid.id)] if drawn else []) + [("hold", "waits")]
    assert {review.program for review in ledger.reviews.values()} == {academy().key}
