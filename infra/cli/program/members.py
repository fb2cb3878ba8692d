"""`ladder program enrol | link FILE`: who plays, and under which ids other systems know them, as CSV files."""

import csv
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from admin.link import Link, many_leave
from admin.link import enrol as enrol_members
from admin.link import link as link_members
from admin.roster_file import read_roster
from infra.cli.arguments import file_argument, write_option
from infra.cli.stack import Stack, on_stack, published_programs, staff
from infra.cli.terminal import print_lines
from infra.cli.texts import quantity
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.links import DynamoLinks
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.staff import DynamoDecisions
from ladder.adapters.secrets import IdentityKey, Secrets
from ladder.domain.errors import Conflict, InvalidRequest, NotFound
from ladder.domain.members.roster import RosterRow, enrolled
from ladder.domain.programs.other_programs import check_shared_agents
from ladder.domain.validation.constraints import ILLEGIBLE
from ladder.messages.render import render

DONE, FAILED = 0, 1
MAX_NAMED = 10  # members

program_required = click.option("--program", "key", required=True, metavar="KEY", help="The program's key.")


@click.command()
@file_argument
@program_required
@click.option("--leaving", type=int, metavar="N", help="How many members shall leave. Needed where many would.")
@write_option
@on_stack
def enrol(stack: Stack, *, file: Path, key: str, leaving: int | None, write: bool) -> int:
    """Make a CSV file (user, name, channel, hired_on, team, address.…) the roster. Who is not listed leaves."""
    published_programs(stack, key)
    current = stack.members.published.current(key)
    listed = read_members(file, channels=current.delivery.with_listed_addresses)
    roster = stack.members.published.roster(key)
    now = datetime.now(UTC)
    playing, enrolment = sum(member.active for member in roster), enrolled(roster, listed, new_id=_new_id, at=now)
    left = enrolment.left
    # a list that was cut off, or holds one team only, would take most members out of the game
    many = many_leave(enrolment, playing)
    if left:
        more = f" and {len(left) - MAX_NAMED} more" if len(left) > MAX_NAMED else ""
        print_lines([f"Not listed, so they leave: {', '.join(left[:MAX_NAMED])}{more}."])
    users = [row.user for row in listed]
    print_lines(map(str, check_shared_agents(current, stack.members.published, listed=users)))
    if write and many and leaving != len(left):
        counted = "" if leaving is None else f", not {leaving}"
        raise Conflict(
            f"{len(left)} of {quantity(playing, 'member')} would leave{counted}. Nothing was written: "
            f"list everybody who plays, or add --leaving {len(left)} if they shall leave"
        )
    if write:
        enrolment = enrol_members(
            staff(key),
            listed,
            request=f"enrol-{now.isoformat()}",
            now=now,
            programs=stack.members.published,
            decisions=DynamoDecisions(stack.audit, stack.members.members),
            new_id=_new_id,
        )
    counts = (
        f"{len(enrolment.joined)} join, {len(enrolment.changed)} change, {len(enrolment.returned)} return, "
        f"{len(enrolment.left)} leave."
    )
    confirmed = f" --leaving {len(left)}" if many else ""
    print(counts if write else f"{counts} Nothing was written. Add --write{confirmed} to write it.")
    return DONE


@click.command()
@file_argument
@program_required
@write_option
@on_stack
def link(stack: Stack, *, file: Path, key: str, write: bool) -> int:
    """Link the ids of other systems and logins to members: a CSV file (source, id, user). Safe to repeat."""
    links = [
        Link(source=row["source"], raw=row["id"], user=row["user"])
        for _, row in _rows(file, required=("source", "id", "user"))
    ]
    published_programs(stack, key)
    sources = stack.members.published.current(key).linked_systems
    if unknown := next((link.source for link in links if link.source not in sources), None):
        raise NotFound(f"{key} has no source {unknown!r}; it has {', '.join(sorted(sources))}")
    if not write:
        print(f"{quantity(len(links), 'link')} to write. Nothing was written. Add --write to write.")
        return DONE
    members, audit = stack.members.members, stack.members.audit
    hash_key = IdentityKey(Secrets(stack.client("secretsmanager")), stack.outputs["IdentitySecret"])
    stored = DynamoLinks(members, DynamoIdentities(members, hash_key), audit=audit)
    done = link_members(
        staff(key),
        links,
        now=datetime.now(UTC),
        programs=stack.members.published,
        links=stored,
        reviews=DynamoReviewQueue(members, audit=audit, links=stored),
    )
    erased, first = "it was erased, or the member was", "is not their first: another admin must confirm it"
    print_lines(
        [
            f"{quantity(done.links, 'link')} written or already there.",
            *(f"  refused: the {source} id of {user}: {erased}" for source, user in done.refused),
            *(f"  waiting: the {source} id of {user} {first}" for source, user in done.waiting),
            *(f"  not on the roster: {user}" for user in done.unknown),
        ]
    )
    return FAILED if done.refused or done.unknown else DONE


def read_members(file: Path, *, channels: Collection[str] = ()) -> list[RosterRow]:
    """Read the column user and, optionally, name, channel, hired_on, team and addresses on `channels`.

    Raises InvalidRequest with the line.
    """
    try:
        read = read_roster(file.read_text(encoding="utf-8-sig"), channels=channels)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{file} cannot be read: {error}") from error
    if read.problems:
        first = read.problems[0]
        more = f" ({len(read.problems) - 1} more)" if len(read.problems) > 1 else ""
        raise InvalidRequest(f"{file}:{first.line}: {render(first.problem)}{more}")
    return list(read.rows)


def _rows(
    file: Path, *, required: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the rows with their lines. An unknown column is refused: it is another list, or a name is misspelt."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            header = rows.fieldnames or ()
            missing = [name for name in required if name not in header]
            unknown = [name for name in header if name not in {*required, *optional}]
            if missing or unknown:
                wrong = [f"lacks {', '.join(missing)}"] if missing else []
                wrong += [f"has unknown columns: {', '.join(map(repr, unknown))}"] if unknown else []
                allowed = f"; allowed: {', '.join(optional)}" if optional else ""
                raise InvalidRequest(
                    f"{file}:1: the header {' and '.join(wrong)}. Required: {', '.join(required)}{allowed}"
                )
            for row in rows:
                values = {name: (value or "").strip() for name, value in row.items() if name}
                if not all(values[name] for name in required):
                    raise InvalidRequest(f"{file}:{rows.line_num}: fill in {', '.join(required)}")
                if found := ILLEGIBLE.search("".join(values.values())):
                    odd = f"the character U+{ord(found[0]):04X}"
                    raise InvalidRequest(f"{file}:{rows.line_num}: {odd} is in no name: write the row without it")
                yield rows.line_num, values
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidRequest(f"{file} cannot be read: {error}") from error


def _new_id() -> str:
    return secrets.token_hex(16)
