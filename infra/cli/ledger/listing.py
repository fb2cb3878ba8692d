"""`ladder ledger list`: the newest entries, with what the other commands ask for."""

from functools import cache
from heapq import nlargest

import click

from infra.cli.arguments import language_option, member_option, program_option, whole_number
from infra.cli.ledger.members import MemberKey, find_members, scan, sums
from infra.cli.stack import Stack, on_stack, published_programs
from infra.cli.terminal import print_lines
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.keys import within
from ladder.adapters.dynamodb.ledger import from_item
from ladder.messages.render import paragraph

DONE = 0
LISTED = 20  # entries
ATTRIBUTES = (
    *("pk", "sk", "type", "occurred_at", "attributes", "version"),
    *("points", "spent", "held", "lines", "notes", "reached", "sequence", "recorded_at"),
)
NAMES = {f"#{name}": name for name in ATTRIBUTES}  # DynamoDB reserves some of them


@click.command()
@click.option("--last", type=whole_number(1), default=LISTED, metavar="N", help=f"How many. Default: {LISTED}.")
@program_option
@member_option
@language_option
@on_stack
def list_entries(stack: Stack, *, last: int, program: str | None, member: str | None, language: str) -> int:
    """List the newest entries, each with its event and its member.

    Without --member it reads the whole members table.
    """
    if member:
        people, stored = find_members(stack, program=program, member=member), stack.members.members
        items = (item for key in people for item in stored.query(key.partition, within(keys.ENTRY)))
    else:
        programs, entries = published_programs(stack, program), {":entry": keys.ENTRY}
        scanned = scan(stack, "begins_with(#sk, :entry)", entries, names=NAMES, attributes=", ".join(NAMES))
        items = (item for item in scanned if MemberKey.of(item["pk"]).program in programs)
    users = cache(lambda program: {member.id: member.user for member in stack.members.published.roster(program)})
    newest = nlargest(last, items, key=lambda item: str(item.get("recorded_at", "")))
    for item in newest:
        key, entry = MemberKey.of(item["pk"]), from_item(item)
        user = users(key.program).get(key.member)
        at = (entry.recorded_at or entry.activity.occurred_at).isoformat(timespec="seconds")
        who = f"{user} ({key.member})" if user else key.member
        head, foot = f"{'#'.join(entry.key)}  {sums(entry)}", f"  recorded {at} for {who} of {key.program}"
        texts = stack.members.compiled_version(key.program, entry.program_version).texts
        print_lines([head, f"  {paragraph(texts.messages(entry), language)}", foot])
    if not newest:
        print("There are no entries yet.")
    return DONE
