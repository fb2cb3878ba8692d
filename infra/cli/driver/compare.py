"""Compare every member's balance: the stored state, the sum of the entries, and the reference model.

The reference model applies the rules independently of the engine. Both read an event through the same source, so its
mistakes are not found here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from infra.cli.driver.lines import EventLine
from infra.cli.ledger.members import MemberKey, MemberLedger, find_members, read_ledger
from infra.cli.stack import Stack
from ladder.domain.activities.activity import LADDER, ROTATION, Activity, Key
from ladder.domain.points.compiled import key_mark, level_at, tier_reached, tiers_by_badge
from ladder.domain.points.replay import balance
from ladder.domain.programs.program import Program
from tests.reference import ReferenceModel

MAX_SHOWN = 20  # lines

type Events = Mapping[Key, Activity]
type Differences = dict[str, dict[str, object]]  # by name, the value of each of the three; None where it has none


@dataclass(frozen=True, slots=True)
class Mismatch:
    member: str
    differing: Differences


@dataclass(frozen=True, slots=True)
class Comparison:
    members: int
    entries: int
    points: int
    mismatches: tuple[Mismatch, ...] = ()

    @property
    def lines(self) -> list[str]:
        """Say what differs, up to twenty lines."""
        lines = [
            f"  member {mismatch.member}: {name}: {', '.join(f'{by} {value}' for by, value in values.items())}"
            for mismatch in self.mismatches
            for name, values in mismatch.differing.items()
        ]
        return lines[:MAX_SHOWN]


def accepted(events: Iterable[EventLine]) -> dict[str, dict[Key, Activity]]:
    """Return what the ledgers should hold, by the source's own id: of an event with several bodies, the first."""
    by_member: dict[str, dict[Key, Activity]] = {}
    for event in events:
        by_member.setdefault(event.member, {}).setdefault(event.activity.key, event.activity)
    return by_member


def compare(
    stack: Stack, program: Program, expected: Mapping[str, Events], show: Callable[[int, int], object]
) -> Comparison:
    """Compare everybody who should have something, and who has. `expected`: by member, events of their ledger.

    `show`: takes how many members of how many are done.
    """
    reference, mismatches, entries, points = ReferenceModel(program), list[Mismatch](), 0, 0
    members = sorted({key.member for key in find_members(stack, program=program.key)} | expected.keys())
    for done, member in enumerate(members, start=1):
        ledger = read_ledger(stack, MemberKey(program.key, member))
        if differing := differences(ledger, expected.get(member, {}), reference, program):
            mismatches.append(Mismatch(member, differing))
        entries, points = entries + len(ledger.entries), points + ledger.state.earned
        show(done, len(members))
    return Comparison(len(members), entries, points, tuple(mismatches))


def differences(ledger: MemberLedger, expected: Events, reference: ReferenceModel, program: Program) -> Differences:
    """Compare one ledger. What Ladder itself reported, such as a completed challenge, is taken from its entries."""
    own = [entry.activity for entry in ledger.entries if entry.activity.source in {LADDER, ROTATION}]
    activities = [*expected.values(), *own]
    state, rulebook, result = ledger.state, program.rulebook, reference.balance(activities)
    steps = {
        path.key: sorted(step.key for step in path.steps if key_mark(step.key) in state.paths.get(path.key, ()))
        for path in rulebook.paths
    }
    known = {streak.key for streak in rulebook.streaks}
    streaks = sorted((key, streak) for key, streak in state.streaks.items() if key in known)
    stored: dict[str, object] = {
        "earned": state.earned,
        "spent": state.spent,
        "held": state.held,
        "level": level_at(rulebook, state.earned),
        "badges": {
            key: tier
            for key, tiers in sorted(tiers_by_badge(rulebook).items())
            if (tier := tier_reached(tiers, state.badges.get(key)))
        },
        "streaks": {key: [streak.length, streak.best] for key, streak in streaks if streak.best},
        "unlocks": sorted(state.unlocks),
        "paths": {key: done for key, done in steps.items() if done},
    }
    calculated = {
        "earned": result.earned,
        "spent": result.spent,
        "held": result.held,
        "level": result.level,
        "badges": dict(sorted(result.badges.items())),
        "streaks": {key: [*lengths] for key, lengths in sorted(result.streaks.items())},
        "unlocks": sorted(result.unlocks),
        "paths": {key: sorted(done) for key, done in sorted(result.paths.items())},
    }
    summed: dict[str, object] = dict(zip(("earned", "spent", "held"), balance(ledger.entries), strict=True))
    differing: Differences = {
        name: {"state": stored[name], "entries": summed.get(name), "reference": value}
        for name, value in calculated.items()
        if stored[name] != value or summed.get(name, value) != value
    }
    keys, recorded = ({"#".join(event.key) for event in events} for events in (activities, ledger.entries))
    if keys != recorded:
        differing["events"] = {"missing": sorted(keys - recorded), "surplus": sorted(recorded - keys)}
    return differing
