"""Store assignments, budgets, outcomes and miss streaks: one packed item a block. Needs no numpy."""

from array import array
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.budgets import fixed_budgets, points_of
from ladder.adapters.dynamodb.packing import pack, unpack
from ladder.adapters.dynamodb.table import Clause, ConditionFailed, Put, Table, Update
from ladder.domain.challenges.assignment import COLUMNS, NO_BUDGET, NO_TARGETS, Assignment, MemberStanding, Standing
from ladder.domain.challenges.completion import OUTCOMES, Outcome, TooFewBySlot, TooFewContacts
from ladder.domain.challenges.ports import NONE_TOO_FEW
from ladder.domain.challenges.rotation import Claim
from ladder.domain.errors import Superseded
from ladder.domain.members.roster import BLOCK, blocks

OUTCOME = "outcome "  # prefix of the attribute of a category's outcomes
TOO_FEW = "few "  # prefix of the attribute of contacts handled and required, of members with too few
CONTACTS, MOST_CONTACTS = "H", 0xFFFF  # two bytes
STREAK_PAGE = 32  # items that one call reads on the way back
TARGETS = len(NO_TARGETS)  # bytes of a member's own targets


class DynamoAssignments:
    def __init__(self, table: Table) -> None:
        self._table = table

    def load(self, program: str, rotation: str) -> Assignment:
        parts: defaultdict[str, list[Standing]] = defaultdict(list)
        for item in self._table.query(program, keys.assignments(rotation)):
            for category, packed in item["standings"].items():
                parts[category].append(_standing(packed))
        return {
            category: Standing(
                **{column: b"".join(getattr(standing, column) for standing in standings) for column in COLUMNS},
                own_targets=b"".join(standing.own_targets for standing in standings),
                as_of=standings[0].as_of,
            )
            for category, standings in parts.items()
        }

    def standings(self, program: str, rotation: str, slot: int) -> dict[str, MemberStanding]:
        """Return a member's standing by category. Reads only the slot's block."""
        return self.standings_in(program, [rotation], slot).get(rotation, {})

    def standings_in(self, program: str, rotations: Collection[str], slot: int) -> dict[str, dict[str, MemberStanding]]:
        """Return a member's standing by rotation and category. Reads only the slot's block of each."""
        block, index = divmod(slot, BLOCK)
        stored = {keys.assignment(rotation, block): rotation for rotation in rotations}
        items = self._table.get_many([(program, sk) for sk in stored])
        return {
            stored[sk]: {
                category: MemberStanding.among(_standing(packed), index)
                for category, packed in item["standings"].items()
            }
            for (_, sk), item in items.items()
        }

    def outcomes_on(self, program: str, days: Collection[date], slot: int) -> dict[date, dict[str, Outcome]]:
        """Return a member's outcome by day and category. Reads only the slot's block of each."""
        block, index = divmod(slot, BLOCK)
        stored = {keys.outcome(day, block): day for day in days}
        result = dict[date, dict[str, Outcome]]()
        for (_, sk), item in self._table.get_many([(program, sk) for sk in stored]).items():
            columns = {name: unpack(packed) for name, packed in item.items() if name.startswith(OUTCOME)}
            result[stored[sk]] = {
                name.removeprefix(OUTCOME): OUTCOMES[column[index]]
                for name, column in columns.items()
                if index < len(column)
            }
        return result

    def too_few_contacts(self, program: str, day: date, slot: int) -> dict[str, TooFewContacts]:
        """Return, by category, the contacts of a member who had too few. Reads only the slot's block."""
        block, index = divmod(slot, BLOCK)
        result = dict[str, TooFewContacts]()
        for name, packed in (self._table.get(program, keys.outcome(day, block)) or {}).items():
            if name.startswith(TOO_FEW) and packed:
                numbers = array(CONTACTS)
                numbers.frombytes(unpack(packed, width=numbers.itemsize))
                members = len(numbers) // 2
                if index < members and numbers[members + index]:
                    result[name.removeprefix(TOO_FEW)] = TooFewContacts(numbers[index], numbers[members + index])
        return result

    def save(self, claim: Claim, assignment: Assignment) -> None:
        """Write the blocks that differ from the stored ones. Raises Superseded where a later attempt wrote."""
        stored = {item["sk"]: item for item in self._table.query(claim.program, keys.assignments(claim.rotation))}
        not_overtaken = Clause("attribute_not_exists(pk) OR attempt <= :attempt", {":attempt": claim.attempt})
        members = max((len(standing.tier) for standing in assignment.values()), default=0)
        for block, slots in enumerate(blocks(members) or [slice(0, 0)]):  # without members, an empty block
            item = {
                "pk": claim.program,
                "sk": keys.assignment(claim.rotation, block),
                "attempt": claim.attempt,
                "standings": {category: _packed(standing, slots) for category, standing in assignment.items()},
            }
            if item.items() <= stored.get(item["sk"], {}).items():
                continue
            try:
                self._table.write(Put(item=item, only_if=not_overtaken))
            except ConditionFailed as refused:
                raise Superseded(f"a later attempt than {claim.execution} has written its assignment") from refused

    def fix_budgets(self, program: str, day: date, budgets: Sequence[int]) -> list[int]:
        """Store the budgets of a date once for all blocks, and return the stored ones; later members have none.

        One transaction: a program has up to 100 blocks, 409,600 members.
        """
        if not budgets:
            return []
        try:
            self._table.write(*fixed_budgets(program, day, budgets))
        except ConditionFailed:
            fixed = [points for item in self._table.query(program, keys.budgets(day)) for points in points_of(item)]
            return fixed + [NO_BUDGET] * (len(budgets) - len(fixed))
        return list(budgets)

    def outcomes(self, program: str, day: date) -> dict[str, bytes]:
        result: defaultdict[str, bytes] = defaultdict(bytes)
        for item in self._table.query(program, keys.outcomes(day)):
            for attribute, packed in item.items():
                if attribute.startswith(OUTCOME):
                    result[attribute.removeprefix(OUTCOME)] += unpack(packed)
        return dict(result)

    def save_outcomes(
        self, program: str, day: date, outcomes: Mapping[str, bytes], few: Mapping[str, TooFewBySlot] = NONE_TOO_FEW
    ) -> None:
        """Replace the outcomes of the given categories, and leave those of the others."""
        members = max(map(len, outcomes.values()), default=0)
        for block, slots in enumerate(blocks(members)):
            changes = dict[str, bytes]()
            for category, column in outcomes.items():
                part = column[slots]
                changes[f"{OUTCOME}{category}"] = pack(part)
                changes[f"{TOO_FEW}{category}"] = _few(few.get(category, {}), slots, len(part))
            self._table.write(Update(pk=program, sk=keys.outcome(day, block), changes=changes))

    def miss_streaks(self, program: str, first: date, last: date) -> dict[date, dict[str, bytes]]:
        """Return miss streaks by date, from the last date before `first`, where reading backwards stops."""
        result: dict[date, dict[str, bytes]] = {}
        newest = self._table.query(program, keys.runs_until(last), newest_first=True, page=STREAK_PAGE)
        for item in newest:
            day = date.fromisoformat(item["day"])
            if day not in result and min(result, default=first) < first:
                break
            before = result.setdefault(day, {})
            result[day] = {key: unpack(run) + before.get(key, b"") for key, run in item["runs"].items()}
        return result

    def save_miss_streaks(self, program: str, day: date, runs: Mapping[str, bytes]) -> None:
        """Replace the miss streaks of the date."""
        members = max(map(len, runs.values()), default=0)
        for block, slots in enumerate(blocks(members)):
            packed = {category: pack(run[slots]) for category, run in runs.items()}
            item = {"pk": program, "sk": keys.run(day, block), "day": day.isoformat(), "runs": packed}
            self._table.write(Put(item=item, only_if=None))


