"""Texts of an entry for its member: messages, of what it keeps and of the names of the program that it fell under."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ladder.domain.activities.activity import (
    BADGE_GRANTED,
    COMPLETED,
    CORRECTED,
    DAY_OFF,
    DENIED,
    EDITED,
    ORDERED,
    POINTS_GRANTED,
    REBUILT,
    RELEASED,
    REVERSED,
    UPHELD,
    Activity,
    number,
)
from ladder.domain.challenges.challenge_text import with_target
from ladder.domain.challenges.rules import TIERS, ChallengeRules
from ladder.domain.message import Message, verbatim
from ladder.domain.points.ledger import ADJUSTED, MANUAL_GRANT, NOT_COUNTED, Entry, EntryLine
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.validation.constraints import Plain

ERASED = Message("points.member_erased")  # the one note of an entry whose member was erased
AMENDED = {
    REVERSED: "points.reversed",
    CORRECTED: "points.corrected",
    RELEASED: "points.released",
    DENIED: "points.denied",
    UPHELD: "points.upheld",
}
NAMED = 3  # things whose points changed: as many as a sentence can hold


@dataclass(frozen=True)
class EntryTexts:
    rulebook: Rulebook
    challenges: ChallengeRules

    @cached_property
    def names(self) -> Mapping[str, Message]:
        """The name of everything that pays, as a member reads it."""
        rulebook = self.rulebook
        sections = (
            rulebook.rules,
            rulebook.streaks,
            rulebook.paths,
            rulebook.badges,
            rulebook.judged,
            rulebook.teams,
        )
        return {
            **{category.key: _in_words(category.key) for category in self.challenges.categories},
            **{item.key: verbatim(item.name) for items in sections for item in items},
            ADJUSTED: Message("points.name_of_earlier"),
            MANUAL_GRANT: Message("points.name_of_grant"),
        }

    def name(self, rule: str, activity: Activity) -> Message:
        """Return what a rule pays for; a challenge by the words that the member read that day."""
        category = next((category for category in self.challenges.categories if category.key == rule), None)
        tier = int(number(activity.attributes.get("tier")) or 0)
        if activity.type != COMPLETED or category is None or tier not in TIERS:
            return self.names.get(rule) or _in_words(rule)
        challenge, metric = category.tiers[tier - 1], self.challenges.metric(category.metric)
        target = number(activity.attributes.get("target"))
        name, _ = with_target(challenge, challenge.target_value if target is None else target, unit=metric.unit)
        return Message("points.name_of_challenge", {"name": name})

    def item(self, key: str) -> str:
        """Return the name of an item of the catalogue; its key where the catalogue has it no longer."""
        return next((item.name for item in self.rulebook.catalogue if item.key == key), key)

    def messages(self, entry: Entry) -> tuple[Message, ...]:
        """Return what the entry says, a sentence each, in their order, none twice."""
        if entry.activity.type == REBUILT or any(note == ERASED or note.code == NOT_COUNTED for note in entry.notes):
            return entry.notes
        return tuple(dict.fromkeys((*self._own(entry), *entry.notes, *entry.reached)))

    def _own(self, entry: Entry) -> tuple[Message, ...]:
        """Return what the event itself came to, without what it reached or changed for others."""
        activity, attributes = entry.activity, entry.activity.attributes
        lines = [line for line in entry.lines if line.rule != ADJUSTED]
        reason = from_attribute(attributes.get("reason"))
        if activity.type in AMENDED:
            return (Message(AMENDED[activity.type]), *reason)
        if activity.type == ORDERED:
            key, price = attributes.get("item"), int(number(attributes.get("price")) or 0)
            return (Message("points.spent", {"points": price, "item": self.item(str(key))}),)
        if activity.type == DAY_OFF:
            return (Message("points.days_off"),)
        if activity.type == EDITED and not lines:
            return (Message("points.rules_edited"),)
        if activity.type in {BADGE_GRANTED, POINTS_GRANTED} and not lines:
            return (Message("points.taken_back_before"),)
        if activity.type == POINTS_GRANTED:
            return (Message("points.granted", {"points": lines[0].paid}), *reason)
        if activity.type == BADGE_GRANTED:
            key, because = lines[0].rule, lines[0].because
            sections = (self.rulebook.badges, self.rulebook.judged)
            badge = next((badge.name for badges in sections for badge in badges if badge.key == key), key)
            if because:
                return (Message("points.badge_refused", {"badge": badge}), because)
            return (Message("points.badge_given", {"badge": badge}),)
        outcome = from_attribute(attributes.get("sentence")) if activity.type == COMPLETED else ()
        telling = [line for line in lines if line.paid or line.waiting] or lines
        told = [message for line in telling for message in _line(line, self.name(line.rule, activity))]
        return (*(told or [Message("points.no_rule")]), *outcome)


def from_attribute(value: Plain) -> tuple[Message, ...]:
    """Return the message in an activity's attribute, JSON of one or what somebody wrote; none where it is empty."""
    text = "" if value is None else str(value).strip()
    if text.startswith('{"code"'):
        return (Message.from_dict(json.loads(text)),)
    return (Message("points.reason", {"reason": text.removesuffix(".")}),) if text else ()


def recalculated(activity: Activity, difference: int, changes: Mapping[Message, int]) -> Message:
    """Return what a late or amended event changed of the points paid before, and for what.

    `changes`: points by name, which sum to `difference`; empty where that is not known.
    """
    largest = sorted(((name, points) for name, points in changes.items() if points), key=lambda change: -abs(change[1]))
    named = largest[:NAMED]
    if others := sum(points for _, points in largest[NAMED:]):
        named.append((Message("points.name_of_rest"), others))
    parts = [
        Message("points.more" if points > 0 else "points.less", {"points": abs(points), "name": name})
        for name, points in named
    ] or [Message("points.more_in_all" if difference > 0 else "points.less_in_all", {"points": abs(difference)})]
    code = {"changes": tuple(parts)}
    return Message("points.changed", code) if activity.type in AMENDED else Message("points.arrived_late", code)


def _line(line: EntryLine, name: Message) -> tuple[Message, ...]:
    because = (line.because,) if line.because else ()
    if line.carried:
        because = (*because, Message("points.carried_over", {"points": line.carried}))
    if line.waiting:
        return (Message("points.pending", {"points": line.waiting, "name": name}), *because)
    if not line.paid:
        return (Message("points.nothing", {"name": name}), *(because or (Message("points.worth_none"),)))
    if line.paid < line.worth:
        return (Message("points.trimmed", {"paid": line.paid, "points": line.worth, "name": name}), *because)
    return (Message("points.paid", {"points": line.paid, "bonus": line.bonus, "name": name}), *because)


def _in_words(key: str) -> Message:
    return verbatim(key.replace("_", " ").lower())
