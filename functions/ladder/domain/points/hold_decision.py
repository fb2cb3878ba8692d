"""What was decided of an event, and what that makes of its awards: paid, waiting again, denied or refused.

A decision is about what was seen: `points` of a release, an upheld dispute or a denial says what of the event's held
awards may be paid, before caps. What a reviewer changed says in `settled` what its other awards may come to.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ladder.domain.activities.activity import CORRECTED, DENIED, UPHELD, Activity, number
from ladder.domain.message import Message
from ladder.domain.points import award_caps
from ladder.domain.points.award_caps import Award, Part
from ladder.domain.points.ledger import EntryLine
from ladder.domain.validation.constraints import LARGEST_WHOLE

LAST_WORD = Message("points.reviewer_has_last_word")


@dataclass(slots=True)
class HoldDecision:
    """What was decided of one event. It counts what its awards come to while they are asked for, one by one.

    `released`: points of what its rules hold, before caps; None: nobody decided that any is paid. `denied`: what is
    held beyond is never paid. `settled`: most points of its other awards; None: no reviewer changed it.
    `held_worth`, `free_worth`: what both kinds of awards came to so far, before caps.
    """

    released: int | None = None
    denied: bool = False
    settled: int | None = None
    held_worth: int = 0
    free_worth: int = 0

    @classmethod
    def of(cls, decisions: Iterable[Activity]) -> "HoldDecision":
        """Return what decisions about one event come to; they are Ladder's own, in their order."""
        result, upheld, kept = cls(), 0, None
        for decision in decisions:
            seen = _points(decision, "points")
            if decision.type == DENIED:
                kept = min(seen or 0, LARGEST_WHOLE if kept is None else kept)
            elif decision.type == CORRECTED:
                settled, released = _points(decision, "settled"), _points(decision, "released")
                result.settled = result.settled if settled is None else settled
                if released is not None:
                    result.released, upheld = released, min(upheld, released)
            else:
                paid = LARGEST_WHOLE if seen is None else seen
                result.released = max(result.released or 0, paid)
                if decision.type == UPHELD:
                    upheld, kept = max(upheld, paid), None
        if kept is not None:
            result.denied, result.released = True, max(min(result.released or 0, kept), upheld) or None
        return result

    @property
    def left(self) -> int:
        """Points that were released, less those of the awards so far."""
        return max((self.released or 0) - self.held_worth, 0)

    def parts(self, award: Award) -> Iterator[Award | EntryLine]:
        """Yield the part of an award that may be paid, then what becomes of the rest."""
        worth = award.base + award.extra
        if award.held:
            left = self.left
            self.held_worth += worth
            if self.denied and not left:
                yield EntryLine(award.rule, award.base, award.extra, because=award_caps.DENIED)
                return
        else:
            left = worth if self.settled is None else max(self.settled - self.free_worth, 0)
            self.free_worth += worth
        if left >= worth and (left or self.released is not None or not award.held):
            yield replace(award, held=None)
            return
        paid, rest = _split(award, left)
        if left:
            yield replace(paid, held=None)
        if award.held and not self.denied:
            yield rest
        else:
            yield EntryLine(rest.rule, rest.base, rest.extra, because=award_caps.DENIED if award.held else LAST_WORD)


def _split(award: Award, points: int) -> tuple[Award, Award]:
    """Return the award of the first so many points, its base before its bonus, and that of the rest."""
    base, first, rest = min(award.base, points), list[Part](), list[Part]()
    points -= base
    for part in award.bonus:
        taken = min(part.points, points)
        points -= taken
        first.append(replace(part, points=taken))
        rest.append(replace(part, points=part.points - taken))
    return replace(award, base=base, bonus=tuple(first)), replace(award, base=award.base - base, bonus=tuple(rest))


def _points(decision: Activity, name: str) -> int | None:
    points = number(decision.attributes.get(name))
    return None if points is None else int(points)
