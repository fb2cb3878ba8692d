"""A port with something in between: every call is counted, and at one of them something happens."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from ladder.domain.errors import Unavailable

type When = Literal["before", "after"]


class Killed(BaseException):
    """The process is gone: nothing catches this, nothing is cleaned up."""


@dataclass(slots=True)
class Fate:
    """`strike` is raised at call number `at`, once: before it has an effect, or after, when its answer is lost."""

    at: int | None = None
    when: When = "before"
    strike: type[BaseException] = Killed
    calls: list[str] = field(default_factory=list)

    def call(self, name: str, real: Callable[..., Any], *args: Any, **named: Any) -> Any:
        self.calls.append(name)
        struck = len(self.calls) - 1 == self.at
        if struck and self.when == "before":
            raise self.strike(f"before {name}")
        answer = real(*args, **named)
        if struck:
            raise self.strike(f"after {name}")
        return answer


@dataclass(slots=True)
class Meanwhile(Fate):
    """Nobody dies: at call number `at` somebody else acts, before it or after it."""

    act: Callable[[], object] = lambda: None

    def call(self, name: str, real: Callable[..., Any], *args: Any, **named: Any) -> Any:
        self.calls.append(name)
        now = len(self.calls) - 1 == self.at
        if now and self.when == "before":
            self.act()
        answer = real(*args, **named)
        if now and self.when == "after":
            self.act()
        return answer


class Interposed:
    """Stands before `real` and lets `fate` see each of its calls."""

    def __init__(self, real: Any, fate: Fate) -> None:
        self._real, self._fate = real, fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found):
            return found
        label = f"{type(self._real).__name__}.{name}"
        return lambda *args, **named: self._fate.call(label, found, *args, **named)


def lost_answer(at: int) -> Fate:
    return Fate(at=at, when="after", strike=Unavailable)
