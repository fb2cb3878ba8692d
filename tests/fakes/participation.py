"""What members chose on opt-in categories, in memory. `erased`: members whose choices are refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ladder.domain.challenges.participation import Choice
from ladder.domain.errors import MemberErased


@dataclass(frozen=True, slots=True)
class MemoryParticipation:
    choices: dict[tuple[str, str, str], Choice] = field(default_factory=dict)  # by program, member and category
    erased: set[str] = field(default_factory=set)

    def everybody(self, program: str) -> Iterator[tuple[str, str, Choice]]:
        for (of, member, category), choice in list(self.choices.items()):
            if of == program:
                yield member, category, choice

    def of(self, program: str, member: str) -> dict[str, Choice]:
        return {category: choice for of, category, choice in self.everybody(program) if of == member}

    def change(
        self, program: str, member: str, category: str, change: Callable[[Choice | None], Choice | None]
    ) -> Choice | None:
        known = self.choices.get((program, member, category))
        changed = change(known)
        if changed is None:
            return known
        if member in self.erased:
            raise MemberErased(f"member {member} was erased")
        self.choices[program, member, category] = changed
        return changed
