"""The guard where everybody is honest: flags come at the stated rate, and by the exact distribution."""

import math

import numpy as np
import pytest

from ladder.domain.challenges import beta_binomial
from ladder.domain.challenges.beta_binomial import Tally
from tests.builders.contact_shares import QUANTILE, amounts, binomial_bounds, honest, judged


def flagged_share(members: int, evaluations: int, *, share: float, spread: float, rate: float) -> tuple[int, int]:
    """How many flags, of how many judgements, where everybody is honest."""
    rng = np.random.default_rng(1999)
    samples = (honest(members, rng, share=share, spread=spread) for _ in range(evaluations))
    return sum(int(judged(sample, rate=rate).who.sum()) for sample in samples), members * evaluations


@pytest.mark.parametrize("rate", [0.001, 0.01])
@pytest.mark.parametrize(("share", "spread"), [(0.02, 0.3), (0.1, 0.3), (0.6, 0.05)])
def test_where_agents_differ_honestly_flags_come_at_the_stated_rate(share: float, spread: float, rate: float) -> None:
    flagged, trials = flagged_share(250, 240, share=share, spread=spread, rate=rate)

    least, most = binomial_bounds(trials, rate / 2, rate)
    assert least <= flagged <= most


@pytest.mark.parametrize("rate", [0.001, 0.01])
@pytest.mark.parametrize("share", [0.02, 0.1, 0.6])
def test_where_all_are_alike_flags_are_no_more_than_stated_as_contacts_are_whole(share: float, rate: float) -> None:
    flagged, trials = flagged_share(250, 120, share=share, spread=0, rate=rate)

    least, most = binomial_bounds(trials, rate / 5, rate)
    assert least <= flagged <= most


@pytest.mark.parametrize(("share", "spread"), [(0.02, 0.6), (0.02, 0.3), (0.1, 0.6), (0.6, 0.15)])
def test_among_twenty_five_peers_the_rate_is_at_most_twice_the_stated_one_even_if_they_differ_widely(
    share: float, spread: float
) -> None:
    flagged, trials = flagged_share(25, 800, share=share, spread=spread, rate=0.002)

    assert flagged <= binomial_bounds(trials, 0, 0.004)[1]


def exact_tail(hits: int, contacts: int, share: float, within: float) -> float:
    """P(X >= hits) of a beta-binomial."""
    a, b = (part * (1 / within - 1) for part in (share, 1 - share))
    log_all = math.lgamma(contacts + 1) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return sum(
        math.exp(
            log_all
            - math.lgamma(x + 1)
            - math.lgamma(contacts - x + 1)
            + math.lgamma(a + x)
            + math.lgamma(b + contacts - x)
            - math.lgamma(a + b + contacts)
        )
        for x in range(hits, contacts + 1)
    )


@pytest.mark.parametrize(("share", "spread"), [(0.02, 0.3), (0.02, 0.6), (0.1, 0.3), (0.1, 0.6), (0.6, 0.05)])
@pytest.mark.parametrize("contacts", [100, 700, 3000])
def test_known_what_is_usual_the_bound_is_that_of_the_exact_distribution(
    share: float, spread: float, contacts: int
) -> None:
    within = spread**2 * share / (1 - share)
    settled = beta_binomial.BetaBinomial(amounts(share), amounts(within / 4), amounts(0), amounts(1e-12))
    hits = np.arange(contacts + 1, dtype=np.float64)
    bound = int(np.argmax(settled.stands_out(Tally(hits, np.full(contacts + 1, float(contacts))), QUANTILE)))

    assert exact_tail(bound, contacts, share, within) < 0.0014
    assert exact_tail(bound - 2, contacts, share, within) > 0.0006


@pytest.mark.parametrize(("freedom", "t"), [(3, 10.2145), (5, 5.8934), (10, 4.1437), (20, 3.5518), (60, 3.2317)])
def test_with_few_peers_the_bound_is_students(freedom: float, t: float) -> None:
    assert beta_binomial.student(QUANTILE, amounts(freedom)) == pytest.approx([t], rel=0.03)


def scalar_fit(found: Tally, weight: list[float], aside: int) -> tuple[float, float]:
    """Mean share, and variance between agents on the arcsine scale, without the first `aside`."""
    rest = range(aside, len(weight))
    angle = [math.asin(math.sqrt((h + 0.375) / (n + 0.75))) for h, n in zip(found.hits, found.contacts, strict=True)]
    total = sum(weight[i] for i in rest)
    mean = sum(weight[i] * found.share[i] for i in rest) / total
    centre = sum(weight[i] * angle[i] for i in rest) / total
    scatter = sum(weight[i] * (angle[i] - centre) ** 2 for i in rest)
    by_chance = sum(weight[i] * (1 - weight[i] / total) / (4 * found.contacts[i]) for i in rest)
    return mean, max(0.0, (scatter - by_chance) / sum(weight[i] * (1 - weight[i] / total) for i in rest))


def test_each_fit_is_the_one_to_those_who_are_left() -> None:
    found = honest(12, np.random.default_rng(3), share=0.1, spread=0.4)
    angle = np.arcsin(np.sqrt((found.hits + 0.375) / (found.contacts + 0.75)))
    weight = beta_binomial.weights(angle, found.contacts)

    fits = beta_binomial.without_the_highest(found, angle, weight, 5)

    expected = [scalar_fit(found, weight.tolist(), aside) for aside in range(1, 6)]
    assert list(zip(fits.mean, fits.between, strict=True)) == [pytest.approx(pair) for pair in expected]
