"""`ladder ledger list | verify | rebuild | explain EVENT | reverse ENTRY --reason TEXT`."""

from datetime import UTC, datetime

import click

from infra.cli.arguments import member_option, program_option, reason, whole_number, write_option
from infra.cli.ledger.explain import explain_entry, explain_missing
from infra.cli.ledger.find import find_entries, find_traces, newest_entries, refusals
from infra.cli.ledger.members import MemberLedger, find_members, open_ledger, read_ledger
from infra.cli.ledger.reverse import reverse_entry
from infra.cli.ledger.screen import findings, listed_lines, rebuilt_line, reversal_lines, show_verified
from infra.cli.ledger.verify import verify_ledger
from infra.cli.stack import Stack, on_stack, staff, user
from infra.cli.terminal import print_lines
from ladder.adapters.dynamodb import keys
from ladder.domain.errors import Rejected
from ladder.domain.points.ledger import LedgerChange
from ladder.domain.points.replay import last_program_version, replay_state
from ladder.domain.points.replay import rebuild as rebuild_state
from ladder.domain.text import quantity

DONE, FAILED = 0, 1
LISTED = 20  # entries


@click.group()
def ledger() -> None:
    """List, verify, explain and repair members' ledgers."""


@ledger.command("list")
@click.option("--last", type=whole_number(1), default=LISTED, metavar="N", help=f"How many. Default: {LISTED}.")
@program_option
@member_option
@on_stack
def list_entries(stack: Stack, *, last: int, program: str | None, member: str | None) -> int:
    """List the newest entries, each with its event and its member."""
    entries = newest_entries(stack, program=program, member=member, last=last)
    print_lines([line for entry in entries for line in listed_lines(entry)] or ["There are no entries yet."])
    return DONE


@ledger.command()
@program_option
@member_option
@on_stack
def verify(stack: Stack, *, program: str | None, member: str | None) -> int:
    """Check that entries, sums and states agree. Reads the whole members table."""
    verified = [verify_ledger(found) for found in _ledgers(stack, program, member)]
    show_verified(verified)
    return DONE if all(check.holds for check in verified) else FAILED


@ledger.command()
@write_option
@program_option
@member_option
@on_stack
def rebuild(stack: Stack, *, write: bool, program: str | None, member: str | None) -> int:
    """Recalculate the states that differ from their entries. Damaged entries are left for somebody to restore."""
    states = damaged = 0
    for found in _ledgers(stack, program, member):
        check = verify_ledger(found)
        if check.damaged:
            damaged += 1
            what = next(finding.what for finding in check.findings if finding.damaged)
            print_lines(
                [
                    f"member {found.person.member} of {found.person.program}: {what}",
                    "  left as it is: entries are damaged; restore them (point-in-time recovery) before rebuilding",
                ]
            )
        elif not check.holds:
            states += 1
            print_lines([*findings(check), _rebuild(stack, found, write=write)])
    summary = quantity(states, "state") + (" rebuilt" if write else " to rebuild")
    summary += f", {quantity(damaged, 'member')} with damaged entries left as they are" if damaged else ""
    print_lines([f"{summary}." if write or not states else f"{summary}. Nothing was written. Add --write to rebuild."])
    return FAILED if damaged else DONE


def _rebuild(stack: Stack, found: MemberLedger, *, write: bool) -> str:
    published = stack.members.published.current_version
    now = datetime.now(UTC)
    after, entry = rebuild_state(
        found.state,
        replay_state(found.books, found.entries),
        found.entries,
        program_version=(found.entries and last_program_version(found.entries)) or published(found.person.program),
        at=now,
    )
    if write:
        change = LedgerChange(
            program=found.person.program,
            member=found.person.member,
            before=found.state,
            after=after,
            entries=[entry],
            due_at=now,
        )
        open_ledger(stack, found.books.values()).commit(change)
    return rebuilt_line(after, entry, written=write)


@ledger.command()
@click.argument("event", metavar="EVENT")
@program_option
@member_option
@on_stack
def explain(stack: Stack, *, event: str, program: str | None, member: str | None) -> int:
    """Explain what an event (source#id, or an id) earned and why, or why it has no entry."""
    entries = find_entries(stack, event, program=program, member=member)
    for position, found in enumerate(entries):
        refused = list(refusals(stack, "#".join(found.entry.key), program=found.person.program))
        hold = stack.members.members.get(found.person.partition, keys.hold(found.entry.key))
        print_lines([*([""] if position else []), *explain_entry(found, hold, refused)])
    if not entries:
        print_lines(explain_missing(event, find_traces(stack, event, program=program)))
    return DONE if entries else FAILED


@ledger.command()
@click.argument("event", metavar="ENTRY")
@click.option("--reason", "why", type=reason, required=True, metavar="TEXT", help="Why; the member reads it.")
@click.option("--actor", metavar="NAME", help="Who decided. Default: the user of this machine.")
@program_option
@member_option
@on_stack
def reverse(stack: Stack, *, event: str, why: str, actor: str | None, program: str | None, member: str | None) -> int:
    """Take back an entry (source#id, or an id), through the queue. Safe to repeat."""
    entries = find_entries(stack, event, program=program, member=member)
    if not entries:
        raise Rejected(f"there is no entry of {event}; `ladder ledger explain` may say why")
    if len(entries) > 1:
        names = "\n".join(
            f"  {'#'.join(found.entry.key)} --program {found.person.program} --member {found.person.member}"
            for found in entries
        )
        raise Rejected(f"{len(entries)} entries have the id {event}; name one of them:\n{names}")
    by = staff(entries[0].person.program).subject
    done = reverse_entry(stack, entries[0], reason=why, actor=actor or user(), by=by, now=datetime.now(UTC))
    print_lines(reversal_lines(done))
    return DONE


def _ledgers(stack: Stack, program: str | None, member: str | None) -> list[MemberLedger]:
    return [read_ledger(stack, person) for person in find_members(stack, program=program, member=member)]
