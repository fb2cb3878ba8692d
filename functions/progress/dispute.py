"""Dispute: a member says that an entry is wrong. It changes no points; a person does, or does not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ladder.domain.errors import Conflict, NotFound
from ladder.domain.points.disputes import Dispute
from ladder.domain.points.ports import Disputes, Ledger
from progress.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputed:
    """`again`: it had been raised in the same words before."""

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
    """Running it again with the same text changes nothing.

    Raises NotThere where he has no such entry, InConflict where he disputed it in other words.
    """
    _, known = ledger.load(me.program, me.member, [(source, event)])
    if (source, event) not in known:
        raise NotFound("you have no such entry")
    raised = Dispute(program=me.program, member=me.member, source=source, id=event, text=text, raised_at=now)
    first = disputes.record(raised)
    if first is not None and first.text != text:
        raise Conflict("you disputed this entry in other words before, and that dispute stands")
    return _told(first or raised, again=first is not None)


def _told(standing: Dispute, *, again: bool) -> Disputed:
    return Disputed(
        source=standing.source,
        id=standing.id,
        text=standing.text,
        raised_at=standing.raised_at,
        state=standing.state,
        answer=standing.answer,
        again=again,
    )
