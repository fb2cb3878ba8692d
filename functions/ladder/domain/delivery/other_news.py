"""News that is in no ledger entry: answers to disputes, verdicts, kudos, and what the clock brings."""

from datetime import date, datetime, timedelta

from ladder.domain.delivery.notification import News, Text, person
from ladder.domain.message import Message, Parameter, verbatim


def dispute_answered(program: str, member: str, event: str, *, upheld: bool, answer: str, at: datetime) -> News:
    """Return the news of an answer. `event`: the disputed one, as source#id; `answer`: what a person wrote."""
    title = Message("delivery.dispute_upheld" if upheld else "delivery.dispute_declined")
    return News(
        program=program,
        member=member,
        occasion="dispute",
        about=event,
        text=Text(title, (verbatim(answer),) if answer.strip() else ()),
        facts={"entry": event, "upheld": upheld},
        link="#/ledger",
        at=at,
    )


def verdict_given(
    program: str, member: str, verdict: str, *, event: str, badge: str, because: Message, at: datetime
) -> News:
    """Return the news that a badge was not proposed, why, and that a person decides where it is contested."""
    return News(
        program=program,
        member=member,
        occasion="verdict",
        about=event,
        subject=verdict,
        text=Text(Message("delivery.verdict", {"badge": badge}), (because, Message("delivery.verdict_contest"))),
        facts={"verdict": verdict, "badge_name": badge},
        link="#/verdicts",
        at=at,
    )


def kudos_given(
    program: str,
    member: str,
    *,
    kudos: str,
    giver: str,
    value: str,
    value_name: str,
    text: str,
    team: str | None,
    at: datetime,
) -> News:
    """Return the thanks of a colleague. What they wrote is a parameter, and is never read as anything but text."""
    parameters: dict[str, Parameter] = {"value": value_name, "who": person(member), "giver": person(giver)}
    said = (verbatim(text),) if text.strip() else ()
    return News(
        program=program,
        member=member,
        occasion="kudos",
        about=kudos,
        text=Text(Message("delivery.kudos", parameters), said),
        feed=Text(Message("delivery.feed_kudos", parameters), said),
        facts={"value": value, "by": giver},
        team=team,
        at=at,
    )


def challenges_of_the_day(
    program: str, member: str, names: tuple[Message, ...], *, day: date, at: datetime, until: datetime
) -> News:
    """Return what the member can play today. It is worth nothing once the day is over."""
    return News(
        program=program,
        member=member,
        occasion="challenge",
        about=f"day#{day.isoformat()}",
        text=Text(Message("delivery.challenges", {"names": names})),
        facts={"day": day.isoformat(), "challenges": len(names)},
        link="#/today",
        at=at,
        not_before=at,
        not_after=until,
    )


def streak_at_risk(
    program: str, member: str, streak: str, *, name: str, length: int, day: date, at: datetime, until: datetime
) -> News:
    """Return the reminder that a streak ends unless something is done in the period that `day` is in."""
    return News(
        program=program,
        member=member,
        occasion="streak",
        about=f"streak#{streak}",
        subject=day.isoformat(),
        text=Text(Message("delivery.streak", {"name": name, "length": length})),
        facts={"streak": streak, "length": length},
        link="#/progress",
        at=at,
        not_before=at,
        not_after=until,
    )


def weekly_note(program: str, team: str, paragraphs: tuple[Message, ...], *, first: date, at: datetime) -> News:
    """Return a supervisor's note of their team's week; `first`: the day it began on."""
    return News(
        program=program,
        member=f"team:{team}",
        occasion="weekly",
        about=f"week#{first.isoformat()}",
        text=Text(Message("delivery.weekly", {"first": first.isoformat()}), paragraphs),
        team=team,
        at=at,
        not_before=at,
        not_after=at + timedelta(days=4),
    )


def digest_of(parts: tuple[News, ...], *, day: date, at: datetime, until: datetime) -> News:
    """Return one message of several to the same reader, in the order in which they happened."""
    first = parts[0]
    paragraphs = tuple(line for news in parts for line in (news.text.title, *news.text.paragraphs))
    return News(
        program=first.program,
        member=first.member,
        occasion="digest",
        about=f"digest#{day.isoformat()}",
        subject=first.about,
        text=Text(Message("delivery.digest", {"count": len(parts)}), paragraphs),
        at=at,
        not_before=at,
        not_after=until,
    )
