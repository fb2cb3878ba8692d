"""Check the section on delivery: channels reach somebody, hours leave time, and kudos cannot be sold."""

import re
from collections.abc import Collection, Iterator

from ladder.domain.activities.activity import KUDOS_RECEIVED
from ladder.domain.activities.source import RESERVED_KEYS
from ladder.domain.delivery.addressing import PLACES
from ladder.domain.delivery.occasion import RULES
from ladder.domain.delivery.rules import ADDRESS, USER, ChannelRules, DeliveryRules
from ladder.domain.points.rulebook import Rulebook
from ladder.domain.validation.problem import Path, Problem, error, nearest, warning

URL = re.compile(r"https?://[^\s/@]+(/\S*)?")
BY_ADDRESS = frozenset({"webhook"})  # kinds that nobody can reach without an address


def check_delivery(rules: DeliveryRules, rulebook: Rulebook) -> Iterator[Problem]:
    keys = [channel.key for channel in rules.channels]
    for channel in rules.channels:
        yield from _channel(channel, keys)
    yield from _hours(rules)
    yield from _kudos(rules, rulebook)


def _channel(channel: ChannelRules, keys: Collection[str]) -> Iterator[Problem]:
    path: Path = ("delivery", "channels", channel.key)
    if channel.key in RESERVED_KEYS:
        yield error(path, "this key would name another secret of the program", "Write another key, such as team-room.")
    yield from _otherwise(channel, keys, path)
    if channel.kind in BY_ADDRESS and not URL.fullmatch(channel.address or ""):
        yield error((*path, "address"), "it needs the address that events are sent to", "Write https://host/path.")
    if channel.for_systems:
        for name in ("teams", "supervisors"):
            if getattr(channel, name):
                message = f"a channel of kind {channel.kind} is read by a system, and not by people"
                yield error((*path, name), message, "Leave it out, or name a channel of people, such as slack.")
    elif not (channel.member or channel.teams or channel.supervisors or channel.address):
        hint = 'Write member: "{user}@…", teams: {North: …}, supervisors or address.'
        yield warning(path, "it has no address, so it reaches nobody", hint)
    if channel.member is not None and not PLACES.search(channel.member) and not channel.for_systems:
        message = "every member has the same address there, so all of them read what is meant for one"
        hint = f'Write "{USER}@bank.example", or "{ADDRESS}" and a column address.{channel.key} in the list of members.'
        yield warning((*path, "member"), message, hint)
    for occasion in channel.occasions:
        if not any(channel.carries(occasion, audience) for audience in RULES[occasion].audiences):
            message = f"{occasion} is for none of those whom this channel reaches"
            hint = f"It is for: {', '.join(RULES[occasion].audiences)}. Leave it out, or write their addresses."
            yield warning((*path, "occasions"), message, hint)


def _otherwise(channel: ChannelRules, keys: Collection[str], path: Path) -> Iterator[Problem]:
    if channel.otherwise is None:
        return
    if channel.otherwise == channel.key:
        hint = "Name another channel, or leave it out."
        yield error((*path, "otherwise"), "it cannot take over from itself", hint)
    elif channel.otherwise not in keys:
        yield error((*path, "otherwise"), "there is no such channel", nearest(channel.otherwise, keys))


def _hours(rules: DeliveryRules) -> Iterator[Problem]:
    begins, ends, at = rules.quiet_from, rules.quiet_until, rules.digest_at
    if at is not None and (at >= begins or at < ends if begins > ends else begins <= at < ends):
        message = "nobody is written to at that time, so it would come with the next day's work"
        yield warning(("delivery", "digest_at"), message, f"Write a time from {ends:%H:%M} to {begins:%H:%M}.")
    if rules.weekly_messages < rules.daily_messages:
        message = f"is less than the {rules.daily_messages} of a day, so the days' limit is never reached"
        hint = f"Write {rules.daily_messages} or more, or lower daily_messages."
        yield warning(("delivery", "weekly_messages"), message, hint)


def _kudos(rules: DeliveryRules, rulebook: Rulebook) -> Iterator[Problem]:
    """Thanks that pay at once would be bought: a rule on them holds its points, and has kudos to be about."""
    for rule in rulebook.rules:
        if KUDOS_RECEIVED not in rule.match.types:
            continue
        path: Path = ("rules", rule.key)
        if rules.kudos is None:
            message = f"{KUDOS_RECEIVED} never happens, because the program has no kudos"
            yield warning((*path, "when"), message, "Write delivery: {kudos: {values: {…}}}.")
        if not rule.hold:
            message = "pays for kudos at once, so that colleagues could trade them for points"
            yield error((*path, "hold"), message, "Write hold: why it waits, as a member reads it.")
