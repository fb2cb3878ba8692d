"""The live revisions of one date: which of them counts for whom.

A date that was rotated again, perhaps under another version, has several. A category pays a member once a date: by the
revision that pays most among those whose target they met, and the later one of equals. A result that is still to come
is waited for where it could pay more. Axes: M members.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ladder.domain.challenges.settlement import Codes, outcome_code
from rotation.activated_dates import ActivatedDate, CategoryResult

EARNED = outcome_code("completed")
PENDING = (outcome_code("open"), outcome_code("provisional"))
UNPROVEN = outcome_code("unproven")
NOT_PLAYING = outcome_code("not playing")

type Keys = np.ndarray[tuple[int], np.dtype[np.int64]]  # (M,) the greatest counts
type Results = Sequence[CategoryResult]


def counted(revisions: Sequence[tuple[ActivatedDate, Results]]) -> list[Results]:
    """Return the results of each revision, oldest first, with "not playing" where another one counts for the member."""
    best: dict[str, tuple[Keys, Codes]] = {}  # by category: the greatest key so far, and the revision that has it
    for index, (night, results) in enumerate(revisions):
        for result in results:
            key = _key(night, result)
            greatest, which = best.get(result.category, (np.full_like(key, -1), np.zeros(len(key), dtype=np.uint8)))
            later = key >= greatest
            best[result.category] = np.maximum(key, greatest), np.where(later, index, which).astype(np.uint8)
    return [
        [_only(result, best[result.category][1] == index) for result in results]
        for index, (_, results) in enumerate(revisions)
    ]


def together(revisions: Sequence[Results]) -> list[CategoryResult]:
    """Return one result a category, each member's being that of the revision that counts for them."""
    merged: dict[str, CategoryResult] = {}
    for result in (result for results in revisions for result in results):
        earlier = merged.get(result.category, result)
        plays = result.after != NOT_PLAYING
        asked = replace(result.asked, tiers=np.where(plays, result.asked.tiers, earlier.asked.tiers))
        after = np.where(plays, result.after, earlier.after).astype(np.uint8)
        merged[result.category] = replace(result, asked=asked, after=after, few={**earlier.few, **result.few})
    return list(merged.values())


def _key(night: ActivatedDate, result: CategoryResult) -> Keys:
    """Return what a result is worth, by kind, then points: met or still to come, met without proof, not met, not asked.

    Of equal points, what is met goes before what is still to come.
    """
    tiers = night.program.challenges.category(result.category).tiers
    points = np.array([0, *(challenge.points for challenge in tiers)])[result.asked.tiers]
    met, pending = result.after == EARNED, np.isin(result.after, PENDING)
    kind = np.select([met | pending, result.after == UNPROVEN, result.after != NOT_PLAYING], [3, 2, 1], 0)
    keys: Keys = ((kind.astype(np.int64) << 40) + np.where(kind > 1, points, 0)) * 2 + met
    return keys


def _only(result: CategoryResult, mine: Codes) -> CategoryResult:
    few = {slot: why for slot, why in result.few.items() if mine[slot]}
    asked = replace(result.asked, tiers=np.where(mine, result.asked.tiers, 0).astype(np.uint8))
    return replace(result, asked=asked, after=np.where(mine, result.after, NOT_PLAYING).astype(np.uint8), few=few)
