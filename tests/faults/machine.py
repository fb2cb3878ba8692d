"""How a state machine calls a step: again with its cursor until it is done, and deaf to what it answers."""

from collections.abc import Callable
from typing import Any

from ladder.step import Progress


def looped(act: Callable[..., Progress], *args: Any, between: Callable[[], None] = lambda: None, **ports: Any) -> Any:
    def until_done() -> None:
        progress = act(*args, cursor=None, **ports)
        while not progress.done:
            between()
            progress = act(*args, cursor=progress.cursor, **ports)

    return until_done


def ignored(_answer: object) -> None:
    return None
