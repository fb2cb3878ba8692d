"""`ladder ledger list | verify | rebuild | explain EVENT | reverse ENTRY --reason TEXT`."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from infra.cli.admin.terminal import reason, staff, user
from infra.cli.ledger.explain import explained, hold_key, without_entry
from infra.cli.ledger.find_event import Found, find, refusals, traces
from infra.cli.ledger.members import Read, ledger, people, read
from infra.cli.ledger.newest import newest
from infra.cli.ledger.reverse import reverse
from infra.cli.ledger.screen import listed_lines, rebuilt_lines, reversal_lines, say, show_verified
from infra.cli.ledger.stores import Place, place
from infra.cli.ledger.verify import Verified, verify
from infra.cli.program.summary import number
from ladder.domain.errors import Rejected
from ladder.domain.points.ledger import Entry, LedgerChange, State
from ladder.domain.points.replay import last_program_version, rebuild, replay_state

DONE, FAILED = 0, 1
LISTED = 20  # entries


def run(arguments: Sequence[str]) -> int:
    """The exit status: 0 where all is well, 1 where something differs or is not there."""
    asked = _parser().parse_args(arguments)
    return COMMANDS[asked.command](place(asked.stack), asked)


def _list(on: Place, asked: argparse.Namespace) -> int:
    found = newest(on, program=asked.program, member=asked.member, last=asked.last)
    say([*(line for each in found for line in listed_lines(each)), *([] if found else ["There are no entries yet."])])
    return DONE


def _verify(on: Place, asked: argparse.Namespace) -> int:
    verified = [verify(each) for each in _ledgers(on, asked)]
    show_verified(verified)
    return DONE if all(each.holds for each in verified) else FAILED


def _rebuild(on: Place, asked: argparse.Namespace) -> int:
    """What is damaged itself is no ground to build on: that is left for somebody to restore."""
    wrong = [(found, verified) for found in _ledgers(on, asked) if not (verified := verify(found)).holds]
    for found, verified in wrong:
        say(_rebuilt(on, found, verified, write=asked.write))
    damaged = sum(verified.damaged for _, verified in wrong)
    say([_sum(len(wrong) - damaged, damaged, write=asked.write)])
    return FAILED if damaged else DONE


def _rebuilt(on: Place, found: Read, verified: Verified, *, write: bool) -> list[str]:
    person = found.person
    if verified.damaged:
        what = next(each.what for each in verified.findings if each.damaged)
        told = "the entries themselves are damaged; restore them (point-in-time recovery) before anything is rebuilt"
        return [f"member {person.member} of {person.program}: {what}", f"  left as it is: {told}"]
    after, entry = _anew(on, found)
    if write:
        change = LedgerChange(
            program=person.program,
            member=person.member,
            before=found.state,
            after=after,
            entries=[entry],
            due_at=datetime.now(UTC),
        )
        ledger(on, found.books.values()).commit(change)
    return rebuilt_lines(verified, after, entry, written=write)


def _anew(on: Place, found: Read) -> tuple[State, Entry]:
    version = last_program_version(found.entries) if found.entries else None
    return rebuild(
        found.state,
        replay_state(found.books, found.entries),
        found.entries,
        program_version=version or on.members.published.current_version(found.person.program),
        at=datetime.now(UTC),
    )


def _sum(states: int, damaged: int, *, write: bool) -> str:
    told = f"{number(states, 'state')} {'rebuilt' if write else 'to rebuild'}"
    told += f", {number(damaged, 'member')} with damaged entries left alone" if damaged else ""
    return f"{told}." if write or not states else f"{told}; nothing was written: add --write to do it."


def _explain(on: Place, asked: argparse.Namespace) -> int:
    found = find(on, asked.event, program=asked.program, member=asked.member)
    for place_, each in enumerate(found):
        pk, sk = hold_key(each)
        refused = list(refusals(on, "#".join(each.entry.key), program=each.person.program))
        say([*([""] if place_ else []), *explained(each, on.members.members.get(pk, sk), refused)])
    if not found:
        say(without_entry(asked.event, traces(on, asked.event, program=asked.program)))
    return DONE if found else FAILED


def _reverse(on: Place, asked: argparse.Namespace) -> int:
    found = _only(find(on, asked.event, program=asked.program, member=asked.member), asked.event)
    by = staff(found.person.program).subject
    done = reverse(on, found, reason=asked.reason, actor=asked.actor or user(), by=by, now=datetime.now(UTC))
    say(reversal_lines(done))
    return DONE


def _only(found: Sequence[Found], event: str) -> Found:
    if not found:
        raise Rejected(f"there is no entry of {event}: `ladder ledger explain` may say why")
    if len(found) > 1:
        which = "\n".join(
            f"  {'#'.join(each.entry.key)} --program {each.person.program} --member {each.person.member}"
            for each in found
        )
        raise Rejected(f"{len(found)} entries are called {event}; name one of them:\n{which}")
    return found[0]


def _ledgers(on: Place, asked: argparse.Namespace) -> list[Read]:
    return [read(on, person) for person in people(on, program=asked.program, member=asked.member)]


COMMANDS: Mapping[str, Callable[[Place, argparse.Namespace], int]] = {
    "list": _list,
    "verify": _verify,
    "rebuild": _rebuild,
    "explain": _explain,
    "reverse": _reverse,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ladder ledger", description="Look after members' ledgers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    listing = _command(commands, "list", "print the newest entries, each with its event and its member")
    listing.add_argument("--last", type=_count, default=LISTED, metavar="N", help=f"so many; by default {LISTED}")
    _command(commands, "verify", "say whether entries, sums and states agree (reads the whole table of members)")
    rebuild = _command(commands, "rebuild", "fold states anew where they do not agree with their entries")
    rebuild.add_argument("--write", action="store_true", help="do it; without, only what would be done is said")
    explain = _command(commands, "explain", "say what an event earned and why, or why there is no entry of it")
    explain.add_argument("event", metavar="EVENT", help="source#id, or an id alone")
    undo = _command(commands, "reverse", "take an entry back, through the queue; twice is once")
    undo.add_argument("event", metavar="ENTRY", help="source#id, or an id alone")
    undo.add_argument("--reason", type=reason, required=True, metavar="TEXT", help="why; the member reads it")
    undo.add_argument("--actor", metavar="NAME", help="who decided; by default the user of this machine")
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, told: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=told, description=told)
    command.add_argument("--program", metavar="KEY", help="only this program; without, all of them")
    command.add_argument("--member", metavar="WHO", help="only this member: his user name or his id")
    command.add_argument("--stack", metavar="NAME", help="a deployed stack; without, the stage that runs here")
    return command


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of entries: write 1 or more")
    return int(text)
