"""The stores and the world outside as plain dictionaries: the fakes that acts are tested on.

They keep the promises of the real adapters, which the contract tests ask of both. Values are copied on the way in and
on the way out, so that nothing is shared by accident.
"""

from ladder.adapters.memory.assignments import MemoryAssignments
from ladder.adapters.memory.histories import MemoryHistories
from ladder.adapters.memory.identities import MemoryIdentities, MemoryLinks, MemorySources
from ladder.adapters.memory.outside import (
    MemoryActivities,
    MemoryAnnouncements,
    MemoryCases,
    MemoryCompletions,
    MemoryExecutions,
)
from ladder.adapters.memory.programs import MemoryPrograms
from ladder.adapters.memory.rotations import MemoryRotations
from ladder.adapters.memory.staff import MemoryDeclarations

__all__ = [
    "MemoryActivities",
    "MemoryAnnouncements",
    "MemoryAssignments",
    "MemoryCases",
    "MemoryCompletions",
    "MemoryDeclarations",
    "MemoryExecutions",
    "MemoryHistories",
    "MemoryIdentities",
    "MemoryLinks",
    "MemoryPrograms",
    "MemoryRotations",
    "MemorySources",
]
