"""Participation: a member chooses whether they take part in an opt-in category, from the next night on.

What they chose before counts until then, so a night that is planned again on the same day finds the same members.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ladder.domain.calendar.schedule import ONE_DAY, Schedule, due
from ladder.domain.challenges.rules import Category, ChallengeRules
from ladder.domain.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A member's last choice on one category. Without one, they do not take part."""

    takes_part: bool
    since: datetime
    before: bool  # whether they took part until the night after `since`

    def first_day(self, schedule: Schedule) -> date:
        """Return the first date that the choice is about."""
        return due(schedule, self.since) + ONE_DAY

    def covers(self, schedule: Schedule, day: date) -> bool:
        """Return whether the member takes part on a date: of the dates before the choice, the last ones are known."""
        return self.takes_part if day >= self.first_day(schedule) else self.before


def choose(known: Choice | None, schedule: Schedule, *, takes_part: bool, now: datetime) -> Choice | None:
    """Return the choice as it is from now on; None where the last one, `known`, says the same."""
    if takes_part == (known is not None and known.takes_part):
        return None
    if known is None:
        return Choice(takes_part=takes_part, since=now, before=False)
    now = max(now, known.since)  # clocks differ a little
    return Choice(takes_part=takes_part, since=now, before=known.covers(schedule, due(schedule, now)))


@dataclass(frozen=True, slots=True, kw_only=True)
class OptInCategory:
    """An opt-in category as a member is shown it. `takes_part`: as they chose last; None in `first_day`: never yet.

    `first_day`: the date from which on that holds, which may be the next one.
    """

    category: str
    name: str
    metric: str
    takes_part: bool
    first_day: date | None
    explanation: Message


def opt_in_categories(
    rules: ChallengeRules, schedule: Schedule, choices: Mapping[str, Choice], today: date
) -> tuple[OptInCategory, ...]:
    """Return every opt-in category of a program. `choices`: the member's, by category."""
    return tuple(
        opt_in_category(rules, category, schedule, choices.get(category.key), today) for category in rules.opt_in
    )


def opt_in_category(
    rules: ChallengeRules, category: Category, schedule: Schedule, choice: Choice | None, today: date
) -> OptInCategory:
    name = category.tiers[0].name
    takes_part, first_day = (choice.takes_part, choice.first_day(schedule)) if choice else (False, None)
    if first_day and first_day > today:
        explanation = Message(
            "challenges.taking_part_from" if takes_part else "challenges.staying_out_from",
            {"challenge": name, "day": first_day.isoformat()},
        )
    else:
        explanation = Message("challenges.taking_part" if takes_part else "challenges.staying_out", {"challenge": name})
    return OptInCategory(
        category=category.key,
        name=name,
        metric=rules.metric(category.metric).name,
        takes_part=takes_part,
        first_day=first_day,
        explanation=explanation,
    )
