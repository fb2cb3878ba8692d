"""Revoke the credentials of badges that a member has no longer, once the ledger has taken them back."""

from datetime import datetime

from ladder.domain.credentials.ports import Credentials, IssuedCredential
from ladder.domain.errors import MemberErased
from ladder.domain.points.ledger import State
from ladder.domain.points.ports import Ledger


def revoke_lost(program: str, member: str, *, now: datetime, ledger: Ledger, credentials: Credentials) -> int:
    """Return how many were revoked. Running it again revokes nothing more; of an erased member, erasure revokes all.

    The state decides, not the entry that was the reason to look: a badge may have been given again since.
    """
    lasting = [issued for issued in credentials.of(program, member) if issued.revoked_at is None]
    if not lasting:
        return 0
    try:
        state, _ = ledger.load(program, member, [])
    except MemberErased:
        return 0
    lost = [issued for issued in lasting if not is_held(issued, state)]
    for issued in lost:
        credentials.revoke(program, member, issued, at=now)
    return len(lost)


def is_held(issued: IssuedCredential, state: State) -> bool:
    marks, _ = state.badges.get(issued.badge, (frozenset(), 0))
    return issued.mark in marks
