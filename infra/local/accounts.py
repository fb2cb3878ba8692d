"""The members' accounts on a stage."""

from collections.abc import Iterator
from dataclasses import dataclass

from infra.local.stage import Deployed
from ladder.domain.points.ledger import Entry, State


@dataclass(frozen=True, slots=True)
class Account:
    member: str
    state: State
    entries: list[Entry]


def accounts(deployed: Deployed) -> Iterator[Account]:
    """Yield the account of each member of the roster, in its order."""
    ledger = deployed.members.ledger(deployed.program)
    for member in deployed.roster:
        state, _ = ledger.load(deployed.program.key, member.id, [])
        yield Account(member.id, state, ledger.entries(deployed.program.key, member.id))
