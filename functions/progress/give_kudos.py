"""Give kudos: thank a colleague, within a week's budget, and let a rule pay for it where nothing speaks against it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ladder.domain.activities.activity import Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.delivery.kudos import WEEK, Kudos, KudosStore, may_pay
from ladder.domain.delivery.rules import KudosRules
from ladder.domain.errors import Conflict, InvalidRequest, NotAuthorized, NotFound, Unavailable
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.domain.points.ledger import Pause
from ladder.web.me import Me

TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenKudos:
    """`left_this_week`: how many more the member may give. `again`: the same were given before."""

    kudos: str
    to: str
    value: str
    text: str
    left_this_week: int
    again: bool


def give_kudos(
    me: Me,
    *,
    kudos: str,
    to: str,
    value: str,
    text: str,
    rules: KudosRules | None,
    now: datetime,
    find: Callable[[str], Member | None],
    store: KudosStore,
    queue: Activities,
    pause: Pause,
) -> GivenKudos:
    """Give kudos under an id of the giver's own. Running it again changes nothing.

    They are stored first, and the event sent after it: after a crash in between, the same request sends it again.

    Raises NotFound where the program has no kudos, or no such colleague or value, NotAuthorized for thanks to oneself,
    InvalidRequest for an id of other kudos, Conflict where the week's budget is used or the colleague was thanked
    lately.
    """
    if rules is None:
        raise NotFound(Message("delivery.no_kudos_here"))
    if to == me.member:
        raise NotAuthorized(Message("delivery.kudos_to_oneself"))
    colleague = find(to)
    if colleague is None or not colleague.active:
        raise NotFound(Message("delivery.no_such_colleague"))
    if value not in rules.values:
        raise NotFound(Message("delivery.no_such_value", {"known": ", ".join(sorted(rules.values))}))
    for tries in range(TRIES):
        before = store.find(me.program, to, me.member, kudos)
        if before is not None:
            if (before.value, before.text) != (value, text):
                raise InvalidRequest(Message("delivery.kudos_id_used"))
            return _given(before, me, rules, store, queue, now=now, again=True)
        thanks = store.given(me.program, me.member)
        _require_budget(thanks.since(now - WEEK), rules)
        last, lately = thanks.last_to(to), timedelta(days=rules.same_colleague_after_days)
        if last is not None and now - last < lately:
            days = {"days": rules.same_colleague_after_days}
            raise Conflict(Message("delivery.thanked_lately", days))
        new = Kudos(
            program=me.program,
            member=to,
            id=kudos,
            by=me.member,
            value=value,
            text=text,
            at=now,
            pays=may_pay(
                me.member,
                to,
                given=lambda whose: store.given(me.program, whose),
                received=lambda whose: store.received(me.program, whose, until=now),
                at=now,
                returned_within=lately,
            ),
        )
        if store.record(new, thanks):
            return _given(new, me, rules, store, queue, now=now, again=False)
        pause(tries)
    raise Unavailable("others keep changing the same lists")


def _require_budget(this_week: tuple[object, ...], rules: KudosRules) -> None:
    if len(this_week) >= rules.weekly:
        raise Conflict(Message("delivery.kudos_used", {"most": rules.weekly}))


def _given(
    given: Kudos, me: Me, rules: KudosRules, store: KudosStore, queue: Activities, *, now: datetime, again: bool
) -> GivenKudos:
    if given.pays:
        queue.send([Delivery(me.program, given.member, (given.activity,))])
    used = len(store.given(me.program, me.member).since(now - WEEK))
    return GivenKudos(
        kudos=given.id,
        to=given.member,
        value=given.value,
        text=given.text,
        left_this_week=max(rules.weekly - used, 0),
        again=again,
    )
