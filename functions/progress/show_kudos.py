"""Show a member whom they may thank, for what, how often, and the thanks that they received."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ladder.domain.delivery.kudos import WEEK, Kudos, KudosStore
from ladder.domain.delivery.rules import KudosRules
from ladder.domain.errors import NotFound
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.web.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A member of one's team. `from_on`: when they may be thanked again; None: now."""

    member: str
    name: str
    from_on: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedKudos:
    """`name`: of whoever gave them; None where they are no longer here. `text`: as they wrote it."""

    name: str | None
    value: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MyKudos:
    """`values`: what colleagues are thanked for, by key. `received`: of the last weeks, newest first."""

    values: Mapping[str, str]
    left_this_week: int
    colleagues: Sequence[Colleague]
    received: Sequence[ReceivedKudos]


def show_kudos(
    me: Me,
    *,
    rules: KudosRules | None,
    now: datetime,
    find: Callable[[str], Member | None],
    teammates: Callable[[str], Sequence[str]],
    store: KudosStore,
) -> MyKudos:
    """Return what the member may give and has received. Raises NotFound where the program has no kudos."""
    if rules is None:
        raise NotFound(Message("delivery.no_kudos_here"))
    mine, thanks, apart = (
        find(me.member),
        store.given(me.program, me.member),
        timedelta(days=rules.same_colleague_after_days),
    )
    team = teammates(mine.team_key) if mine and mine.team_key else ()
    listed = (member for member in map(find, team) if member and member.active and member.id != me.member)
    colleagues = []
    for member in listed:
        last = thanks.last_to(member.id)
        again = last + apart if last and last + apart > now else None
        colleagues.append(Colleague(member=member.id, name=member.display_name, from_on=again))
    received = sorted(store.of(me.program, me.member), key=lambda kudos: kudos.at, reverse=True)
    return MyKudos(
        values=rules.values,
        left_this_week=max(rules.weekly - len(thanks.since(now - WEEK)), 0),
        colleagues=sorted(colleagues, key=lambda colleague: colleague.name),
        received=tuple(_received(kudos, rules, find) for kudos in received),
    )


def _received(kudos: Kudos, rules: KudosRules, find: Callable[[str], Member | None]) -> ReceivedKudos:
    giver = find(kudos.by)
    name = giver.display_name if giver and not giver.erased else None
    return ReceivedKudos(name=name, value=rules.values.get(kudos.value, kudos.value), text=kudos.text, at=kudos.at)
