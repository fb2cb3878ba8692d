"""Totals of the rewards function's log: what became of the events, and what they cost to write."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from infra.local.emulator import Emulator

MESSAGE = "rewarded"


@dataclass(frozen=True, slots=True)
class RewardTotals:
    invocations: int = 0
    entries: int = 0
    again: int = 0  # dropped by the ledger; the queue drops others before
    refused: int = 0
    parked: int = 0
    write_units: float = 0.0

    def __sub__(self, before: "RewardTotals") -> "RewardTotals":
        return RewardTotals(*(getattr(self, name) - getattr(before, name) for name in self.__slots__))


def reward_totals(aws: Emulator, function: str) -> RewardTotals:
    """Return the totals since the function was deployed."""
    return summed(aws.logged(function))


def summed(lines: Iterable[str]) -> RewardTotals:
    told = [line for line in map(_parsed, lines) if line.get("message") == MESSAGE]
    events = [line["events"] for line in told]
    return RewardTotals(
        invocations=len(told),
        entries=sum(each["entries"] for each in events),
        again=sum(each["again"] for each in events),
        refused=sum(each["refused"] for each in events),
        parked=sum(each["quarantined"] for each in events),
        write_units=sum(line["usage"]["write_units"] for line in told),
    )


def _parsed(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError:  # the runtime's own lines
        return {}
    return found if isinstance(found, dict) else {}
