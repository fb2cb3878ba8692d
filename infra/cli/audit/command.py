"""`ladder audit verify | show | seal`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

import click

from infra.cli.arguments import program_option
from infra.cli.audit.facts import find_unrecorded
from infra.cli.audit.members import MemberWords, references
from infra.cli.audit.records import (
    Filter,
    about,
    find_programs,
    find_records,
    login_user,
    seal_now,
    verify_program,
)
from infra.cli.ledger.members import MemberKey, member_ids
from infra.cli.stack import Stack, on_stack
from infra.cli.tables import console, table
from infra.cli.terminal import print_lines
from infra.cli.texts import quantity
from ladder.adapters.dynamodb.audit import DynamoAudit
from ladder.domain.audit.records import stored_reason
from ladder.domain.message import Message
from ladder.messages.render import render

DONE, FAILED = 0, 1
MAX_LISTED = 20  # decisions without a record
COUNTS = ("records", "seals", "unsealed", "anchors")


@click.group()
def audit() -> None:
    """Read what was decided, and check that nobody changed it."""


@audit.command()
@program_option
@on_stack
def verify(stack: Stack, *, program: str | None) -> int:
    """Check that records, seals and anchors agree, and that every grant, review, verdict and dispute has its record.

    Reads the whole members table.
    """
    programs = find_programs(stack, program)
    facts = find_unrecorded(stack, programs) if programs else {}
    verified = [verify_program(stack, key, now=datetime.now(UTC)) for key in programs]
    drawn = table(None, "program", *COUNTS, "chain", right=COUNTS)
    for chain in verified:
        counts = (f"{getattr(chain, name):,}" for name in COUNTS)
        drawn.add_row(chain.program, *counts, "holds" if chain.holds else "BROKEN")
    console().print(drawn)
    print_lines(f"{chain.program}: {chain.broken}" for chain in verified if chain.broken)
    for key, found in facts.items():
        print_lines(f"{key}: {fact}" for fact in found[:MAX_LISTED])
        if more := len(found[MAX_LISTED:]):
            print(f"{key}: and {more:,} more without a record that agrees.")
    count, broken = (
        quantity(len(verified), "program"),
        sum(not chain.holds or bool(facts[chain.program]) for chain in verified),
    )
    if not verified:
        print("No program to verify: none was published.")
    elif broken:
        print(f"The audit of {broken} of {count} does not hold: compare with the backups.")
    else:
        print(f"All seals, records and decisions verified: {count}.")
    return DONE if verified and not broken else FAILED


@audit.command()
@click.option("--member", metavar="WHO", help="What concerned a member, or what they did: their user name or id.")
@click.option("--decision", metavar="ID", help="One decision: its id or address, or the key of its record.")
@click.option("--rotation", metavar="ID", help="A rotation: its name (date#revision), or its date.")
@program_option
@on_stack
def show(stack: Stack, *, program: str | None, **subject: str | None) -> int:
    """Show what was decided about a member or a rotation, or one decision."""
    if sum(map(bool, subject.values())) != 1:
        raise click.UsageError("write one of --member, --decision and --rotation")
    login, count = cache(partial(login_user, stack)), 0
    for key in find_programs(stack, program):
        words_of = cache(lambda member, program=key: MemberWords.read(stack, MemberKey(program, member)))
        for record in find_records(stack, key, _filter(stack, key, **subject)):
            item, user = record.item, login(record.item.get("who"))
            words = words_of(str(record.about["member"])) if "member" in record.about else MemberWords({}, {})
            about, said, reason = words.about(item), words.reason(item), stored_reason(item)
            why = said or (_text(reason.to_dict()) if reason else "")
            lines = [
                f"{item.get('at')}  {key}  {_text({'code': item.get('what'), 'parameters': dict(about)})}",
                f"  by {item.get('who')}{f' ({user})' if user else ''}" + (f": {why}" if why else ""),
            ]
            if about:
                lines.append("  about " + ", ".join(f"{name} {value}" for name, value in sorted(about.items())))
            if isinstance(digest := item.get("digest"), bytes):
                lines.append(f"  digest of details stored elsewhere: {digest.hex()}")
            lines.append(f"  {item['key']}, " + (f"in seal {record.seal}" if record.seal else "not sealed yet"))
            print_lines([*lines, ""])
            count += 1
    print(f"{quantity(count, 'record')}. For points, see `ladder ledger explain`.")
    return DONE if count else FAILED


def _text(stored: Mapping[str, Any]) -> str:
    """Return the text of a message; its code where somebody has spoiled it, or another version of Ladder wrote it."""
    try:
        return render(Message.from_dict(stored))
    except (KeyError, TypeError, ValueError):
        return str(stored.get("code"))


def _filter(stack: Stack, program: str, *, member: str | None, decision: str | None, rotation: str | None) -> Filter:
    """Accept the records about one subject of a program."""
    if member:
        ids = {member, *member_ids(stack, program, member)}
        return lambda item: not ids.isdisjoint({about(item).get("member"), item.get("who")})
    if decision:
        records = map(about, DynamoAudit(stack.audit).items(program))
        everybody = {str(record["member"]) for record in records if "member" in record}
        stands_for = {decision, *references(stack, program, decision, everybody)}
        return lambda item: not stands_for.isdisjoint({about(item).get("decision"), item["key"]})
    day, _, revision = (rotation or "").partition("#")
    name = f"{day}#{int(revision):04d}" if revision.isdecimal() else rotation  # 1999-01-19#2 is 1999-01-19#0002
    return lambda item: bool(named := str(about(item).get("rotation", ""))) and name in {named, named.partition("#")[0]}


@audit.command()
@on_stack
def seal(stack: Stack) -> int:
    """Seal new records now, instead of waiting for the schedule."""
    counts = seal_now(stack)
    records, seals = quantity(counts["records"], "record"), quantity(counts["seals"], "seal")
    print(f"{records} sealed in {seals}; {quantity(counts['anchored'], 'program')} anchored.")
    return DONE
