"""`ladder program publish FILE | enrol FILE.csv | link FILE.csv`: on the running stage, or on a deployed stack."""

import argparse
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from admin.link import Link, Linking, enrol, link
from admin.publish import active_members, publish
from infra.cli.admin.leaving import are_many, leaving_line, refuse_uncounted
from infra.cli.admin.lists import links, members
from infra.cli.admin.terminal import reason, staff
from infra.cli.admin.trial import trial_lines
from infra.cli.ledger.stores import Place, no_program, place
from infra.cli.program.summary import number
from infra.models import MODELS
from ladder.adapters.dynamodb.identities import DynamoIdentities, DynamoLinks
from ladder.adapters.dynamodb.programs import DynamoPublications
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.staff import DynamoDecisions
from ladder.adapters.program_file import load_program
from ladder.adapters.secrets import IdentityKey, Secrets
from ladder.domain.activities.inbound import LOGIN
from ladder.domain.errors import NotFound
from ladder.domain.members.roster import Enrolment, RosterRow, enrolled
from ladder.domain.program_check import check_members
from ladder.domain.programs.pausing import pauses
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program

DONE, REFUSED = 0, 1

type Command = Callable[[argparse.Namespace], int]


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    told = "say who would have earned what in the last 30 days, and with --write publish it"
    why = "why; the audit keeps it, and --write asks for it"
    _command(commands, "publish", told, _publish).add_argument("--reason", type=reason, metavar="TEXT", help=why)
    told = "make a list of user, channel, hired_on, team the roster; who is not listed leaves"
    enrolling = _command(commands, "enrol", told, _enrol)
    told = "so many are meant to leave; asked for where they are many"
    enrolling.add_argument("--leaving", type=int, metavar="N", help=told)
    told = "say by which ids (source, id, user) other systems know members; twice is once"
    for each in (enrolling, _command(commands, "link", told, _link)):
        each.add_argument("--program", required=True, metavar="KEY")


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, told: str, act: Command
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=told, description=told)
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--stack", metavar="NAME", help="a deployed stack; without, the stage that runs here")
    command.add_argument("--write", action="store_true", help="do it; without, only what would be done is said")
    command.set_defaults(act=act, refuse=command.error)
    return command


def _publish(asked: argparse.Namespace) -> int:
    if asked.write and not asked.reason:
        asked.refuse("--write asks for --reason TEXT: say why it is published; the audit keeps it")
    on, draft = place(asked.stack), load_program(asked.file)
    by, programs, now = staff(draft.key), on.members.published, datetime.now(UTC)
    trial, told = trial_lines(on, draft, by, now=now)
    standing = list(pauses(programs.current(draft.key))) if trial.after else []
    doubts = map(str, check_members(draft, active_members(programs, draft.key)))
    print("\n".join([*told, *(f"  stays paused: {what} {key}" for what, key in standing), *doubts]))
    if not asked.write:
        print("Nothing was published: add --write to do it.")
        return DONE
    done = publish(
        by,
        draft,
        after=trial.after,
        reason=asked.reason,
        now=now,
        models=MODELS,
        programs=programs,
        publications=DynamoPublications(on.members.programs, audit=on.outputs["AuditTable"]),
    )
    print(f"Version {done.version} of {done.program} {'was published before' if done.again else 'is published'}.")
    return DONE


def _enrol(asked: argparse.Namespace) -> int:
    on = place(asked.stack)
    _published(asked.program, on.members.published)
    listed, known = members(asked.file), on.members.published.roster(asked.program)
    playing, wanted = sum(each.active for each in known), enrolled(known, listed, new_id=_new_id)
    if wanted.left:
        print(leaving_line(wanted.left))
    if not asked.write:
        more = f" --leaving {len(wanted.left)}" if are_many(wanted.left, playing=playing) else ""
        print(f"{_enrolment_line(wanted)} Nothing was written: add --write{more} to do it.")
        return DONE
    refuse_uncounted(wanted.left, playing=playing, counted=asked.leaving)
    print(_enrolment_line(_enrolled(on, asked.program, listed)))
    return DONE


def _enrolled(on: Place, program: str, listed: Sequence[RosterRow]) -> Enrolment:
    now = datetime.now(UTC)
    return enrol(
        staff(program),
        listed,
        request=f"enrol-{now.isoformat()}",
        now=now,
        programs=on.members.published,
        decisions=DynamoDecisions(on.audit, on.members.members),
        new_id=_new_id,
    )


def _link(asked: argparse.Namespace) -> int:
    on, found = place(asked.stack), links(asked.file)
    _refuse_foreign(found, _published(asked.program, on.members.published))
    if not asked.write:
        print(f"{number(len(found), 'link')} to make. Nothing was written: add --write to do it.")
        return DONE
    key = IdentityKey(Secrets(on.client("secretsmanager")), on.outputs["IdentitySecret"])
    identities = DynamoIdentities(on.members.members, key)
    links_of = DynamoLinks(on.members.members, identities, audit=on.outputs["AuditTable"])
    told = link(
        staff(asked.program),
        found,
        now=datetime.now(UTC),
        linking=Linking(
            programs=on.members.published,
            links=links_of,
            reviews=DynamoReviewQueue(on.members.members, audit=on.outputs["AuditTable"], links=links_of),
        ),
    )
    print(f"{number(told.links, 'link')} made or known.")
    for source, user in told.refused:
        print(f"  refused: the {source} id given for {user} was erased, or its member was")
    for source, user in told.waiting:
        print(f"  waits: the {source} id given for {user} is not the first: another admin confirms it")
    for user in told.unknown:
        print(f"  not on the roster: {user}")
    return REFUSED if told.refused or told.unknown else DONE


def _published(program: str, programs: Programs) -> Program:
    """Raises Rejected: what is kept under a name that nobody plays by is found by nobody."""
    known = programs.keys()
    if program not in known:
        raise no_program(program, known)
    return programs.current(program)


def _refuse_foreign(found: Sequence[Link], program: Program) -> None:
    known = {LOGIN, *(each.key for each in program.sources)}
    strange = next((each.source for each in found if each.source not in known), None)
    if strange is not None:
        raise NotFound(f"{program.key} has no source {strange!r}: it has {', '.join(sorted(known))}")


def _new_id() -> str:
    return secrets.token_hex(16)


def _enrolment_line(enrolment: Enrolment) -> str:
    told: Mapping[str, int] = {
        "join": len(enrolment.joined),
        "change": len(enrolment.changed),
        "return": len(enrolment.returned),
        "leave": len(enrolment.left),
    }
    return ", ".join(f"{count} {what}" for what, count in told.items()) + "."
