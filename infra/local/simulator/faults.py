"""What may go wrong, and when. Everything starts switched off."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from random import Random
from typing import Self


@dataclass(slots=True, kw_only=True)
class Chance:
    """Strikes a share of calls, every n-th call, or the next few; `kinds` narrows it to these kinds of calls."""

    share: float = 0.0
    every: int = 0
    upcoming: int = 0
    kinds: frozenset[str] = frozenset()  # empty: every kind
    _seen: int = 0

    def strikes(self, kind: str, rng: Random) -> bool:
        if self.kinds and kind not in self.kinds:
            return False
        self._seen += 1
        if self.upcoming:
            self.upcoming -= 1
            return True
        return bool(self.every and self._seen % self.every == 0) or rng.random() < self.share

    @classmethod
    def told(cls, knobs: Mapping[str, object]) -> Self:
        """From JSON, as the control API receives it."""
        kinds = knobs.get("kinds", [])
        return cls(
            share=float(str(knobs.get("share", 0))),
            every=int(str(knobs.get("every", 0))),
            upcoming=int(str(knobs.get("upcoming", 0))),
            kinds=frozenset(map(str, kinds)) if isinstance(kinds, list) else frozenset(),
        )


@dataclass(slots=True, kw_only=True)
class Faults:
    """The knobs. Chances are asked in the order they stand here; the first that strikes decides."""

    throttle: Chance = field(default_factory=Chance)  # 429, nothing done
    fail_before: Chance = field(default_factory=Chance)  # 503, nothing done
    stall: Chance = field(default_factory=Chance)  # the answer comes `stall_seconds` late
    repeat_page: Chance = field(default_factory=Chance)  # a list's first page again, whichever was asked for
    fail_after: Chance = field(default_factory=Chance)  # done, then 502
    lose_answer: Chance = field(default_factory=Chance)  # done, and the connection closed without a word
    cut_short: Chance = field(default_factory=Chance)  # done, and the connection closed in mid-answer
    garble: Chance = field(default_factory=Chance)  # done, and an answer that is not JSON
    retry_after: str = "1"
    stall_seconds: float = 1.0
    refuse_members: dict[str, str] = field(default_factory=dict)  # user -> why his groups cannot change
    refuse_share: float = 0.0  # of all changes of groups
    membership_delay: float = 0.0  # seconds until a change of groups is visible
    requests_per_minute: int | None = None  # a fixed window, as platforms keep it
    one_active_per_metric: bool = False  # a second active challenge on a metric and day is answered 409

    def objection(self, user: str, rng: Random) -> str | None:
        """Why this user's groups cannot change just now; None: they can."""
        if user in self.refuse_members:
            return self.refuse_members[user]
        return "the change was not applied" if rng.random() < self.refuse_share else None

    def turn(self, knobs: Mapping[str, object]) -> None:
        """Sets the knobs that are named, from JSON. Raises KeyError for one that does not exist."""
        known = {knob.name for knob in fields(self)}
        for name, told in knobs.items():
            if name not in known:
                raise KeyError(name)
            chance = isinstance(getattr(self, name), Chance) and isinstance(told, dict)
            setattr(self, name, Chance.told(told) if chance and isinstance(told, dict) else told)
