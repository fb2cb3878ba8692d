"""Assignments, budgets, outcomes and runs of misses in memory."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from ladder.domain.challenges.assignment import NO_BUDGET, Assignment, MemberStanding
from ladder.domain.challenges.completion import OUTCOMES, Outcome, TooFewBySlot, TooFewContacts
from ladder.domain.challenges.ports import NONE_TOO_FEW
from ladder.domain.challenges.rotation import Claim
from ladder.domain.errors import Superseded


class MemoryAssignments:
    def __init__(self) -> None:
        self._assignments: dict[tuple[str, str], tuple[int, Assignment]] = {}  # with the attempt that wrote it
        self._budgets: dict[tuple[str, date], list[int]] = {}
        self._outcomes: defaultdict[tuple[str, date], dict[str, bytes]] = defaultdict(dict)
        self._few: defaultdict[tuple[str, date], dict[str, TooFewBySlot]] = defaultdict(dict)
        self._runs: defaultdict[str, dict[date, dict[str, bytes]]] = defaultdict(dict)

    def load(self, program: str, rotation: str) -> Assignment:
        _, assignment = self._assignments.get((program, rotation), (0, {}))
        return dict(assignment)

    def standings(self, program: str, rotation: str, slot: int) -> dict[str, MemberStanding]:
        return {key: MemberStanding.among(standing, slot) for key, standing in self.load(program, rotation).items()}

    def standings_in(self, program: str, rotations: Collection[str], slot: int) -> dict[str, dict[str, MemberStanding]]:
        stored = (rotation for rotation in rotations if (program, rotation) in self._assignments)
        return {rotation: self.standings(program, rotation, slot) for rotation in stored}

    def outcomes_on(self, program: str, days: Collection[date], slot: int) -> dict[date, dict[str, Outcome]]:
        stored = {day: self.outcomes(program, day) for day in days if (program, day) in self._outcomes}
        return {
            day: {category: OUTCOMES[column[slot]] for category, column in columns.items() if slot < len(column)}
            for day, columns in stored.items()
        }

    def too_few_contacts(self, program: str, day: date, slot: int) -> dict[str, TooFewContacts]:
        return {category: found[slot] for category, found in self._few[program, day].items() if slot in found}

    def save(self, claim: Claim, assignment: Assignment) -> None:
        attempt, _ = self._assignments.get((claim.program, claim.rotation), (0, {}))
        if attempt > claim.attempt:
            raise Superseded(f"a later attempt than {claim.execution} has written its assignment")
        self._assignments[claim.program, claim.rotation] = (claim.attempt, dict(assignment))

    def fix_budgets(self, program: str, day: date, budgets: Sequence[int]) -> list[int]:
        if not budgets:
            return []
        fixed = self._budgets.setdefault((program, day), list(budgets))
        return fixed + [NO_BUDGET] * (len(budgets) - len(fixed))

    def outcomes(self, program: str, day: date) -> dict[str, bytes]:
        return dict(self._outcomes[program, day])

    def save_outcomes(
        self, program: str, day: date, outcomes: Mapping[str, bytes], few: Mapping[str, TooFewBySlot] = NONE_TOO_FEW
    ) -> None:
        self._outcomes[program, day].update(outcomes)
        self._few[program, day].update({category: few.get(category, {}) for category in outcomes})

    def miss_streaks(self, program: str, first: date, last: date) -> dict[date, dict[str, bytes]]:
        known = self._runs[program]
        since = max((day for day in known if day < first), default=first)
        return {day: dict(runs) for day, runs in known.items() if since <= day <= last}

    def save_miss_streaks(self, program: str, day: date, runs: Mapping[str, bytes]) -> None:
        self._runs[program][day] = dict(runs)
