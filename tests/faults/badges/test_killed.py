"""A case that is killed between any two outside calls, or loses any answer, and comes again, ends with one verdict."""

from contextlib import suppress
from datetime import timedelta
from functools import cache

import pytest

from ladder.domain.errors import Unavailable
from tests.builders.judged_badges import NOW, BadgeEvaluations, five_tries, persevering, post, verdict
from tests.fakes.fault_injection import Fate, Interposed, Killed, When

LEASE = timedelta(minutes=1)


def world_of(*, tries: bool) -> BadgeEvaluations:
    """Recorded tries, which the policy grants for, or a post, which a person looks at."""
    return persevering() if tries else BadgeEvaluations()


def run(evaluations: BadgeEvaluations, fate: Fate, *, at: timedelta = timedelta()) -> None:
    """With `fate` before every port."""
    between = BadgeEvaluations(
        program=evaluations.program,
        model=Interposed(evaluations.model, fate),
        verdicts=Interposed(evaluations.verdicts, fate),
        reviews=Interposed(evaluations.reviews, fate),
        activities=Interposed(evaluations.activities, fate),
        ledger=evaluations.ledger,
    )
    (badge,) = evaluations.program.rulebook.judged
    between.judge(five_tries()[-1] if badge.perseverance else post(), now=NOW + at)


def end(evaluations: BadgeEvaluations) -> tuple[object, ...]:
    """What is left for the member and for people: one grant, or one review, and the audit of one verdict."""
    grants = {(grant.key, str(dict(grant.attributes))) for grant in evaluations.grants()}
    reviews = {(review.kind, review.subject) for review in evaluations.reviews.reviews.values()}
    audit = {(key, str(ruling.verdict), ruling.decision) for key, ruling in evaluations.verdicts.audit.items()}
    return frozenset(grants), frozenset(reviews), frozenset(audit)


@cache
def undisturbed(*, tries: bool) -> tuple[tuple[object, ...], tuple[str, ...]]:
    evaluations, fate = world_of(tries=tries), Fate()
    run(evaluations, fate)
    return end(evaluations), tuple(fate.calls)


CALLS = range(len(undisturbed(tries=True)[1]))


def test_the_calls_are_claim_ask_record_charge_and_what_follows() -> None:
    assert undisturbed(tries=True)[1] == (
        "MemoryVerdicts.claim", "Model.ask", "MemoryVerdicts.record", "MemoryVerdicts.charge_tokens",
        "MemoryActivities.send",
    )  # fmt: skip


@pytest.mark.parametrize("strike", [Killed, Unavailable])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("tries", [True, False], ids=["tries", "a post"])
@pytest.mark.parametrize("at", CALLS)
def test_killed_at_any_call_and_brought_again_it_ends_the_same(
    at: int, when: When, strike: type[BaseException], *, tries: bool
) -> None:
    evaluations = world_of(tries=tries)
    with suppress(Killed, Unavailable):
        run(evaluations, Fate(at=at, when=when, strike=strike))
    run(evaluations, Fate(), at=LEASE)
    assert end(evaluations) == undisturbed(tries=tries)[0]
    assert len(evaluations.model.asked) <= 2
    assert evaluations.verdicts.spent["academy", NOW.date()] <= 100_000


@pytest.mark.parametrize("at", range(3))
def test_killed_in_every_attempt_a_person_looks_at_it(at: int) -> None:
    evaluations = world_of(tries=True)
    for number in range(2):
        with suppress(Killed):
            run(evaluations, Fate(at=min(at, 1), when="after"), at=number * LEASE)
    run(evaluations, Fate(), at=3 * LEASE)
    (review,) = evaluations.reviews.reviews.values()
    assert review.kind == "unjudged"
    assert not evaluations.grants()
    assert len(evaluations.model.asked) == (2 if at else 0)


@pytest.mark.parametrize("at", CALLS)
def test_another_answer_on_retry_changes_nothing_once_a_verdict_stands(at: int) -> None:
    evaluations = world_of(tries=True)
    evaluations.model.script.append(verdict(badge="none", evidence=[]))
    with suppress(Killed):
        run(evaluations, Fate(at=at, when="after"))
    stood = dict(evaluations.verdicts.audit)
    for number in range(1, 4):
        run(evaluations, Fate(), at=number * LEASE)
    if stood:
        assert evaluations.verdicts.audit == stood
    assert len(evaluations.verdicts.audit) == 1
    assert len({grant.key for grant in evaluations.grants()}) == (
        at != 1
    )  # only where the answer itself was lost is the second one heard
