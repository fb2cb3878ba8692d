"""Compare every member's balance: the stored state, the sum of the entries, and the reference model.

The reference model applies the rules independently of the engine. Both read the lines of the file through the same
source, so its mistakes are not found here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field

from infra.cli.ledger.members import MemberKey, MemberLedger, find_members, read_ledger
from infra.cli.replay.lines import EventLine
from infra.cli.stack import Stack
from ladder.domain.activities.activity import LADDER, Activity, Key
from ladder.domain.points.compiled import level_at, step_mark
from ladder.domain.points.ledger import State
from ladder.domain.points.replay import balance
from ladder.domain.points.rulebook import Path
from ladder.domain.programs.program import Program
from tests.reference import ReferenceModel

type Figures = Mapping[str, object]  # what can be compared, by name


@dataclass(frozen=True, slots=True)
class Mismatch:
    """`differing`: by name, the value of each of the three; None where one of them has none."""

    member: str
    differing: Mapping[str, Mapping[str, object]]

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Comparison:
    members: int
    entries: int
    points: int
    mismatches: tuple[Mismatch, ...] = field(default_factory=tuple)


def compare(
    place: Stack,
    program: Program,
    standing: Mapping[str, Mapping[Key, EventLine]],
    ids: Mapping[str, str | None],
    *,
    tell: Callable[[], object],
) -> Comparison:
    """`standing`: by the source's own id, the events that the ledger should hold; `ids`: who that is."""
    reference, wanted = ReferenceModel(program), {ids[raw] or raw: events for raw, events in standing.items()}
    mismatches, members, entries, points = list[Mismatch](), 0, 0, 0
    for each in _all(place, program, wanted):
        member = each.person.member
        if differing := differences(each, wanted.get(member, {}), reference, program):
            mismatches.append(Mismatch(member, differing))
        members, entries, points = members + 1, entries + len(each.entries), points + each.state.earned
        tell()
    return Comparison(members, entries, points, tuple(mismatches))


def _all(place: Stack, program: Program, wanted: Mapping[str, object]) -> Iterator[MemberLedger]:
    """Yield those who should have something, and those who have."""
    there = {each.member for each in find_members(place, program=program.key)}
    for member in sorted(there | wanted.keys()):
        yield read_ledger(place, MemberKey(program.key, member))


def differences(
    found: MemberLedger, wanted: Mapping[Key, EventLine], reference: ReferenceModel, program: Program
) -> dict[str, dict[str, object]]:
    activities = [*(event.activity for event in wanted.values()), *_ours(found)]
    stored, summed, worked = _stored(found, program), _summed(found), _worked(reference, activities)
    told: dict[str, dict[str, object]] = {}
    for name in worked:
        each = {"state": stored[name], "entries": summed.get(name), "reference": worked[name]}
        if stored[name] != worked[name] or summed.get(name, worked[name]) != worked[name]:
            told[name] = each
    missing, surplus = _keys(activities) - _recorded(found), _recorded(found) - _keys(activities)
    if missing or surplus:
        told["events"] = {"missing": sorted(missing), "surplus": sorted(surplus)}
    return told


def _ours(found: MemberLedger) -> list[Activity]:
    """Return what Ladder itself granted meanwhile, such as a team's reward: it is in no file."""
    return [entry.activity for entry in found.entries if entry.activity.source == LADDER]


def _stored(found: MemberLedger, program: Program) -> Figures:
    state, compiled = found.state, program.rulebook
    return {
        "earned": state.earned,
        "spent": state.spent,
        "held": state.held,
        "level": level_at(compiled, state.earned),
        "badges": {key: tier for key, (tier, _) in sorted(state.badges.items())},
        "streaks": {key: [run.length, run.best] for key, run in sorted(state.streaks.items()) if run.best},
        "unlocks": sorted(state.unlocks),
        "paths": {path.key: done for path in compiled.paths if (done := _steps(path, state))},
    }


def _steps(path: Path, state: State) -> list[str]:
    return sorted(step.key for step in path.steps if step_mark(step.key) in state.paths.get(path.key, ()))


def _summed(found: MemberLedger) -> Figures:
    return dict(zip(("earned", "spent", "held"), balance(found.entries), strict=True))


def _worked(reference: ReferenceModel, activities: list[Activity]) -> Figures:
    worked = reference.balance(activities)
    return {
        "earned": worked.earned,
        "spent": worked.spent,
        "held": worked.held,
        "level": worked.level,
        "badges": dict(sorted(worked.badges.items())),
        "streaks": {key: [*lengths] for key, lengths in sorted(worked.streaks.items())},
        "unlocks": sorted(worked.unlocks),
        "paths": {key: sorted(steps) for key, steps in sorted(worked.paths.items())},
    }


def _keys(activities: list[Activity]) -> set[str]:
    return {"#".join(each.key) for each in activities}


def _recorded(found: MemberLedger) -> set[str]:
    return {"#".join(entry.key) for entry in found.entries}
