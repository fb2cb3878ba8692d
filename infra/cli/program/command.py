"""`ladder program check | schema | reference` on files, and `publish | enrol | link` on a stack."""

import json
import secrets
from datetime import UTC, date, datetime
from pathlib import Path

import click

from admin.link import enrol as enrol_members
from admin.link import link as link_members
from admin.publish import active_members
from admin.publish import publish as publish_version
from infra.cli.arguments import json_option, on_stack, reason, write_option
from infra.cli.program.check import as_document, as_lines, check_file
from infra.cli.program.lists import is_many, leaving_line, read_links, read_members, refuse_uncounted
from infra.cli.program.reference import page
from infra.cli.program.reference import schema as json_schema
from infra.cli.program.trial import trial_lines
from infra.cli.stack import Stack, program_not_found
from infra.cli.terminal import print_lines, staff
from infra.models import MODELS
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.links import DynamoLinks
from ladder.adapters.dynamodb.programs import DynamoPublications
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.staff import DynamoDecisions
from ladder.adapters.program_file import load_program
from ladder.adapters.secrets import IdentityKey, Secrets
from ladder.domain.activities.inbound import LOGIN
from ladder.domain.errors import NotFound
from ladder.domain.members.roster import Enrolment, enrolled
from ladder.domain.program_check import check_members
from ladder.domain.programs.pausing import pauses
from ladder.domain.programs.program import Program
from ladder.domain.text import quantity

DONE, FAILED, REFUSED = 0, 1, 2

file_argument = click.argument("file", type=Path, metavar="FILE")
program_required = click.option("--program", "key", required=True, metavar="KEY", help="The program's key.")


@click.group()
def program() -> None:
    """Check program files, publish them, and say who plays."""


@program.command(short_help="Check a program file.")
@file_argument
@json_option
@click.pass_obj
def check(today: date | None, *, file: Path, as_json: bool) -> int:
    """Check a program file (YAML or JSON): what to change, and what the program would do.

    Exit status: 0 the file is valid, 2 it is not.
    """
    checked = check_file(file, today or datetime.now(UTC).date())
    if as_json:
        print(json.dumps(as_document(file, checked), indent=2))
    else:
        print_lines(as_lines(file, checked))
    return REFUSED if checked.program is None else DONE


@program.command()
def schema() -> int:
    """Print the JSON Schema of a program file, for editors."""
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return DONE


@program.command()
def reference() -> int:
    """Print every key of a program file, as a page in Markdown."""
    print(page().rstrip())
    return DONE


@program.command(short_help="Publish a program file, after showing what would change.")
@file_argument
@click.option(
    "--reason", "why", type=reason, metavar="TEXT", help="Why it is published, for the audit. Needed by --write."
)
@write_option
@on_stack
def publish(stack: Stack, *, file: Path, why: str | None, write: bool) -> int:
    """Show whose results of the last 30 days would change under a program file; with --write, publish it."""
    if write and not why:
        raise click.UsageError("--write needs --reason TEXT: say why the program is published; the audit records it")
    draft, programs, now = load_program(file), stack.members.published, datetime.now(UTC)
    by = staff(draft.key)
    trial, lines = trial_lines(stack, draft, by, now=now)
    paused = pauses(programs.current(draft.key)) if trial.after else ()
    warnings = check_members(draft, active_members(programs, draft.key))
    print_lines([*lines, *(f"  stays paused: {what} {key}" for what, key in paused), *map(str, warnings)])
    if not write or not why:
        print("Nothing was published. Add --write to publish.")
        return DONE
    done = publish_version(
        by,
        draft,
        after=trial.after,
        reason=why,
        now=now,
        models=MODELS,
        programs=programs,
        publications=DynamoPublications(stack.members.programs, audit=stack.outputs["AuditTable"]),
    )
    print(f"Version {done.version} of {done.program} {'was already published' if done.again else 'is published'}.")
    return DONE


@program.command(short_help="Make a CSV file (user, channel, hired_on, team) the roster.")
@file_argument
@program_required
@click.option("--leaving", type=int, metavar="N", help="How many members shall leave. Needed where many would.")
@write_option
@on_stack
def enrol(stack: Stack, *, file: Path, key: str, leaving: int | None, write: bool) -> int:
    """Make a CSV file (user, channel, hired_on, team) the roster. Members who are not listed leave."""
    _published(stack, key)
    listed, roster = read_members(file), stack.members.published.roster(key)
    playing, enrolment = sum(member.active for member in roster), enrolled(roster, listed, new_id=_new_id)
    if enrolment.left:
        print_lines([leaving_line(enrolment.left)])
    if not write:
        more = f" --leaving {len(enrolment.left)}" if is_many(enrolment.left, playing=playing) else ""
        print(f"{_counts(enrolment)} Nothing was written. Add --write{more} to write it.")
        return DONE
    refuse_uncounted(enrolment.left, playing=playing, counted=leaving)
    now = datetime.now(UTC)
    done = enrol_members(
        staff(key),
        listed,
        request=f"enrol-{now.isoformat()}",
        now=now,
        programs=stack.members.published,
        decisions=DynamoDecisions(stack.audit, stack.members.members),
        new_id=_new_id,
    )
    print(_counts(done))
    return DONE


@program.command(short_help="Link ids of other systems, and logins, to members.")
@file_argument
@program_required
@write_option
@on_stack
def link(stack: Stack, *, file: Path, key: str, write: bool) -> int:
    """Link the ids of other systems and logins to members: a CSV file (source, id, user). Safe to repeat."""
    links, published = read_links(file), _published(stack, key)
    sources = {LOGIN, *(source.key for source in published.sources)}
    if unknown := next((link.source for link in links if link.source not in sources), None):
        raise NotFound(f"{key} has no source {unknown!r}; it has {', '.join(sorted(sources))}")
    if not write:
        print(f"{quantity(len(links), 'link')} to write. Nothing was written. Add --write to write.")
        return DONE
    members = stack.members.members
    hash_key = IdentityKey(Secrets(stack.client("secretsmanager")), stack.outputs["IdentitySecret"])
    stored = DynamoLinks(members, DynamoIdentities(members, hash_key), audit=stack.outputs["AuditTable"])
    reviews = DynamoReviewQueue(members, audit=stack.outputs["AuditTable"], links=stored)
    done = link_members(
        staff(key),
        links,
        now=datetime.now(UTC),
        programs=stack.members.published,
        links=stored,
        reviews=reviews,
    )
    print_lines(
        [
            f"{quantity(done.links, 'link')} written or already there.",
            *(
                f"  refused: the {source} id of {user}: it was erased, or the member was"
                for source, user in done.refused
            ),
            *(
                f"  waiting: the {source} id of {user} is not their first: another admin must confirm it"
                for source, user in done.waiting
            ),
            *(f"  not on the roster: {user}" for user in done.unknown),
        ]
    )
    return FAILED if done.refused or done.unknown else DONE


def _published(stack: Stack, key: str) -> Program:
    """Raises Rejected for a program that was never published: nobody would find what is written under its key."""
    known = stack.members.published.keys()
    if key not in known:
        raise program_not_found(key, known)
    return stack.members.published.current(key)


def _new_id() -> str:
    return secrets.token_hex(16)


def _counts(enrolment: Enrolment) -> str:
    return (
        f"{len(enrolment.joined)} join, {len(enrolment.changed)} change, {len(enrolment.returned)} return, "
        f"{len(enrolment.left)} leave."
    )
