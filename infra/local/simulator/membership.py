"""Members of groups, with changes that become visible late, as on a real platform."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

from ladder.domain.challenges.rules import Membership


@dataclass(frozen=True, slots=True, order=True)
class PendingChange:
    due: float
    number: int  # changes due at the same time apply in the order of the requests
    group: str
    user: str
    joins: bool


class Memberships:
    """`adds`: a user may be in several groups. `replaces`: joining one leaves every other."""

    def __init__(self, mode: Membership, *, clock: Callable[[], float]) -> None:
        self._mode = mode
        self._clock = clock
        self._groups: defaultdict[str, dict[str, None]] = defaultdict(dict)  # in the order of joining
        self._pending: list[PendingChange] = []
        self._number = 0

    def change(self, group: str, users: Iterable[str], *, joins: bool, delay: float) -> None:
        for user in users:
            self._number += 1
            heappush(self._pending, PendingChange(self._clock() + delay, self._number, group, user, joins))

    def of(self, group: str) -> list[str]:
        self._apply_due()
        return list(self._groups[group])

    def all(self) -> dict[str, list[str]]:
        self._apply_due()
        return {group: list(users) for group, users in self._groups.items() if users}

    def _apply_due(self) -> None:
        now = self._clock()
        while self._pending and self._pending[0].due <= now:
            change = heappop(self._pending)
            if not change.joins:
                self._groups[change.group].pop(change.user, None)
                continue
            if self._mode == "replaces":
                for users in self._groups.values():
                    users.pop(change.user, None)
            self._groups[change.group][change.user] = None
