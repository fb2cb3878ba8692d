"""`ladder audit verify | show | seal`."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from infra.cli.audit.logins import Logins
from infra.cli.audit.read import Wanted, about, programs, records, verified
from infra.cli.audit.screen import record_lines, show_verified
from infra.cli.audit.seal import seal
from infra.cli.ledger.members import ids
from infra.cli.ledger.screen import say
from infra.cli.ledger.stores import Place, place
from infra.cli.program.summary import number

DONE, FAILED = 0, 1


def run(arguments: Sequence[str]) -> int:
    """The exit status: 0 where all is well, 1 where a chain is broken or nothing is there."""
    asked = _parser().parse_args(arguments)
    return COMMANDS[asked.command](place(asked.stack), asked)


def _verify(on: Place, asked: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    found = [verified(on, program, now=now) for program in programs(on, asked.program)]
    show_verified(found)
    return DONE if found and all(each.holds for each in found) else FAILED


def _show(on: Place, asked: argparse.Namespace) -> int:
    known, logins = programs(on, asked.program), Logins(on)
    found = [(each, entry) for each in known for entry in records(on, each, _wanted(on, each, asked))]
    for program, entry in found:
        say([*record_lines(program, entry, user=logins.user(entry.item.get("who"))), ""])
    say([f"{number(len(found), 'record')}. Points are in the ledger: `ladder ledger explain` has those."])
    return DONE if found else FAILED


def _wanted(on: Place, program: str, asked: argparse.Namespace) -> Wanted:
    """A member by his id or his user name, a rotation by its name or its date, a decision by its id or record's key."""
    if asked.member:
        named = {asked.member, *ids(on, program, asked.member)}
        return lambda item: not named.isdisjoint({about(item).get("member"), item.get("who")})
    if asked.decision:
        return lambda item: asked.decision in {about(item).get("decision"), item["sk"]}
    return lambda item: _padded(asked.rotation) in _rotation(str(about(item).get("rotation", "")))


def _rotation(name: str) -> set[str]:
    return {name, name.partition("#")[0]} if name else set()


def _padded(rotation: str) -> str:
    """1999-01-19#2 means 1999-01-19#0002."""
    day, _, revision = rotation.partition("#")
    return f"{day}#{int(revision):04d}" if revision.isdecimal() else rotation


def _seal(on: Place, _asked: argparse.Namespace) -> int:
    told = seal(on)
    records, seals, anchored = (number(told[key], word) for key, word in SEALED)
    say([f"{records} sealed in {seals}; {anchored} anchored."])
    return DONE


SEALED = (("records", "record"), ("seals", "seal"), ("anchored", "program"))
COMMANDS: Mapping[str, Callable[[Place, argparse.Namespace], int]] = {"verify": _verify, "show": _show, "seal": _seal}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ladder audit", description="Read what was decided, and prove it untouched.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    verify = _command(
        commands, "verify", "say whether records, seals and anchors agree, and name the first broken link"
    )
    show = _command(commands, "show", "say what was decided about a member or of a rotation, or one decision")
    for each in (verify, show):
        each.add_argument("--program", metavar="KEY", help="only this program; without, all of them")
    subject = show.add_mutually_exclusive_group(required=True)
    subject.add_argument(
        "--member", metavar="WHO", help="what concerned this member, or what he did: his user name or id"
    )
    subject.add_argument("--decision", metavar="ID", help="a decision's id, or its record's key")
    subject.add_argument("--rotation", metavar="ID", help="a rotation's name (date#revision), or its date")
    _command(commands, "seal", "seal now what was decided since the last time, instead of waiting for the clock")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, told: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=told, description=told)
    command.add_argument("--stack", metavar="NAME", help="a deployed stack; without, the stage that runs here")
    return command
