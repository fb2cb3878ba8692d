"""Show the ledger: what happened, what it earned, and why; newest first."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ports import Disputes, LedgerPages, Quarantine
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
    before: int | None,
    version: Callable[[int], CompiledProgram],
    ledger: LedgerPages,
    quarantine: Quarantine,
    disputes: Disputes,
) -> LedgerPage:
    """Return a page of entries, and read no more of the ledger than what it shows.

    `version`: a published version of the program, in whose names its entries are read."""
    raised = {dispute.key: dispute for dispute in disputes.of(me.program, me.member)}
    newest = list(islice(ledger.latest(me.program, me.member, before=before, page=limit + 1), limit + 1))
    page = newest[:limit]
    amendments = ledger.amendments(me.program, me.member, [entry.key for entry in page])
    return LedgerPage(
        entries=tuple(statements(page, amendments, raised, version=version)),
        before=page[-1].sequence if len(newest) > limit else None,
        quarantined=tuple(
            QuarantinedMessage(reference=hashlib.sha256(body.encode()).hexdigest()[:REFERENCE], reason=reason)
            for body, reason in quarantine.quarantined(me.program, me.member).items()
        ),
    )
