"""Pseudo-random numbers of members: the same for the same seed, without any pattern that a roster may have."""

from functools import lru_cache

import numpy as np

MULTIPLIERS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9)  # splitmix64: neighbours get far apart

type Numbers = np.ndarray[tuple[int], np.dtype[np.uint64]]  # (M,)
type Flags = np.ndarray[tuple[int], np.dtype[np.bool]]  # (M,)


def pseudo_random(members: int, seed: int) -> Numbers:
    """Return a number for each slot: (M,)."""
    first, second = MULTIPLIERS
    mixed = np.arange(members, dtype=np.uint64) * np.uint64(first) + np.uint64(seed * second % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(second)
    return mixed ^ (mixed >> np.uint64(27))


@lru_cache(maxsize=8)  # by numbers alone: the same for all days and metrics of a night
def drawn(members: int, most: int) -> Flags:
    """Return who is drawn, so that they are about `most` at the most: (M,). All of them where there are no more.

    The order of a roster decides nothing, as it may have a pattern: teams in turn, the oldest first.
    """
    chosen: Flags = pseudo_random(members, seed=0) % np.uint64(-(-members // most) or 1) == 0
    chosen.flags.writeable = False
    return chosen
