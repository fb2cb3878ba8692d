"""`ladder ledger reverse ENTRY --reason TEXT`: take back an entry, through the queue like every other event.

The decision is audited before the event is sent, so that there is no reversal without a record. If the process ends in
between, the next call finds the decision and sends what it says.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from infra.cli.arguments import language_option, member_option, program_option, reason
from infra.cli.ledger.members import COLUMNS, MemberEntry, MemberLedger, find_entries, read_ledger
from infra.cli.stack import Stack, on_stack, staff, user
from infra.cli.terminal import print_lines
from ladder.adapters.dynamodb.staff import DynamoDecisions
from ladder.domain.activities.activity import REVERSED, Delivery
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.message import verbatim
from ladder.domain.points.amendments import reversal, reversal_refusal
from ladder.domain.points.ledger import Entry
from ladder.domain.reviews.audit_records import requested
from ladder.messages.render import paragraph

DONE = 0
PATIENCE_SECONDS, POLL_SECONDS = 120.0, 0.5


@dataclass(frozen=True, slots=True)
class ReversalResult:
    """`already`: the entry had been taken back before, and nothing was sent."""

    entry: Entry
    before: MemberLedger
    after: MemberLedger
    already: bool


@click.command()
@click.argument("event", metavar="ENTRY")
@click.option("--reason", "why", type=reason, required=True, metavar="TEXT", help="Why; the member reads it.")
@click.option("--actor", metavar="NAME", help="Who decided. Default: the user of this machine.")
@program_option
@member_option
@language_option
@on_stack
def reverse(
    stack: Stack, *, event: str, why: str, actor: str | None, program: str | None, member: str | None, language: str
) -> int:
    """Take back an entry (source#id, or an id), through the queue. Safe to repeat."""
    entries = find_entries(stack, event, program=program, member=member)
    if not entries:
        raise Rejected(f"there is no entry of {event}; `ladder ledger explain` may say why")
    if len(entries) > 1:
        people = [("#".join(candidate.entry.key), candidate.person) for candidate in entries]
        names = "\n".join(f"  {key} --program {person.program} --member {person.member}" for key, person in people)
        raise Rejected(f"{len(entries)} entries have the id {event}; name one of them:\n{names}")
    by = staff(entries[0].person.program).subject
    done = reverse_entry(stack, entries[0], reason=why, actor=actor or user(), by=by, now=datetime.now(UTC))
    recorded, name = done.entry, "#".join(done.entry.key)
    text = paragraph(done.after.versions[recorded.program_version].texts.messages(recorded), language)
    if done.already:
        at = f" at {recorded.recorded_at.isoformat(timespec='seconds')}" if recorded.recorded_at else ""
        print_lines([f"Already taken back{at} by {name}: {text}", "Nothing was sent."])
        return DONE
    sums = ((column, getattr(done.before.state, column), getattr(done.after.state, column)) for column in COLUMNS)
    changes = [f"{column} {before} → {after}" for column, before, after in sums if before != after]
    print_lines([f"Recorded as {name}: {text}", ", ".join(changes) or "No points changed."])
    return DONE


def reverse_entry(
    stack: Stack,
    member_entry: MemberEntry,
    *,
    reason: str,
    actor: str,
    by: str,
    now: datetime,
    patience: float = PATIENCE_SECONDS,
) -> ReversalResult:
    """`by`: the name in the audit; `actor`: the name that the member reads.

    Raises Rejected for an entry that cannot be taken back, Unavailable if the reversal is not recorded in time.
    """
    person, key, before = member_entry.person, member_entry.entry.key, member_entry.ledger
    if why := reversal_refusal(member_entry.entry.activity):
        raise Rejected(why)
    if known := next((entry for entry in member_entry.amendments if entry.activity.type == REVERSED), None):
        return ReversalResult(known, before, before, already=True)
    activity = reversal(key, reason=reason, actor=actor, now=now)
    request = requested(
        person.program,
        f"{person.member}#{activity.id}",
        what="audit.entry_revoked",
        by=by,
        why=verbatim(reason),
        at=now,
        about={"member": person.member, "source": key[0], "event": key[1], "actor": actor},
    )
    # the first decision stands: a reason that is given later changes neither the record nor what is sent
    first = DynamoDecisions(stack.audit, stack.members.members).record(request)
    given = str(first.why.parameters["text"]) if first.why else reason
    activity = reversal(key, reason=given, actor=str(first.about["actor"]), now=first.at)
    stack.queue.send([Delivery(person.program, person.member, (activity,))])
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        after = read_ledger(stack, person)
        if recorded := next((entry for entry in after.entries if entry.key == activity.key), None):
            return ReversalResult(recorded, before, after, already=False)
        time.sleep(POLL_SECONDS)
    raise Unavailable(
        f"the reversal is in the queue and was not recorded in {patience:.0f} seconds: look at the log of the rewards "
        "function and at the dead-letter queue; asking for it again is safe"
    )
