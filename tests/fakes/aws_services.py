"""The queue, the state machine and the event bus in memory."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from ladder.domain.activities.activity import Activity, Delivery, WrittenText
from ladder.domain.challenges.completion import Completion
from ladder.domain.challenges.ports import ExecutionStatus


class MemoryActivities:
    """`sent` has every delivery, repetitions too."""

    def __init__(self) -> None:
        self.sent: list[Delivery] = []

    @property
    def activities(self) -> list[Activity]:
        return [activity for delivery in self.sent for activity in delivery.activities]

    def send(self, deliveries: Sequence[Delivery]) -> None:
        self.sent.extend(deliveries)


class MemoryCases:
    """`sent` has every post, repetitions too."""

    def __init__(self) -> None:
        self.sent: list[WrittenText] = []

    def send(self, posts: Sequence[WrittenText]) -> None:
        self.sent.extend(posts)


class MemoryCompletions:
    """`sent` has every one, repetitions too; `by_id` the last one under each id."""

    def __init__(self) -> None:
        self.sent: list[Completion] = []

    @property
    def by_id(self) -> dict[str, Completion]:
        return {completion.id: completion for completion in self.sent}

    def send(self, completions: Sequence[Completion]) -> None:
        self.sent.extend(completions)


@dataclass(slots=True)
class Execution:
    arguments: dict[str, object]
    status: ExecutionStatus = "RUNNING"
    cause: str | None = None


class MemoryExecutions:
    """Nothing runs: a test sets what has become of an execution."""

    def __init__(self) -> None:
        self.started: dict[str, Execution] = {}

    def start(self, name: str, arguments: Mapping[str, object]) -> None:
        self.started.setdefault(name, Execution(deepcopy(dict(arguments))))

    def status(self, name: str) -> ExecutionStatus | None:
        execution = self.started.get(name)
        return execution.status if execution else None

    def stop(self, name: str, reason: str) -> None:
        if self.status(name) == "RUNNING":
            self.started[name].status = "ABORTED"
            self.started[name].cause = reason


class MemoryAnnouncements:
    def __init__(self) -> None:
        self.made: list[tuple[str, dict[str, object]]] = []

    def announce(self, kind: str, detail: Mapping[str, object]) -> None:
        self.made.append((kind, deepcopy(dict(detail))))
