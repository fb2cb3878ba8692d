"""What can be neither paid nor mended here is set apart, whole, beside its member or its source."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import batched

from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.member_keys import still_there
from ladder.adapters.dynamodb.packing import pack
from ladder.adapters.dynamodb.table import ABSENT, KEPT_DAYS, ConditionFailed, Put, Table

LARGEST_PART = 350_000  # bytes of an item, which may hold 400 KB
OF_A_SOURCE = "source:"


class DynamoQuarantine:
    """A member's goes with his erasure. Whose a source's is nobody can tell, so nothing but time would end it."""

    def __init__(self, table: Table, *, clock: Callable[[], float] = time.time) -> None:
        self._table = table
        self._clock = clock

    def add(self, program: str, owner: str, body: str, why: str) -> None:
        """In as many items as it takes: nothing of it is lost, unless he was erased, of whom nothing is kept.

        The same body twice is there once.
        """
        named = hashlib.sha256(body.encode()).hexdigest()
        for part, piece in enumerate(batched(pack(body.encode()), LARGEST_PART, strict=False)):
            item = {
                "pk": member_keys.member(program, owner),
                "sk": member_keys.quarantine(named, part),
                "body": bytes(piece),
                "why": why,
            }
            with suppress(ConditionFailed):
                self._table.write(self._lasting(owner, Put(item=item, only_if=ABSENT)), still_there(program, owner))

    def _lasting(self, owner: str, put: Put) -> Put:
        if not owner.startswith(OF_A_SOURCE):
            return put
        return put.until(int(self._clock()) + KEPT_DAYS * 86_400)