def _packed(standing: Standing, slots: slice) -> dict[str, Any]:
    """Pack a standing; without who stays out of the category, which nobody does in most."""
    names = [column for column in COLUMNS if column != "outside" or any(standing.outside[slots])]
    columns = b"".join(getattr(standing, column)[slots] for column in names)
    as_of = standing.as_of.isoformat() if standing.as_of else None
    packed = {"names": " ".join(names), "columns": pack(columns), "as_of": as_of}
    targets = standing.own_targets[slots.start * TARGETS : slots.stop * TARGETS]
    return packed | {"targets": pack(targets, width=TARGETS)} if targets else packed


def _standing(packed: Mapping[str, Any]) -> Standing:
    """Unpack a standing. A column that its writer did not know is as for a new member; an unknown one is ignored."""
    raw, names = unpack(packed["columns"]), packed["names"].split()
    size = len(raw) // len(names)
    stored = {name: raw[index * size : (index + 1) * size] for index, name in enumerate(names) if name in COLUMNS}
    as_of = date.fromisoformat(packed["as_of"]) if packed["as_of"] else None
    targets = unpack(packed["targets"], width=TARGETS) if "targets" in packed else b""
    return replace(Standing.new(size), **stored, own_targets=targets, as_of=as_of)


def _few(few: TooFewBySlot, slots: slice, members: int) -> bytes:
    """Pack what each member handled, and then what each needed; zeros for all others, b"" for nobody."""
    inside = {slot - slots.start: row for slot, row in few.items() if slots.start <= slot < slots.start + members}
    if not inside:
        return b""
    numbers = array(CONTACTS, bytes(2 * array(CONTACTS).itemsize * members))
    for index, row in inside.items():
        numbers[index], numbers[members + index] = min(row.contacts, MOST_CONTACTS), min(row.needs, MOST_CONTACTS)
    return pack(numbers.tobytes(), width=numbers.itemsize)
