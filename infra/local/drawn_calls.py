"""Agent-days drawn in the shape of a bank's call centre, for where the real ones are not at hand."""

import math
from datetime import date, timedelta

import numpy as np

from infra.local.agent_days import AgentDay

AGENTS = 29
DAYS = 59
FIRST = date(1999, 1, 1)
PRESENT = (0.92, 0.92, 0.92, 0.92, 0.45, 0.2, 0.92)  # Monday to Sunday: the working week runs from Sunday to Thursday
CALL_SD_SECONDS = 200.0  # between calls of one agent, so a day's mean is the noisier the fewer calls it rests on
QUIET = 0.5  # a day on which fewer agents are present than this is a short one
HANGING_UP = 2  # agents who end many calls within ten seconds
SHARES = np.array([0.718, 0.075, 0.165, 0.008, 0.005, 0.029])  # of each type, and how long it takes …
LENGTHS = np.array([1.04, 1.61, 0.59, 1.46, 1.28, 0.55])  # … in times the mean of all: as in January and February 1999
MIXED = 12.0  # the higher, the more alike the agents' mixes
VARIED = 25.0  # the same of the days of one agent

type Shares = np.ndarray[tuple[int, int, int], np.dtype[np.float64]]  # (D, A, T)


def drawn(rng: np.random.Generator) -> list[AgentDay]:
    """Lasting differences between agents, noise within their days, mixes of contacts that shift, absences, and two
    agents who hang up on callers.
    """
    days = [FIRST + timedelta(days=after) for after in range(DAYS)]
    present = np.array([PRESENT[day.weekday()] for day in days])
    # axes: D days, A agents, T types
    works = rng.random((DAYS, AGENTS)) < present[:, None]
    mean_aht = np.clip(rng.normal(190, 60, AGENTS), 110, 400)
    mean_calls = np.clip(rng.lognormal(math.log(65), 0.45, AGENTS), 12, 130)
    hangs_up = rng.permutation(AGENTS) < HANGING_UP
    calls = np.maximum(3, rng.poisson(mean_calls * np.where(present > QUIET, 1.0, 0.6)[:, None]))
    by_type = rng.multinomial(calls, _mixes(rng))
    usual = mean_aht * (by_type @ LENGTHS) / calls
    aht = np.maximum(25, rng.normal(usual, CALL_SD_SECONDS / np.sqrt(calls)))
    short = rng.binomial(calls, np.where(hangs_up, 0.18, 0.03))
    identified = rng.binomial(calls, 0.37)
    repeated = rng.binomial(identified, np.where(hangs_up, 0.70, 0.60))
    return [
        AgentDay(
            agent=f"A{agent + 1:02d}",
            day=days[day],
            calls=int(calls[day, agent]),
            aht_seconds=float(aht[day, agent]),
            short_calls=int(short[day, agent]),
            identified_calls=int(identified[day, agent]),
            repeated_calls=int(repeated[day, agent]),
            by_type=tuple(by_type[day, agent].tolist()),
        )
        for day, agent in np.argwhere(works).tolist()
    ]


def _mixes(rng: np.random.Generator) -> Shares:
    """Each agent has a mix of his own, and every day one near it."""
    own = rng.dirichlet(MIXED * SHARES, AGENTS)
    weights = rng.standard_gamma(VARIED * np.maximum(own, 1e-3), (DAYS, *own.shape))
    mixes: Shares = weights / weights.sum(axis=2, keepdims=True)
    return mixes
