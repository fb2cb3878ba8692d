"""What does not hold of a member's ledger: numbers first, then the state against everything folded anew."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime

from infra.cli.ledger.members import MemberKey, MemberLedger
from ladder.domain.activities.activity import digest
from ladder.domain.points.ledger import State
from ladder.domain.points.replay import balance, replay_state

STORAGE = frozenset({"version", "sequence", "seen", "archive"})  # compared otherwise, or of no meaning
COLUMNS = ("earned", "spent", "held")


@dataclass(frozen=True, slots=True)
class Finding:
    """`damaged`: it is the entries themselves, from which nothing can be built again."""

    what: str
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    person: MemberKey
    entries: int
    points: int
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.findings

    @property
    def damaged(self) -> bool:
        return any(finding.damaged for finding in self.findings)


def verify_ledger(found: MemberLedger) -> LedgerCheck:
    findings = (*_bodies(found), *_numbers(found), *_sums(found), *_folded(found))
    return LedgerCheck(found.person, len(found.entries), found.state.earned, findings)


def _bodies(found: MemberLedger) -> Iterator[Finding]:
    for entry in found.entries:
        if found.digests[entry.key] != digest(entry.activity):
            yield Finding(f"entry {'#'.join(entry.key)}: its digest is not that of what it says happened", damaged=True)


def _numbers(found: MemberLedger) -> Iterator[Finding]:
    told = [entry.sequence for entry in found.entries]
    missing = sorted(set(range(1, max(told, default=0) + 1)) - set(told))
    doubles = sorted({number for number in told if told.count(number) > 1}) if len(set(told)) < len(told) else []
    if missing:
        yield Finding(f"entries are missing: there is no number {_listed(missing)}", damaged=True)
    if doubles:
        yield Finding(f"entries have a number twice: {_listed(doubles)}", damaged=True)
    if found.state.sequence != max(told, default=0):
        last = max(told, default=0)
        yield Finding(f"sequence is {found.state.sequence} in the state, and the last entry has {last}")


def _sums(found: MemberLedger) -> Iterator[Finding]:
    for name, total in zip(COLUMNS, balance(found.entries), strict=True):
        stored = getattr(found.state, name)
        if stored != total:
            yield Finding(f"{name} is {stored} in the state, and the entries sum to {total}")


def _folded(found: MemberLedger) -> Iterator[Finding]:
    """Every field that does not say what the events say; the state's own names for them."""
    anew = replay_state(found.books, found.entries)
    for name in (field.name for field in fields(State) if field.compare and field.name not in STORAGE):
        stored, wanted = getattr(found.state, name), getattr(anew, name)
        if stored != wanted:
            yield Finding(f"{name} is {_said(name, stored)} in the state, and {_said(name, wanted)} by the events")
    if _seen(found.state) != _seen(anew):
        known, wanted = _seen(found.state), _seen(anew)
        yield Finding(f"seen: {len(known.items() ^ wanted.items())} marks of what has counted before differ")


def _seen(state: State) -> dict[bytes, int]:
    """Whether a mark is still in the state or archived already is a matter of storage."""
    return {**state.archive, **state.seen}


def _said(name: str, value: object) -> str:
    if name in {"day", "week"} and isinstance(value, int) and value:
        return str(date.fromordinal(value))
    if isinstance(value, tuple) and value and isinstance(value[0], datetime):
        return " ".join(map(str, value))
    if isinstance(value, bytes):
        return value.hex() or "nothing"
    return str(value)


def _listed(numbers: list[int], most: int = 5) -> str:
    told = ", ".join(map(str, numbers[:most]))
    return f"{told} and {len(numbers) - most} more" if len(numbers) > most else told
