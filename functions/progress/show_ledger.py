"""Show the ledger: what happened, what it earned, and why; newest first."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ports import Disputes, Ledger, Quarantine
from ladder.domain.points.statement import Statement, statements
from ladder.web.me import Me

REFERENCE = 16  # hexadecimal digits: enough to name a message to an administrator


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedMessage:
    """A message that could not be counted; it is stored until an administrator looks at it."""

    reference: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """`before`: the parameter of the next page; None on the last one."""

    entries: tuple[Statement, ...]
    before: int | None
    quarantined: tuple[QuarantinedMessage, ...]


def show_ledger(
    me: Me,
    *,
    limit: int,
    before: int,
    version: Callable[[int], CompiledProgram],
    ledger: Ledger,
    quarantine: Quarantine,
    disputes: Disputes,
) -> LedgerPage:
    """Return a page of entries. The whole ledger is read whatever the page: what became of a hold may be anywhere in
    it, and a second index over time would cost a write an entry for a list that is seldom read.

    `version`: a published version of the program, in whose names its entries are read."""
    raised = {dispute.key: dispute for dispute in disputes.of(me.program, me.member)}
    recorded = ledger.entries(me.program, me.member)
    newest = sorted(recorded, key=lambda entry: entry.sequence, reverse=True)
    older = [entry for entry in newest if entry.sequence < before]
    page = older[:limit]
    return LedgerPage(
        entries=tuple(statements(page, recorded, raised, version=version)),
        before=page[-1].sequence if len(older) > limit else None,
        quarantined=tuple(
            QuarantinedMessage(reference=hashlib.sha256(body.encode()).hexdigest()[:REFERENCE], reason=reason)
            for body, reason in quarantine.quarantined(me.program, me.member).items()
        ),
    )
