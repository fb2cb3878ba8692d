"""Every store around a member, side by side, as a function or a tool wants them."""

from dataclasses import dataclass, field

from ladder.adapters.dynamodb.allowances import Budgets, DynamoAllowances
from ladder.adapters.dynamodb.ledger import DynamoHolds, DynamoLedger
from ladder.adapters.dynamodb.programs import DynamoPrograms
from ladder.adapters.dynamodb.rosters import RosterSlots
from ladder.adapters.dynamodb.table import Table
from ladder.adapters.dynamodb.teams import DynamoTeams
from ladder.domain.points.caps import caps_by_name
from ladder.domain.points.compiled import CompiledProgram, state_names
from ladder.domain.programs.program import Program

BOOKS = 64


@dataclass(slots=True)
class StoreCache:
    """What a warm function keeps over its invocations: nothing in it ever changes, or it is asked for again."""

    compiled: dict[tuple[str, int], CompiledProgram] = field(default_factory=dict)
    slots: RosterSlots = field(default_factory=RosterSlots)
    budgets: Budgets = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemberStores:
    """`members` and `programs`: the two tables; `audit`: the name of the third."""

    members: Table
    programs: Table
    audit: str
    cache: StoreCache

    @property
    def published(self) -> DynamoPrograms:
        return DynamoPrograms(self.programs)

    def compiled(self, program: str) -> CompiledProgram:
        """The current version's: an edit of the rules takes effect with the next evaluation."""
        return self.compiled_version(program, self.published.current_version(program))

    def compiled_version(self, program: str, version: int) -> CompiledProgram:
        """Raises Rejected where it was never published."""
        if (program, version) not in self.cache.compiled:
            if len(self.cache.compiled) >= BOOKS:
                self.cache.compiled.clear()
            self.cache.compiled[program, version] = CompiledProgram.of(self.published.version(program, version))
        return self.cache.compiled[program, version]

    def ledger(self, program: Program | None = None) -> DynamoLedger:
        """Without a program, one that sets apart what names none."""
        named = [*state_names(program), *caps_by_name(program)] if program else []
        drawn = program.rulebook.audited_per_thousand if program else 0
        return DynamoLedger(self.members, audit=self.audit, names=named, audited_per_thousand=drawn)

    @property
    def allowances(self) -> DynamoAllowances:
        return DynamoAllowances(self.programs, self.members, self.published, (self.cache.slots, self.cache.budgets))

    @property
    def teams(self) -> DynamoTeams:
        return DynamoTeams(self.members, self.cache.slots, self.published)

    @property
    def holds(self) -> DynamoHolds:
        return DynamoHolds(self.members)
