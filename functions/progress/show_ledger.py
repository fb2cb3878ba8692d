"""Show the ledger: what happened, what it brought, and why; newest first."""

import hashlib
from dataclasses import dataclass

from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ports import Disputes, Ledger, Quarantine
from ladder.domain.points.statement import Statement, statements
from progress.me import Me

REFERENCE = 16  # hexadecimal digits: enough to name a message to an administrator


@dataclass(frozen=True, slots=True, kw_only=True)
class SetApart:
    """A message that could not be counted; it is kept, and somebody looks at it."""

    reference: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """`before`: what to ask for the next page with, None on the last one."""

    entries: tuple[Statement, ...]
    before: int | None
    set_apart: tuple[SetApart, ...]


def show_ledger(
    me: Me,
    *,
    limit: int,
    before: int,
    book: CompiledProgram,
    ledger: Ledger,
    quarantine: Quarantine,
    disputes: Disputes,
) -> LedgerPage:
    """Reads the whole ledger whatever the page: what became of a hold may stand anywhere in it, and a second index
    over time would cost a write an entry for a list that is seldom read."""
    raised = {each.key: each for each in disputes.of(me.program, me.member)}
    told = statements(book, ledger.entries(me.program, me.member), raised)
    rest = [each for each in told if each.sequence < before]
    page = rest[:limit]
    parked = quarantine.quarantined(me.program, me.member)
    return LedgerPage(
        entries=tuple(page),
        before=page[-1].sequence if len(rest) > limit else None,
        set_apart=tuple(SetApart(reference=_reference(body), reason=why) for body, why in parked.items()),
    )


def _reference(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:REFERENCE]
