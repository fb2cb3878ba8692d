"""A case that is killed between any two outside calls, or loses any answer, and comes again, ends with one verdict."""

from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from ladder.domain.errors import Unavailable
from tests.faults.interposed import Fate, Interposed, Killed, When
from tests.functions.badges.court import CHAMPION, NOW, Model, World, post, program, verdict

VOUCHED, ALONE = {"helpful": 3}, dict[str, Any]()
LEASE = timedelta(minutes=1)


def run(world: World, how: dict[str, Any], fate: Fate, *, at: timedelta = timedelta()) -> None:
    """With `fate` before every port."""
    between = World(
        program=world.program,
        model=Interposed(world.model, fate),
        verdicts=Interposed(world.verdicts, fate),
        reviews=Interposed(world.reviews, fate),
        activities=Interposed(world.activities, fate),
        ledger=world.ledger,
    )
    between.judge(post(**how), now=NOW + at)


def end(world: World) -> tuple[object, ...]:
    """What is left for the member and for people: one grant, or one review, and the audit of one verdict."""
    grants = {(grant.key, str(dict(grant.attributes))) for grant in world.grants()}
    reviews = {(review.kind, review.subject) for review in world.reviews.reviews.values()}
    audit = {(key, str(ruling.verdict), ruling.decision) for key, ruling in world.verdicts.audit.items()}
    return frozenset(grants), frozenset(reviews), frozenset(audit)


@cache
def undisturbed(*, vouched: bool) -> tuple[tuple[object, ...], tuple[str, ...]]:
    world, fate = World(), Fate()
    run(world, VOUCHED if vouched else ALONE, fate)
    return end(world), tuple(fate.calls)


CALLS = range(len(undisturbed(vouched=True)[1]))


def test_the_calls_are_claim_ask_record_settle_and_what_follows() -> None:
    assert undisturbed(vouched=True)[1] == (
        "MemoryVerdicts.claim", "Model.ask", "MemoryVerdicts.record", "MemoryVerdicts.settle", "MemoryActivities.send",
    )  # fmt: skip


@pytest.mark.parametrize("strike", [Killed, Unavailable])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("how", [VOUCHED, ALONE], ids=["vouched", "alone"])
@pytest.mark.parametrize("at", CALLS)
def test_killed_at_any_call_and_brought_again_it_ends_the_same(
    at: int, how: dict[str, Any], when: When, strike: type[BaseException]
) -> None:
    world = World()
    with suppress(Killed, Unavailable):
        run(world, how, Fate(at=at, when=when, strike=strike))
    run(world, how, Fate(), at=LEASE)
    assert end(world) == undisturbed(vouched=bool(how))[0]
    assert len(world.model.asked) <= 2
    assert world.verdicts.spent["academy", NOW.date()] <= 100_000


@pytest.mark.parametrize("at", range(3))
def test_killed_in_every_attempt_a_person_looks_at_it(at: int) -> None:
    world = World()
    for number in range(2):
        with suppress(Killed):
            run(world, VOUCHED, Fate(at=min(at, 1), when="after"), at=number * LEASE)
    run(world, VOUCHED, Fate(), at=3 * LEASE)
    (review,) = world.reviews.reviews.values()
    assert review.kind == "unjudged"
    assert not world.grants()
    assert len(world.model.asked) == (2 if at else 0)


@pytest.mark.parametrize("at", CALLS)
def test_another_answer_on_retry_changes_nothing_once_a_verdict_stands(at: int) -> None:
    fickle = Model([verdict(), verdict(badge="none", evidence=[])])
    world = World(program=program(CHAMPION), model=fickle)
    with suppress(Killed):
        run(world, VOUCHED, Fate(at=at, when="after"))
    stood = dict(world.verdicts.audit)
    for number in range(1, 4):
        run(world, VOUCHED, Fate(), at=number * LEASE)
    if stood:
        assert world.verdicts.audit == stood
    assert len(world.verdicts.audit) == 1
    assert len({grant.key for grant in world.grants()}) == (
        at != 1
    )  # only where the answer itself was lost is the second one heard
