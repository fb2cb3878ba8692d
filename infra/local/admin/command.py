"""`ladder program publish FILE | enrol FILE.csv | link FILE.csv`: on the running stage, or on a deployed stack."""

import argparse
import getpass
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from admin.link import Link, enrol, link
from admin.publish import publish
from admin.simulate_draft import Ledgers, Trial, simulate_draft
from infra.local.admin.lists import links, members
from infra.local.ledger.place import Place, place
from infra.local.program_words import number
from infra.models import MODELS
from ladder.adapters.dynamodb.decisions import DynamoDecisions
from ladder.adapters.dynamodb.identities import DynamoIdentities
from ladder.adapters.dynamodb.links import DynamoLinks
from ladder.adapters.dynamodb.people import DynamoPeople
from ladder.adapters.dynamodb.publications import DynamoPublications
from ladder.adapters.program_file import load_program
from ladder.adapters.secrets import Secrets
from ladder.adapters.sources.secret import Keyring
from ladder.domain.asked import NotThere
from ladder.domain.enrolment import Enrolment
from ladder.domain.inbound import LOGIN
from ladder.domain.members import Roster
from ladder.domain.pausing import pauses
from ladder.domain.program import Program
from ladder.domain.reviews.rights import Staff
from ladder.ports.programs import Programs

DONE, REFUSED = 0, 1
TOLD = 20  # members

type Command = Callable[[argparse.Namespace], int]


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    told = "say who would have earned what in the last 30 days, and with --write publish it"
    _command(commands, "publish", told, _publish).add_argument("--reason", default="a program file", metavar="TEXT")
    for name, told, act in (
        ("enrol", "make a list of user, channel, hired_on, team the roster; who is not listed leaves", _enrol),
        ("link", "say by which ids (source, id, user) other systems know members; twice is once", _link),
    ):
        _command(commands, name, told, act).add_argument("--program", required=True, metavar="KEY")


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, told: str, act: Command
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=told, description=told)
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument("--stack", metavar="NAME", help="a deployed stack; without, the stage that runs here")
    command.add_argument("--write", action="store_true", help="do it; without, only what would be done is said")
    command.set_defaults(act=act)
    return command


