"""Dispute an entry: a member says that it is wrong. It changes no points; a person does, or does not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ladder.domain.errors import Conflict, NotFound
from ladder.domain.message import Message
from ladder.domain.points.disputes import Dispute
from ladder.domain.points.ports import Disputes, Ledger
from ladder.web.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """`again`: it was raised in the same words before."""

    source: str
    id: str
    text: str
    raised_at: datetime
    state: Literal["open", "upheld", "declined"]
    answer: str | None
    again: bool


def dispute(
    me: Me, *, source: str, event: str, text: str, now: datetime, ledger: Ledger, disputes: Disputes
) -> Disputed:
    """Record a dispute. Running it again with the same text changes nothing.

    Raises NotFound where the member has no such entry, Conflict where they disputed it in other words.
    """
    _, known = ledger.load(me.program, me.member, [(source, event)])
    if (source, event) not in known:
        raise NotFound(Message("points.no_such_entry"))
    raised = Dispute(program=me.program, member=me.member, source=source, id=event, text=text, raised_at=now)
    existing = disputes.record(raised)
    if existing is not None and existing.text != text:
        raise Conflict(Message("points.disputed_before"))
    recorded = existing or raised
    return Disputed(
        source=recorded.source,
        id=recorded.id,
        text=recorded.text,
        raised_at=recorded.raised_at,
        state=recorded.state,
        answer=recorded.answer,
        again=existing is not None,
    )
