"""Completions counted: how many members of each tier were asked on a day, and how many of them met their target."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ladder.domain.challenges.assignment import Assignment
from ladder.domain.challenges.completion import OUTCOMES, Outcome
from ladder.domain.challenges.rules import TIERS

COMPLETED: Outcome = "completed"
DECIDED: frozenset[Outcome] = frozenset({"completed", "missed", "gate failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCount:
    """One tier of one category on one day.

    `members`: whose tier of record it is, whether they were asked or not; `asked`: who played this tier, on any record;
    `decided`: of those, whose day counts as met or missed; `completed`: of those, who met it.
    """

    category: str
    tier: int
    members: int
    asked: int
    decided: int
    completed: int


def completion_counts(
    assignment: Assignment, outcomes: Mapping[str, bytes], *, slots: Collection[int] | None = None
) -> Iterator[TierCount]:
    """Yield the counts of a rotation by category and tier. `slots`: of the members who count; None: everybody.

    `outcomes`: of its date, by category: indices into OUTCOMES by slot.
    """
    for category, standing in assignment.items():
        column = outcomes.get(category, b"").ljust(len(standing.played), b"\x00")
        tiers, played = standing.tier, standing.played
        if slots is not None:
            known = [slot for slot in slots if slot < len(played)]
            tiers, played, column = (bytes(row[slot] for slot in known) for row in (tiers, played, column))
        of_record, results = Counter(tiers), Counter(zip(played, column, strict=False))
        for tier in TIERS:
            of_tier = {OUTCOMES[code]: count for (asked, code), count in results.items() if asked == tier}
            yield TierCount(
                category=category,
                tier=tier,
                members=of_record[tier],
                asked=sum(of_tier.values()),
                decided=sum(count for outcome, count in of_tier.items() if outcome in DECIDED),
                completed=of_tier.get(COMPLETED, 0),
            )
