"""Preferences in memory. `erased`: members whose words are refused."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from ladder.domain.errors import MemberErased, Superseded
from ladder.domain.members.preferences import NO_PREFERENCES, Preferences


@dataclass(frozen=True, slots=True)
class MemoryPreferences:
    stored: dict[tuple[str, str], Preferences] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def of(self, program: str, member: str) -> Preferences:
        return self.stored.get((program, member), NO_PREFERENCES)

    def of_all(self, program: str, members: Collection[str]) -> dict[str, Preferences]:
        return {member: self.of(program, member) for member in members}

    def save(self, program: str, member: str, preferences: Preferences, *, now: datetime) -> Preferences:
        stored = self.of(program, member)
        if replace(stored, version=0, changed_at=None) == replace(preferences, version=0, changed_at=None):
            return stored
        if member in self.erased:
            raise MemberErased("the member was erased")
        if stored.version != preferences.version:
            raise Superseded("changed since")
        saved = replace(preferences, version=preferences.version + 1, changed_at=now)
        self.stored[program, member] = saved
        return saved
