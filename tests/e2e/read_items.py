"""Count what a function reads of DynamoDB while it answers."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

CLIENTS = {"progress": "ports", "supervision": "services"}


@dataclass(slots=True)
class Read:
    """`items` that came back, and the names of the `calls`."""

    items: int = 0
    calls: list[str] = field(default_factory=list)


@contextmanager
def reading(function: str) -> Iterator[Read]:
    """Count what the function reads meanwhile, by whichever of its stores: they share a client."""
    handler, read = sys.modules[f"{function}.handler"], Read()
    stores = getattr(handler, CLIENTS[function])()
    table = stores.programs if function == "progress" else stores.programs._table
    events = table._client.meta.events

    def answered(parsed: Any, model: Any, **_: Any) -> None:
        tables = parsed.get("Responses", {}).values()
        read.items += len(parsed.get("Items", ())) + sum(map(len, tables)) + ("Item" in parsed)
        read.calls.append(model.name)

    events.register("after-call.dynamodb", answered)
    try:
        yield read
    finally:
        events.unregister("after-call.dynamodb", answered)
