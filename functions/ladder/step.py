"""The shape of a step: what the state machine sends, what it gets back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from ladder.domain.challenges.rotation import Claim
from ladder.domain.errors import Unavailable
from ladder.domain.message import Message
from ladder.usage import Usage


@dataclass(frozen=True, slots=True)
class Progress:
    """`done`, or the cursor to go on from. `warnings`: what people should know of what was done."""

    done: bool = True
    cursor: Any = None
    warnings: tuple[Message, ...] = ()


DONE = Progress()
MIN_SECONDS_LEFT = 60.0


def process_in_order[W](
    work: Sequence[W], do: Callable[[W], None], *, start: int, time_left: Callable[[], float]
) -> int:
    """Work through the pieces from `start` as far as one invocation gets; return the number of pieces done.

    It stops when little time is left, and where the other side is Unavailable after something was done: the next
    invocation goes on from there.
    """
    done = start
    while done < len(work) and time_left() > MIN_SECONDS_LEFT:
        try:
            do(work[done])
        except Unavailable:
            if done == start:
                raise
            break
        done += 1
    return done


def claim_from_event(event: Mapping[str, Any]) -> Claim:
    return Claim(
        program=event["program"],
        date=date.fromisoformat(event["date"]),
        revision=event["revision"],
        attempt=event["attempt"],
    )


def response(progress: Progress, usage: Usage) -> dict[str, Any]:
    return {"done": progress.done, "cursor": progress.cursor, "usage": asdict(usage)}
