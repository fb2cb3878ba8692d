"""Compose what a channel carries: texts in the reader's language, names as they are now, and the reader's own hours."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ladder.domain.delivery.notification import PERSON, OutboxItem
from ladder.domain.delivery.ports import Button, Outgoing, Reader
from ladder.domain.delivery.rules import DeliveryRules
from ladder.domain.delivery.timing import Caps, WorkingTime
from ladder.domain.message import Message, Parameter, verbatim
from ladder.domain.programs.program import Program
from ladder.messages.render import choose_language, render

LONGEST_NAME = 80  # characters of somebody's name in a message


def outgoing(
    item: OutboxItem,
    rules: DeliveryRules,
    *,
    to: str,
    reader: Reader | None,
    name: Callable[[str], str],
    sent_at: datetime,
) -> Outgoing:
    """Return the message of a notification. `reader`: None for feeds and systems; `name`: of a member, by their id.

    A system is told no name and nothing that people wrote: it knows members by their ids.
    """
    notification = item.notification
    news, chosen = notification.news, reader.preferences.language if reader else None
    language = choose_language(chosen or rules.language)
    text = news.feed if notification.audience == "team" and news.feed else news.text

    for_system = notification.audience == "system"

    def say(message: Message) -> str:
        return render(with_names(message, str if for_system else name), language)

    return Outgoing(
        key=notification.key,
        program=news.program,
        member=news.member,
        to=to,
        occasion=news.occasion,
        audience=notification.audience,
        title=say(text.title),
        paragraphs=() if for_system else tuple(map(say, text.paragraphs)),
        actions=tuple(Button(action.key, say(action.label), action.value) for action in news.actions),
        link=f"{rules.console_url}{news.link}" if rules.console_url and news.link else "",
        language=language,
        facts=news.facts,
        sent_at=sent_at,
    )


def with_names(message: Message, name: Callable[[str], str]) -> Message:
    """Return the message with the name of each member in it, as text."""
    if message.code == PERSON:
        return verbatim(name(str(message.parameters["member"]))[:LONGEST_NAME])

    def filled(value: Parameter) -> Parameter:
        if isinstance(value, Message):
            return with_names(value, name)
        return tuple(with_names(part, name) for part in value) if isinstance(value, tuple) else value

    return replace(message, parameters={key: filled(value) for key, value in message.parameters.items()})


def working_time(program: Program, reader: Reader | None) -> WorkingTime:
    """Return when somebody may be written to: as they say themselves, else as the program says."""
    rules, preferences = program.delivery, reader.preferences if reader else None
    quiet = preferences.quiet_hours if preferences else None
    return WorkingTime(
        time_zone=(preferences.time_zone if preferences else None) or program.schedule.time_zone,
        quiet_from=quiet.begins if quiet else rules.quiet_from,
        quiet_until=quiet.ends if quiet else rules.quiet_until,
        work_days=program.rulebook.work_days,
        holidays=program.rulebook.holidays,
        days_off=reader.days_off if reader else (),
        day_starts_at=program.schedule.day_starts_at,
    )


def caps(rules: DeliveryRules) -> Caps:
    return Caps(daily=rules.daily_messages, weekly=rules.weekly_messages, digest_at=rules.digest_at)
