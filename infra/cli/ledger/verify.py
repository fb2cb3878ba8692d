"""Verify a member's ledger: the entries themselves, the sums, and the state against a replay of all entries."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime

from infra.cli.ledger.members import MemberKey, MemberLedger
from ladder.domain.activities.activity import digest
from ladder.domain.points.ledger import State
from ladder.domain.points.replay import balance, replay_state

STORAGE = frozenset({"version", "sequence", "seen", "archive"})  # compared in another way, or meaningless
COLUMNS = ("earned", "spent", "held")
MAX_LISTED = 5  # numbers


@dataclass(frozen=True, slots=True)
class Finding:
    """`damaged`: an entry itself is wrong, so nothing can be rebuilt from it."""

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
    findings = (*_check_entries(found), *_check_state(found))
    return LedgerCheck(found.person, len(found.entries), found.state.earned, findings)


def _check_entries(found: MemberLedger) -> Iterator[Finding]:
    for entry in found.entries:
        if found.digests[entry.key] != digest(entry.activity):
            yield Finding(f"entry {'#'.join(entry.key)}: its digest does not match its event", damaged=True)
    numbers = Counter(entry.sequence for entry in found.entries)
    last = max(numbers, default=0)
    missing = [number for number in range(1, last + 1) if number not in numbers]
    doubles = sorted(number for number, count in numbers.items() if count > 1)
    if missing:
        yield Finding(f"entries are missing: there is no number {_listed(missing)}", damaged=True)
    if doubles:
        yield Finding(f"two entries have the same number: {_listed(doubles)}", damaged=True)
    if found.state.sequence != last:
        yield Finding(f"sequence is {found.state.sequence} in the state, and the last entry has {last}")


def _check_state(found: MemberLedger) -> Iterator[Finding]:
    """Compare the sums, then every field; a finding has the state's own name for it."""
    for name, total in zip(COLUMNS, balance(found.entries), strict=True):
        stored = getattr(found.state, name)
        if stored != total:
            yield Finding(f"{name} is {stored} in the state, and the entries sum to {total}")
    replayed = replay_state(found.books, found.entries)
    for name in (field.name for field in fields(State) if field.compare and field.name not in STORAGE):
        stored, wanted = getattr(found.state, name), getattr(replayed, name)
        if stored != wanted:
            yield Finding(f"{name} is {_text(name, stored)} in the state, and {_text(name, wanted)} by the events")
    # whether a mark is still in the state or archived already is a matter of storage
    known, wanted = ({**state.archive, **state.seen} for state in (found.state, replayed))
    if known != wanted:
        yield Finding(f"seen: {len(known.items() ^ wanted.items())} marks of what has counted before differ")


def _text(name: str, value: object) -> str:
    if name in {"day", "week"} and isinstance(value, int) and value:
        return str(date.fromordinal(value))
    if isinstance(value, tuple) and value and isinstance(value[0], datetime):
        return " ".join(map(str, value))
    if isinstance(value, bytes):
        return value.hex() or "nothing"
    return str(value)


def _listed(numbers: list[int]) -> str:
    listed = ", ".join(map(str, numbers[:MAX_LISTED]))
    return f"{listed} and {len(numbers) - MAX_LISTED} more" if len(numbers) > MAX_LISTED else listed
