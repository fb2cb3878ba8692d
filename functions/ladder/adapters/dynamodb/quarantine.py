"""Quarantine what can be neither processed nor corrected, complete, with its member or its source."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import batched

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.packing import pack
from ladder.adapters.dynamodb.table import ABSENT, RETENTION_DAYS, ConditionFailed, Put, Table, not_erased

LARGEST_PART = 350_000  # bytes of an item, which may hold 400 KB
SOURCE_PREFIX = "source:"


class DynamoQuarantine:
    """A member's bodies are deleted with their erasure; a source's expire, as nobody can tell whose they are."""

    def __init__(self, table: Table, *, clock: Callable[[], float] = time.time) -> None:
        self._table = table
        self._clock = clock

    def add(self, program: str, owner: str, body: str, why: str) -> None:
        """Store a body, in several items where it is long; of an erased member nothing is stored.

        The same body twice is stored once.
        """
        digest = hashlib.sha256(body.encode()).hexdigest()
        for part, piece in enumerate(batched(pack(body.encode()), LARGEST_PART, strict=False)):
            item = {
                "pk": keys.member(program, owner),
                "sk": keys.quarantine(digest, part),
                "body": bytes(piece),
                "why": why,
            }
            put = Put(item=item, only_if=ABSENT)
            if owner.startswith(SOURCE_PREFIX):
                put = put.until(int(self._clock()) + RETENTION_DAYS * 86_400)
            with suppress(ConditionFailed):
                self._table.write(put, not_erased(program, owner))
