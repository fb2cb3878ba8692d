"""Compose the stores around a member, for functions and commands."""

from dataclasses import dataclass, field

from ladder.adapters.dynamodb.allowances import Budgets, DynamoAllowances
from ladder.adapters.dynamodb.ledger import DynamoHolds, DynamoLedger
from ladder.adapters.dynamodb.look_backs import DynamoLookBacks
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.rosters import RosterSlots
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.dynamodb.teams import DynamoTeams
from ladder.domain.points.award_caps import caps_by_name
from ladder.domain.points.compiled import CompiledProgram, state_names
from ladder.domain.programs.pausing import compile_program
from ladder.domain.programs.program import Program

MAX_PROGRAMS = 64  # versions of programs in the cache


@dataclass(slots=True)
class StoreCache:
    """Values that a warm function keeps between invocations: they never change, or they expire."""

    programs: dict[tuple[str, int], tuple[Program, CompiledProgram]] = field(default_factory=dict)
    slots: RosterSlots = field(default_factory=RosterSlots)
    budgets: Budgets = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemberStores:
    """The stores. `members` and `programs`: two tables; `audit`: the name of the third."""

    members: Table
    programs: Table
    audit: str
    cache: StoreCache

    @property
    def published(self) -> DynamoPrograms:
        return DynamoPrograms(self.programs)

    def program(self, program: str) -> Program:
        """Return the current version: an edit of the rules takes effect with the next evaluation."""
        return self._version(program, self.published.current_version(program))[0]

    def compiled(self, program: str) -> CompiledProgram:
        """Return the current version, ready to evaluate activities."""
        return self.compiled_version(program, self.published.current_version(program))

    def compiled_version(self, program: str, version: int) -> CompiledProgram:
        """Return a version. Raises Rejected where it was never published."""
        return self._version(program, version)[1]

    def _version(self, program: str, version: int) -> tuple[Program, CompiledProgram]:
        if (program, version) not in self.cache.programs:
            if len(self.cache.programs) >= MAX_PROGRAMS:
                self.cache.programs.clear()
            published = self.published.version(program, version)
            self.cache.programs[program, version] = published, compile_program(published)
        return self.cache.programs[program, version]

    def ledger(self, program: Program | CompiledProgram | None = None) -> DynamoLedger:
        """Return the ledger; without a program it can only quarantine what names none."""
        state_keys = [*state_names(program.rulebook), *caps_by_name(program.challenges.reward_rules)] if program else []
        return DynamoLedger(self.members, audit=self.audit, names=state_keys)

    @property
    def allowances(self) -> DynamoAllowances:
        return DynamoAllowances(self.programs, self.members, self.published, (self.cache.slots, self.cache.budgets))

    @property
    def teams(self) -> DynamoTeams:
        return DynamoTeams(self.members, self.cache.slots, self.published)

    @property
    def look_backs(self) -> DynamoLookBacks:
        return DynamoLookBacks(self.members)

    @property
    def holds(self) -> DynamoHolds:
        return DynamoHolds(self.members)
