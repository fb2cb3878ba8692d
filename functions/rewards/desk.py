"""The desk at which one member's activities are rewarded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.rewards.book import Book
from ladder.ports.points import Ledger, Purse

type Books = Callable[[int], Book]  # a published version of the program, made ready


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """His program's book, and what stands behind it."""

    member: str
    book: Book
    books: Books
    ledger: Ledger
    purse: Purse
    now: datetime

    @property
    def program(self) -> str:
        return self.book.program.key
