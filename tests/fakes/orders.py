"""The orders of a program, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ladder.domain.points.orders import PlacedOrder


@dataclass(frozen=True, slots=True)
class MemoryOrders:
    placed: list[PlacedOrder] = field(default_factory=list)

    def newest(self, program: str, *, before: str | None, limit: int) -> Sequence[PlacedOrder]:
        newest = sorted(self.placed, key=lambda order: order.position, reverse=True)
        return [order for order in newest if before is None or order.position < before][:limit]
