"""What an entry says: one plain sentence that a member can read, or a few where several rules looked at the event."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from ladder.domain.activity import (
    BADGE_GRANTED,
    COMPLETED,
    CORRECTED,
    DAY_OFF,
    DENIED,
    ORDERED,
    POINTS_GRANTED,
    RELEASED,
    REVERSED,
    Activity,
)
from ladder.domain.program import Program
from ladder.domain.rewards.entry import ADJUSTED, Folded, Line

NO_RULE = "No rule of this program pays for this."
AMENDED = {
    REVERSED: "This takes back an earlier entry",
    CORRECTED: "This corrects an earlier entry",
    RELEASED: "What was held is paid",
    DENIED: "What was held is not paid",
}


@dataclass(frozen=True)
class Wording:
    program: Program

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Of everything that pays, as a member reads it."""
        book = self.program.rulebook
        named = {
            each.key: each.name
            for things in (book.rules, book.streaks, book.paths, book.badges, book.judged, book.teams)
            for each in things
        }
        challenges = {each.key: each.key.replace("_", " ").lower() for each in self.program.categories}
        return {**challenges, **named, ADJUSTED: "what was paid before"}

    def of(self, activity: Activity, folded: Folded) -> str:
        if activity.type == ORDERED:
            return self._ordered(activity)
        if activity.type == DAY_OFF:
            return "Days off: they neither break a streak nor lengthen it."
        if activity.type in {BADGE_GRANTED, POINTS_GRANTED} and not folded.lines:
            return "This was taken back before it came."
        if activity.type == BADGE_GRANTED:
            return self._granted(folded)
        if activity.type == POINTS_GRANTED:
            return _credited(activity, folded)
        told = [self.line(line) for line in _worth_telling(folded.lines)] or [NO_RULE]
        if activity.type == COMPLETED and activity.attributes.get("sentence"):
            told.append(str(activity.attributes["sentence"]))
        told += [f"{each[0].upper()}{each[1:]}." for each in folded.reached]
        return " ".join(told)

    def line(self, line: Line) -> str:
        name, worth = self.names.get(line.rule, line.rule), line.worth
        if line.held:
            return f"{line.held} points for {name} wait: {line.because}."
        if not line.paid:
            return f"No points for {name}: {line.because}."
        bonus = f", {line.bonus} of them bonus" if line.bonus and line.paid == worth else ""
        if line.paid == worth:
            return f"{worth} points for {name}{bonus}."
        return f"{line.paid} of {worth} points for {name}: {line.because}."

    def _granted(self, folded: Folded) -> str:
        """No points come with it: it says who you are to others."""
        (line,) = folded.lines
        name = self.names.get(line.rule, line.rule)
        if line.because:
            return f"Not given again, {name}: {line.because}."
        return " ".join(
            [f"You were given the badge {name}.", *(f"{each[0].upper()}{each[1:]}." for each in folded.reached[1:])]
        )

    def _ordered(self, activity: Activity) -> str:
        key, price = activity.attributes.get("item"), activity.attributes.get("price")
        item = next((each.name for each in self.program.rulebook.catalogue if each.key == key), key)
        return f"{price} points spent on {item}."


def _credited(activity: Activity, folded: Folded) -> str:
    given = f"A person gave you {folded.lines[0].paid} points: {activity.attributes.get('reason')}."
    return " ".join([given, *(f"{each[0].upper()}{each[1:]}." for each in folded.reached)])


def amended(activity: Activity, *, known: bool) -> str:
    reason = activity.attributes.get("reason")
    because = f": {reason}" if reason else ""
    waiting = "" if known else " It has not arrived yet; this takes effect when it does."
    return f"{AMENDED[activity.type]}{because}.{waiting}"


def adjusted(difference: int) -> str:
    """What a late or amended event changed in entries after it."""
    way = "more" if difference > 0 else "less"
    return f"Counted anew in the order things happened, {abs(difference)} points {way} for others."


def _worth_telling(lines: tuple[Line, ...]) -> Iterable[Line]:
    """Those that pay or hold; where none does, those that say why."""
    paying = [line for line in lines if line.paid or line.held]
    return paying or [line for line in lines if line.because]
