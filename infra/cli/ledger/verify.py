"""`ladder ledger verify | rebuild`: entries, sums and states that do not agree, and states built again from entries."""

from collections import Counter, defaultdict
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

import click

from infra.cli.arguments import member_option, program_option, write_option
from infra.cli.ledger.members import COLUMNS, MemberKey, MemberLedger, find_members, open_ledger, read_ledger
from infra.cli.stack import Stack, on_stack
from infra.cli.tables import console, table
from infra.cli.terminal import print_lines
from infra.cli.texts import quantity
from ladder.domain.activities.activity import digest
from ladder.domain.points.ledger import LedgerChange, State
from ladder.domain.points.replay import balance, last_program_version, replay_state
from ladder.domain.points.replay import rebuild as rebuild_state

DONE, FAILED = 0, 1
STORAGE = frozenset({"version", "sequence", "seen", "archive"})  # compared in another way, or meaningless
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

    def lines(self) -> list[str]:
        first, *others = (finding.what for finding in self.findings)
        return [f"member {self.person.member} of {self.person.program}: {first}", *(f"  and {what}" for what in others)]


@click.command()
@program_option
@member_option
@on_stack
def verify(stack: Stack, *, program: str | None, member: str | None) -> int:
    """Check that entries, sums and states agree. Reads the whole members table."""
    by_program = defaultdict[str, list[LedgerCheck]](list)
    for person in find_members(stack, program=program, member=member):
        by_program[person.program].append(verify_ledger(read_ledger(stack, person)))
    columns = ("members", "entries", "points earned", "that differ")
    drawn = table(None, "program", *columns, right=columns)
    for key, checks in sorted(by_program.items()):
        entries, points = sum(check.entries for check in checks), sum(check.points for check in checks)
        differ = sum(not check.holds for check in checks)
        drawn.add_row(key, *(f"{count:,}" for count in (len(checks), entries, points, differ)))
    console().print(drawn)
    members = sum(map(len, by_program.values()))
    wrong = [check for checks in by_program.values() for check in checks if not check.holds]
    print_lines(line for check in wrong for line in check.lines())
    if wrong:
        print(f"{len(wrong)} of {quantity(members, 'member')} differ. See `ladder ledger rebuild`.")
        return FAILED
    verified = f"All entries and states verified: {quantity(members, 'member')}."
    print(verified if members else "No ledger to verify: no member has an entry.")
    return DONE


@click.command()
@write_option
@program_option
@member_option
@on_stack
def rebuild(stack: Stack, *, write: bool, program: str | None, member: str | None) -> int:
    """Recalculate the states that differ from their entries. Damaged entries are left for somebody to restore."""
    published, now = stack.members.published.current_version, datetime.now(UTC)
    states = damaged = 0
    for person in find_members(stack, program=program, member=member):
        ledger = read_ledger(stack, person)
        check = verify_ledger(ledger)
        if check.damaged:
            damaged += 1
            what = next(finding.what for finding in check.findings if finding.damaged)
            print_lines(
                [
                    f"member {person.member} of {person.program}: {what}",
                    "  left as it is: entries are damaged; restore them (point-in-time recovery) before rebuilding",
                ]
            )
        elif not check.holds:
            states += 1
            after, entry = rebuild_state(
                ledger.state,
                replay_state(ledger.versions, ledger.entries),
                ledger.entries,
                program_version=(ledger.entries and last_program_version(ledger.entries)) or published(person.program),
                at=now,
            )
            if write:
                change = LedgerChange(
                    program=person.program,
                    member=person.member,
                    before=ledger.state,
                    after=after,
                    entries=[entry],
                    due_at=now,
                )
                open_ledger(stack, ledger.versions.values()).commit(change)
            columns = ", ".join(f"{name} {getattr(after, name)}" for name in COLUMNS)
            moved = f"; entry {'#'.join(entry.key)} carries {entry.points:+} points" if entry.points else ""
            print_lines([*check.lines(), f"  {'rebuilt' if write else 'would be rebuilt'}: {columns}{moved}"])
    summary = quantity(states, "state") + (" rebuilt" if write else " to rebuild")
    summary += f", {quantity(damaged, 'member')} with damaged entries left as they are" if damaged else ""
    print(f"{summary}." if write or not states else f"{summary}. Nothing was written. Add --write to rebuild.")
    return FAILED if damaged else DONE


def verify_ledger(ledger: MemberLedger) -> LedgerCheck:
    """Check the entries themselves, the sums, then every field of the state; a finding has the state's name for it."""
    findings = list[Finding]()
    for entry in ledger.entries:
        if ledger.digests[entry.key] != digest(entry.activity):
            findings.append(Finding(f"entry {'#'.join(entry.key)}: its digest does not match its event", damaged=True))
    numbers = Counter(entry.sequence for entry in ledger.entries)
    last = max(numbers, default=0)
    missing = [number for number in range(1, last + 1) if number not in numbers]
    doubles = sorted(number for number, count in numbers.items() if count > 1)
    if missing:
        findings.append(Finding(f"entries are missing: there is no number {_listed(missing)}", damaged=True))
    if doubles:
        findings.append(Finding(f"two entries have the same number: {_listed(doubles)}", damaged=True))
    if ledger.state.sequence != last:
        findings.append(Finding(f"sequence is {ledger.state.sequence} in the state, and the last entry has {last}"))
    for name, total in zip(COLUMNS, balance(ledger.entries), strict=True):
        stored = getattr(ledger.state, name)
        if stored != total:
            findings.append(Finding(f"{name} is {stored} in the state, and the entries sum to {total}"))
    replayed = replay_state(ledger.versions, ledger.entries)
    for name in (field.name for field in fields(State) if field.compare and field.name not in STORAGE):
        stored, wanted = getattr(ledger.state, name), getattr(replayed, name)
        if stored != wanted:
            findings.append(
                Finding(f"{name} is {_text(name, stored)} in the state, and {_text(name, wanted)} by the events")
            )
    # whether a mark is still in the state or archived already is a matter of storage
    known, wanted = ({**state.archive, **state.seen} for state in (ledger.state, replayed))
    if known != wanted:
        findings.append(Finding(f"seen: {len(known.items() ^ wanted.items())} marks of what has counted before differ"))
    return LedgerCheck(ledger.person, len(ledger.entries), ledger.state.earned, tuple(findings))


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
