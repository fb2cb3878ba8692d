"""Pseudo-random numbers of members: the same for the same seed, without any pattern that a roster may have."""

import numpy as np

MULTIPLIERS = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9)  # splitmix64: neighbours get far apart

type Numbers = np.ndarray[tuple[int], np.dtype[np.uint64]]  # (M,)


def pseudo_random(members: int, seed: int) -> Numbers:
    """Return a number for each slot: (M,)."""
    first, second = MULTIPLIERS
    mixed = np.arange(members, dtype=np.uint64) * np.uint64(first) + np.uint64(seed * second % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(second)
    return mixed ^ (mixed >> np.uint64(27))
