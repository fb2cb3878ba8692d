"""The stores and the world outside as plain dictionaries: the fakes that acts are tested on.

They keep the promises of the real adapters, which the contract tests ask of both. Values are copied on the way in and
on the way out, so that nothing is shared by accident.
"""

from tests.fakes.assignments import MemoryAssignments
from tests.fakes.aws_services import (
    MemoryActivities,
    MemoryAnnouncements,
    MemoryCases,
    MemoryCompletions,
    MemoryExecutions,
)
from tests.fakes.histories import MemoryHistories
from tests.fakes.identities import MemoryIdentities, MemoryLinks, MemorySources
from tests.fakes.programs import MemoryPrograms
from tests.fakes.rotations import MemoryRotations
from tests.fakes.staff import MemoryDeclarations

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
