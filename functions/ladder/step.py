"""The shape of a step: what the state machine sends, what it gets back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ladder.domain.rotation import Claim
from ladder.usage import Usage


@dataclass(frozen=True, slots=True)
class Progress:
    """`done`, or the cursor to go on from."""

    done: bool = True
    cursor: Any = None


DONE = Progress()


def claim_of(event: Mapping[str, Any]) -> Claim:
    return Claim(
        program=event["program"],
        date=date.fromisoformat(event["date"]),
        revision=event["revision"],
        attempt=event["attempt"],
    )


def answer(progress: Progress, usage: Usage) -> dict[str, Any]:
    return {"done": progress.done, "cursor": progress.cursor, "usage": usage.as_dict()}
