"""A case that is killed between any two outside calls, or loses any answer, and comes again, ends with one verdict."""

from contextlib import suppress
from datetime import timedelta
from functools import cache

import pytest

from ladder.domain.errors import Unavailable
from tests.builders.judged_badges import NOW, World, five_tries, persevering, post, verdict
from tests.fakes.fault_injection import Fate, Interposed, Killed, When

LEASE = timedelta(minutes=1)


def world_of(*, tries: bool) -> World:
    """Recorded tries, which the policy grants for, or a post, which a person looks at."""
    return persevering() if tries else World()


def run(world: World, fate: Fate, *, at: timedelta = timedelta()) -> None:
    """With `fate` before every port."""
    between = World(
        program=world.program,
        model=Interposed(world.model, fate),
        verdicts=Interposed(world.verdicts, fate),
        reviews=Interposed(world.reviews, fate),
        activities=Interposed(world.activities, fate),
        ledger=world.ledger,
    )
    (badge,) = world.program.rulebook.judged
    between.judge(five_tries()[-1] if badge.perseverance else post(), now=NOW + at)


def end(world: World) -> tuple[object, ...]:
    """What is left for the member and for people: one grant, or one review, and the audit of one verdict."""
    grants = {(grant.key, str(dict(grant.attributes))) for grant in world.grants()}
    reviews = {(review.kind, review.subject) for review in world.reviews.reviews.values()}
    audit = {(key, str(ruling.verdict), ruling.decision) for key, ruling in world.verdicts.audit.items()}
    return frozenset(grants), frozenset(reviews), frozenset(audit)


@cache
def undisturbed(*, tries: bool) -> tuple[tuple[object, ...], tuple[str, ...]]:
    world, fate = world_of(tries=tries), Fate()
    run(world, fate)
    return end(world), tuple(fate.calls)


CALLS = range(len(undisturbed(tries=True)[1]))


def test_the_calls_are_claim_ask_record_settle_and_what_follows() -> None:
    assert undisturbed(tries=True)[1] == (
        "MemoryVerdicts.claim", "Model.ask", "MemoryVerdicts.record", "MemoryVerdicts.settle", "MemoryActivities.send",
    )  # fmt: skip


@pytest.mark.parametrize("strike", [Killed, Unavailable])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("tries", [True, False], ids=["tries", "a post"])
@pytest.mark.parametrize("at", CALLS)
def test_killed_at_any_call_and_brought_again_it_ends_the_same(
    at: int, when: When, strike: type[BaseException], *, tries: bool
) -> None:
    world = world_of(tries=tries)
    with suppress(Killed, Unavailable):
        run(world, Fate(at=at, when=when, strike=strike))
    run(world, Fate(), at=LEASE)
    assert end(world) == undisturbed(tries=tries)[0]
    assert len(world.model.asked) <= 2
    assert world.verdicts.spent["academy", NOW.date()] <= 100_000


@pytest.mark.parametrize("at", range(3))
def test_killed_in_every_attempt_a_person_looks_at_it(at: int) -> None:
    world = world_of(tries=True)
    for number in range(2):
        with suppress(Killed):
            run(world, Fate(at=min(at, 1), when="after"), at=number * LEASE)
    run(world, Fate(), at=3 * LEASE)
    (review,) = world.reviews.reviews.values()
    assert review.kind == "unjudged"
    assert not world.grants()
    assert len(world.model.asked) == (2 if at else 0)


@pytest.mark.parametrize("at", CALLS)
def test_another_answer_on_retry_changes_nothing_once_a_verdict_stands(at: int) -> None:
    world = world_of(tries=True)
    world.model.script.append(verdict(badge="none", evidence=[]))
    with suppress(Killed):
        run(world, Fate(at=at, when="after"))
    stood = dict(world.verdicts.audit)
    for number in range(1, 4):
        run(world, Fate(), at=number * LEASE)
    if stood:
        assert world.verdicts.audit == stood
    assert len(world.verdicts.audit) == 1
    assert len({grant.key for grant in world.grants()}) == (
        at != 1
    )  # only where the answer itself was lost is the second one heard
