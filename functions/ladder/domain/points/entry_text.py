"""What an entry says: one plain sentence that a member can read, or a few where several rules looked at the event."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ladder.domain.activities.activity import (
    BADGE_GRANTED,
    COMPLETED,
    CORRECTED,
    DAY_OFF,
    DENIED,
    ORDERED,
    POINTS_GRANTED,
    RELEASED,
    REVERSED,
    UPHELD,
    Activity,
    number,
)
from ladder.domain.challenges.challenge_text import render
from ladder.domain.challenges.rules import TIERS, ChallengeRules
from ladder.domain.points.ledger import ADJUSTED, MANUAL_GRANT, ApplyResult, EntryLine
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.text import join_words, opening, quantity

NO_RULE = "No rule of this program pays for this."
AMENDED = {
    REVERSED: "This takes back an earlier entry",
    CORRECTED: "This corrects an earlier entry",
    RELEASED: "What was held is paid",
    DENIED: "What was held is not paid",
    UPHELD: "What was held is paid after all",
}
NAMED = 3  # things whose points changed: as many as a sentence can hold


@dataclass(frozen=True)
class EntryTexts:
    rulebook: Rulebook
    challenges: ChallengeRules

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of everything that pays, as a member reads it."""
        rulebook = self.rulebook
        named = {
            each.key: each.name
            for things in (
                rulebook.rules,
                rulebook.streaks,
                rulebook.paths,
                rulebook.badges,
                rulebook.judged,
                rulebook.teams,
            )
            for each in things
        }
        challenges = {each.key: _in_words(each.key) for each in self.challenges.categories}
        return {**challenges, **named, ADJUSTED: "what was paid before", MANUAL_GRANT: "what a person gave you"}

    def name(self, rule: str, activity: Activity) -> str:
        """Return what a rule pays for; a challenge by the words that the member read that day."""
        attributes = activity.attributes
        category = next((each for each in self.challenges.categories if each.key == rule), None)
        tier = int(number(attributes.get("tier")) or 0)
        if activity.type != COMPLETED or category is None or tier not in TIERS:
            return self.names.get(rule, _in_words(rule))
        challenge, metric = category.tiers[tier - 1], self.challenges.metric(category.metric)
        target = number(attributes.get("target"))
        name, _ = render(challenge, challenge.target_value if target is None else target, unit=metric.unit)
        return f"the challenge \u201c{name}\u201d"

    def of(self, activity: Activity, result: ApplyResult) -> str:
        if activity.type == ORDERED:
            return self._ordered(activity)
        if activity.type == DAY_OFF:
            return "Days off: they neither break a streak nor lengthen it."
        if activity.type in {BADGE_GRANTED, POINTS_GRANTED} and not result.lines:
            return "This was taken back before it arrived."
        if activity.type == BADGE_GRANTED:
            return self._granted(result)
        if activity.type == POINTS_GRANTED:
            return _credited(activity, result)
        sentences = [_line(line, self.name(line.rule, activity)) for line in _worth_telling(result.lines)] or [NO_RULE]
        if activity.type == COMPLETED and activity.attributes.get("sentence"):
            sentences.append(str(activity.attributes["sentence"]))
        return " ".join([*sentences, *_reached(result.reached)])

    def _granted(self, result: ApplyResult) -> str:
        """Return the sentence of a badge that was granted; no points come with it."""
        (line,) = result.lines
        name = self.names.get(line.rule, line.rule)
        if line.because:
            return f"The badge {name} is not given: {line.because}."
        return " ".join([f"You were given the badge {name}.", *_reached(result.reached[1:])])

    def _ordered(self, activity: Activity) -> str:
        key, price = activity.attributes.get("item"), int(number(activity.attributes.get("price")) or 0)
        item = next((each.name for each in self.rulebook.catalogue if each.key == key), key)
        return f"{quantity(price, 'point')} spent on {item}."


def _in_words(key: str) -> str:
    return key.replace("_", " ").lower()


def _line(line: EntryLine, name: str) -> str:
    worth, because = quantity(line.worth, "point"), join_words(line.because)
    if line.held:
        return f"{quantity(line.held, 'point')} for {name}, not paid yet: {because}."
    if not line.paid:
        return f"No points for {name}: {because or 'it is worth none'}."
    if line.paid == line.worth:
        bonus = f", including a bonus of {line.bonus:,}" if line.bonus else ""
        return f"{worth} for {name}{bonus}."
    return f"{line.paid:,} of {worth} for {name}: {because}."


def _credited(activity: Activity, result: ApplyResult) -> str:
    points, reason = quantity(result.lines[0].paid, "point"), join_words(str(activity.attributes.get("reason")))
    return " ".join([f"A person gave you {points}: {reason}.", *_reached(result.reached)])


def _reached(things: Iterable[str]) -> Iterator[str]:
    return (f"{opening(each)}." for each in things)


def amendment_text(activity: Activity, *, known: bool) -> str:
    reason = activity.attributes.get("reason")
    because = f": {join_words(str(reason))}" if reason else ""
    waiting = "" if known else " That entry has not arrived yet; this takes effect when it does."
    return f"{AMENDED[activity.type]}{because}.{waiting}"


def recalculation_text(activity: Activity, difference: int, changes: Mapping[str, int]) -> str:
    """Return what a late or amended event changed of the points paid before, and for what.

    `changes`: points by name, which sum to `difference`; empty where that is not known.
    """
    largest = sorted(((name, points) for name, points in changes.items() if points), key=lambda change: -abs(change[1]))
    parts = [f"{_more_or_less(points)} for {name}" for name, points in largest[:NAMED]]
    if others := sum(points for _, points in largest[NAMED:]):
        parts.append(f"{_more_or_less(others)} for the rest")
    *all_but_last, last = parts or [_more_or_less(difference)]
    changed = f"{', '.join(all_but_last)} and {last}" if all_but_last else last
    if activity.type in AMENDED:
        return f"That is {changed}."
    return f"This arrived late, so earlier points were recalculated: {changed}."


def _more_or_less(points: int) -> str:
    return f"{quantity(abs(points), 'point')} {'more' if points > 0 else 'less'}"


def _worth_telling(lines: tuple[EntryLine, ...]) -> Iterable[EntryLine]:
    """Return the lines that pay or hold; where none does, those that say why."""
    paying = [line for line in lines if line.paid or line.held]
    return paying or lines
