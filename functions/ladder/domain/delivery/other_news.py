"""News that is in no ledger entry: answers to disputes, verdicts, kudos, and what the clock brings."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from ladder.domain.activities.activity import LADDER
from ladder.domain.delivery.member_change import ContestDeclined, DisputeAnswered, KudosGiven, OrderDecided
from ladder.domain.delivery.notification import News, Text, person
from ladder.domain.delivery.rules import KudosRules
from ladder.domain.message import Message, Parameter, verbatim
from ladder.domain.points.fulfilment import OrderState


def dispute_answered(program: str, member: str, answered: DisputeAnswered, *, at: datetime) -> News:
    title = Message("delivery.dispute_upheld" if answered.upheld else "delivery.dispute_declined")
    return News(
        program=program,
        member=member,
        occasion="dispute",
        about=answered.event,
        text=Text(title, (verbatim(answered.answer),) if answered.answer.strip() else ()),
        facts={"entry": answered.event, "upheld": answered.upheld},
        link="#/ledger",
        at=at,
    )


def contest_declined(program: str, member: str, declined: ContestDeclined, *, badge: str) -> News:
    """Return the news that a person has looked at a contested verdict, and agrees with it. `badge`: its name."""
    return News(
        program=program,
        member=member,
        occasion="verdict",
        about=declined.event,
        subject=declined.verdict,
        text=Text(Message("delivery.contest_declined", {"badge": badge})),
        facts={"verdict": declined.verdict, "badge": declined.badge},
        link="#/verdicts",
        at=declined.at,
    )


def kudos_given(program: str, member: str, given: KudosGiven, *, rules: KudosRules | None, team: str | None) -> News:
    """Return the thanks of a colleague. What they wrote is a parameter, and is never read as anything but text."""
    value = rules.values.get(given.value, given.value) if rules else given.value
    parameters: dict[str, Parameter] = {"value": value, "who": person(member), "giver": person(given.by)}
    said = (verbatim(given.text),) if given.text.strip() else ()
    return News(
        program=program,
        member=member,
        occasion="kudos",
        about=f"{LADDER}#kudos:{given.by}:{given.id}",
        text=Text(Message("delivery.kudos", parameters), said),
        feed=Text(Message("delivery.feed_kudos", parameters), said),
        facts={"value": given.value, "by": given.by},
        team=team,
        at=given.at,
    )


ORDER_STEPS: Mapping[OrderState, str] = {
    "approved": "delivery.order_approved",
    "handed_over": "delivery.order_handed_over",
    "refused": "delivery.order_refused",
}


def order_decided(program: str, member: str, decided: OrderDecided, *, at: datetime) -> News:
    """Return the news of a step that staff took about an order, with what they have written.

    It is about the fulfilment, not the order's entry: the refund of a refusal reverses that, and this is to be read.
    """
    fulfilment = decided.fulfilment
    return News(
        program=program,
        member=member,
        occasion="order",
        about=f"fulfilment#{decided.order}",
        subject=fulfilment.state,
        text=Text(
            Message(ORDER_STEPS[fulfilment.state]), (verbatim(fulfilment.reason),) if fulfilment.reason.strip() else ()
        ),
        facts={"order": decided.order, "state": fulfilment.state},
        link="#/rewards",
        at=fulfilment.since or at,
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