def _publish(asked: argparse.Namespace) -> int:
    on, draft = place(asked.stack), load_program(asked.file)
    staff, programs, now = _staff(draft.key), on.members.published, datetime.now(UTC)
    trial = simulate_draft(
        staff,
        draft,
        now=now,
        models=MODELS,
        programs=programs,
        ledgers=_ledgers(on, draft),
        time_left=lambda: True,
    )
    standing = list(pauses(programs.current(draft.key))) if trial.after else []
    print("\n".join([*_trial_lines(trial), *(f"  stays paused: {what} {key}" for what, key in standing)]))
    if not asked.write:
        print("Nothing was published: add --write to do it.")
        return DONE
    done = publish(
        staff,
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
    on, now = place(asked.stack), datetime.now(UTC)
    programs = on.members.published
    _published(asked.program, programs)
    enrolment = enrol(
        _staff(asked.program),
        members(asked.file),
        request=f"enrol-{now.isoformat()}",
        now=now,
        programs=programs if asked.write else _ReadOnly(programs.roster(asked.program)),  # type: ignore[arg-type]
        decisions=DynamoDecisions(on.audit) if asked.write else _Unsaid(),  # type: ignore[arg-type]
        new_id=lambda: secrets.token_hex(16),
    )
    print(_enrolment_line(enrolment) + ("" if asked.write else " Nothing was written: add --write to do it."))
    return DONE


def _link(asked: argparse.Namespace) -> int:
    on, found = place(asked.stack), links(asked.file)
    _refuse_foreign(found, _published(asked.program, on.members.published))
    if not asked.write:
        print(f"{number(len(found), 'link')} to make. Nothing was written: add --write to do it.")
        return DONE
    keyring = Keyring(Secrets(on.client("secretsmanager")))
    identities = DynamoIdentities(on.members.members, lambda: keyring.text(on.outputs["IdentitySecret"]))
    told = link(
        _staff(asked.program),
        found,
        now=datetime.now(UTC),
        programs=on.members.published,
        links=DynamoLinks(identities, audit=on.outputs["AuditTable"]),
    )
    print(f"{number(told.links, 'link')} made or known.")
    for source, user in told.refused:
        print(f"  refused: the {source} id given for {user} is another member's, or was erased")
    for user in told.unknown:
        print(f"  not on the roster: {user}")
    return REFUSED if told.refused or told.unknown else DONE


def _published(program: str, programs: Programs) -> Program:
    """Raises NotThere: what is kept under a name that nobody plays by is found by nobody."""
    known = programs.keys()
    if program not in known:
        raise NotThere(f"{program!r} was never published: there is {', '.join(known) or 'none yet'}")
    return programs.current(program)


def _refuse_foreign(found: Sequence[Link], program: Program) -> None:
    known = {LOGIN, *(each.key for each in program.sources)}
    strange = next((each.source for each in found if each.source not in known), None)
    if strange is not None:
        raise NotThere(f"{program.key} has no source {strange!r}: it has {', '.join(sorted(known))}")


def _staff(program: str) -> Staff:
    """Whoever has the credentials of the stack is its administrator; the audit names the user of this machine."""
    return Staff(subject=f"{getpass.getuser()} at a terminal", program=program, role="admin")


def _ledgers(on: Place, draft: Program) -> Ledgers:
    stores = on.members
    return Ledgers(
        people=DynamoPeople(stores.members, stores.published),
        ledger=stores.ledger(draft),
        books=lambda version: stores.version(draft.key, version),
    )


def _trial_lines(trial: Trial) -> list[str]:
    if not trial.after:
        return [f"{trial.program} was never published: nobody has earned anything under it yet."]
    totals = trial.totals
    span = f"Compared with version {trial.after} over the last {trial.days} days"
    lines = [f"{span}: {number(totals.members, 'member')}, {totals.changed} of them with another result."]
    for rule in sorted({*totals.points[0], *totals.points[1]}):
        lines.append(f"  {rule}: {totals.points[0][rule]} points, {totals.points[1][rule]} under the draft")
    for why in sorted({*totals.trimmed[0], *totals.trimmed[1]}):
        lines.append(f"  not paid, {why}: {totals.trimmed[0][why]} points, {totals.trimmed[1][why]} under the draft")
    lines += [f"  {badge}: {count} more" for badge, count in sorted(totals.gained.items())]
    lines += [f"  {badge}: {count} fewer" for badge, count in sorted(totals.lost.items())]
    lines += [f"  over the program's daily cap: {day}" for day in trial.over_cap]
    for member, compared in trial.members[:TOLD]:
        moved = [*(f"+{each}" for each in compared.gained), *(f"-{each}" for each in compared.lost)]
        lines.append(f"  member {member}: {compared.now.total} → {compared.draft.total} {' '.join(moved)}".rstrip())
    left = len(trial.members) - TOLD
    return [*lines, *([f"  and {left} more members"] if left > 0 else [])]


def _enrolment_line(enrolment: Enrolment) -> str:
    told: Mapping[str, int] = {
        "join": len(enrolment.joined),
        "change": len(enrolment.changed),
        "return": len(enrolment.returned),
        "leave": len(enrolment.left),
    }
    return ", ".join(f"{count} {what}" for what, count in told.items()) + "."


class _ReadOnly:
    """A roster that is only looked at."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster

    def roster(self, program: str) -> Roster:  # noqa: ARG002 - there is one
        return self._roster

    def enrol(self, program: str, roster: Roster) -> None:
        """Nothing: it was only asked what would be done."""


class _Unsaid:
    def record(self, record: object) -> object:
        return record
