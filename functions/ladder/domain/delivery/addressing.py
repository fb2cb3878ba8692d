"""Who is told of news, and where: one notification for each reader and each channel that is for it."""

import re
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from ladder.domain.activities.source import MARKER
from ladder.domain.delivery.notification import SYSTEMS_LIFE, USUAL_LIFE, News, Notification
from ladder.domain.delivery.occasion import AUDIENCES, RULES, Audience
from ladder.domain.delivery.ports import Reader
from ladder.domain.delivery.rules import ADDRESS, USER, ChannelRules, DeliveryRules
from ladder.domain.members.preferences import Preferences
from ladder.domain.members.roster import Member, Roster

STALE = timedelta(days=7)  # a person hears nothing of what happened longer ago, such as an imported history
LEARNT = frozenset({"badge", "level", "path", "completed"})  # what a record of learning is for
PLACES = re.compile("|".join(map(re.escape, (USER, ADDRESS))))
EVERYBODY = ""  # the reader of the feed that the whole program sees


def notifications(
    news: News, rules: DeliveryRules, *, preferences: Preferences, now: datetime
) -> Iterator[Notification]:
    """Yield the notifications of news. `preferences`: of the member whom it is about.

    What a member does not share is not even stored for others. The text of a feed is praise: nothing else has one.
    """
    for channel in rules.channels:
        for audience in AUDIENCES:
            if not news.may_reach(audience) or not channel.carries(news.occasion, audience):
                continue
            if audience == "system" and not _keeps(channel, news):
                continue
            if audience != "system" and news.at < now - STALE and news.not_before is None:
                continue
            for reader in _readers(news, channel, audience, preferences):
                life = SYSTEMS_LIFE if audience == "system" else USUAL_LIFE
                yield Notification(
                    news=news,
                    channel=channel.key,
                    audience=audience,
                    reader=reader,
                    created_at=now,
                    not_before=news.not_before or now,
                    not_after=news.not_after or max(now, news.not_before or now) + life,
                )


def _keeps(channel: ChannelRules, news: News) -> bool:
    """Return whether the system has a place for such news: for points, for badges that something stands for, for all.

    Points that are spent are no award. Those of an event that was reversed are withdrawn with its message.
    """
    points = news.facts.get("points")
    has_points = news.occasion == "points" and isinstance(points, int) and points > 0
    match channel.kind:
        case "webhook" | "eventbridge":
            return True
        case "xapi":
            return news.occasion in LEARNT
        case "points_api":
            return has_points or news.occasion == "badge"
        case "ispring":
            return has_points
    return news.occasion == "badge" and f"{MARKER}{news.facts.get('badge')}" in channel.options


def _readers(news: News, channel: ChannelRules, audience: Audience, preferences: Preferences) -> Collection[str]:
    match audience:
        case "member":
            return news.readers or (news.member,)
        case "system":
            return ("",)
        case "supervisors":
            return (news.team,) if news.team and news.team in channel.supervisors else ()
        case "team":
            if news.feed is None or not RULES[news.occasion].praise:
                return ()
            if preferences.recognition == "public" and channel.address is not None:
                return (EVERYBODY,)
            shared = preferences.recognition in {"public", "team"}
            return (news.team,) if shared and news.team and news.team in channel.teams else ()


def lanes(channel: ChannelRules) -> Iterator[str]:
    """Yield every lane in which something of the channel may wait."""
    yield ""
    yield from (f"team:{team}" for team in (EVERYBODY, *channel.teams))
    yield from (f"supervisors:{team}" for team in channel.supervisors)


def address(notification: Notification, channel: ChannelRules, *, reader: Reader | None) -> str | None:
    """Return where a notification goes on its channel; None where nobody has an address there.

    `reader`: the reader, or for a system the member whom it is about; None where there is no such member.
    """
    match notification.audience:
        case "team":
            return channel.address if notification.reader == EVERYBODY else channel.teams.get(notification.reader)
        case "supervisors":
            return channel.supervisors.get(notification.reader)
        case "system" if channel.member is None:
            return channel.address or ""
    if reader is None:
        return _filled(channel, user=None, own=None)
    return _filled(channel, user=reader.user, own=reader.addresses.get(channel.key))


def member_at(address: str, channel: ChannelRules, roster: Roster) -> Member | None:
    """Return the one member who is reached at an address of a channel; None where nobody, or not one alone, is."""
    found = [
        member
        for member in roster
        if member.active and _filled(channel, user=member.user, own=member.addresses.get(channel.key)) == address
    ]
    return found[0] if len(found) == 1 else None


def _filled(channel: ChannelRules, *, user: str | None, own: str | None) -> str | None:
    template, known = channel.member or "", {USER: user, ADDRESS: own}
    if any(place in template and not value for place, value in known.items()):
        return None
    return PLACES.sub(lambda place: known[place[0]] or "", template) or None
