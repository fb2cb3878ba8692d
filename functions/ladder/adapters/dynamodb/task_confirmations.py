"""Store confirmations: each with the task's member, in one transaction with its audit record and the counters.

A task that waits for a colleague is in the index of held awards, in a partition of its own: the clock never sees it.
Who confirmed what of a member stands outside the member's own partition, as it is about others.
"""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.ledger import DUE, for_colleagues, from_item, open_hold
from ladder.adapters.dynamodb.member_records import recorded
from ladder.adapters.dynamodb.table import (
    ABSENT,
    Check,
    Clause,
    ConditionFailed,
    Put,
    Table,
    Update,
    Write,
    erased,
    not_erased,
    unchanged_since,
)
from ladder.domain.activities.activity import Key
from ladder.domain.errors import MemberErased
from ladder.domain.message import Message
from ladder.domain.points.ledger import Entry, OpenHold
from ladder.domain.points.task_confirmations import WINDOW_DAYS, Confirmers, TaskConfirmation, confirmation_record
from ladder.domain.reviews.review import review_id

COUNT_SECONDS = 30 * 86_400  # from the start of its day; nobody needs the count longer
LAST = "9"  # after every moment
RING = Message("reviews.ring_suspected")


class DynamoTaskConfirmations:
    """`audit`: the name of the audit table."""

    def __init__(self, table: Table, *, audit: str) -> None:
        self._table = table
        self._audit = audit

    def waiting(self, program: str) -> list[tuple[str, Key]]:
        items = self._table.query_index(DUE, ("due_program", for_colleagues(program)), ("due_at", LAST))
        return [(item["pk"].partition("#")[2], keys.event(item["sk"])) for item in items]

    def tasks(self, program: str, places: Sequence[tuple[str, Key]]) -> list[tuple[OpenHold, Entry]]:
        wanted = [
            ((pk, keys.hold(event)), (pk, keys.entry(event)))
            for pk, event in ((keys.member(program, member), event) for member, event in places)
        ]
        items = self._table.get_many([place for places in wanted for place in places])
        return [
            (open_hold(items[hold]), from_item(items[entry]))
            for hold, entry in wanted
            if hold in items and entry in items
        ]

    def given(self, program: str, by: str, day: date) -> int:
        item = self._table.get(keys.member(program, by), keys.tasks_confirmed(day))
        return int(item["given"]) if item else 0

    def confirmers(self, program: str, member: str, *, until: date) -> Confirmers:
        return Counter(by for _, by in self._recent(program, member, until)[1])

    def flagged(self, program: str, hold: OpenHold) -> bool | None:
        sk = keys.task_confirmation(hold.event, hold.worth or 0)
        item = self._table.get(keys.member(program, hold.member), sk)
        return bool(item["flagged"]) if item else None

    def record(self, confirmation: TaskConfirmation, *, given: int) -> bool:
        program, member, event, day = confirmation.program, confirmation.member, confirmation.event, confirmation.day
        pk = keys.member(program, member)
        version, recent = self._recent(program, member, day)
        waits = Clause("due_program = :colleagues", {":colleagues": for_colleagues(program)})
        seen = Clause("worth = :worth", {":worth": confirmation.worth})
        counted = Put(
            item={"pk": keys.member(program, confirmation.by), "sk": keys.tasks_confirmed(day), "given": given + 1},
            only_if=Clause("given = :given", {":given": given}) if given else ABSENT,
        )
        listed = json.dumps([*recent, [day.toordinal(), confirmation.by]], separators=(",", ":"))
        writes: list[Write] = [
            Check(pk=pk, sk=keys.hold(event), only_if=waits & seen),
            Put(
                item={
                    "pk": pk,
                    "sk": keys.task_confirmation(event, confirmation.worth),
                    "flagged": confirmation.flagged,
                },
                only_if=ABSENT,
            ),
            Put(
                item={"pk": keys.task_confirmers(program), "sk": member, "version": version + 1, "recent": listed},
                only_if=unchanged_since(version),
            ),
            counted.until(int(datetime.combine(day, time(), UTC).timestamp()) + COUNT_SECONDS),
            *recorded(self._table, confirmation_record(confirmation), self._audit),
            not_erased(program, member),
            not_erased(program, confirmation.by),
        ]
        if confirmation.flagged:
            writes.append(self._flag(pk, event))
        try:
            self._table.write(*writes)
        except ConditionFailed as refused:
            if any(map(erased, refused.stored)):
                raise MemberErased("the member was erased") from refused
            return False
        return True

    def _flag(self, pk: str, event: Key) -> Update:
        """Return the write that says in the hold's review why a reviewer has to look."""
        hold = self._table.get(pk, keys.hold(event)) or {}
        sk = keys.review(hold.get("review") or review_id("hold", *event))
        item = self._table.get(pk, sk) or {}
        because = json.dumps([*json.loads(item.get("because", "[]")), RING.to_dict()], ensure_ascii=False)
        return Update(pk=pk, sk=sk, changes={"because": because}, only_if=Clause("attribute_exists(pk)"))

    def _recent(self, program: str, member: str, until: date) -> tuple[int, list[tuple[int, str]]]:
        """Return the version of the list, and the confirmations of the window: the day's ordinal, and by whom."""
        item = self._table.get(keys.task_confirmers(program), member)
        if item is None:
            return 0, []
        first = until.toordinal() - WINDOW_DAYS
        return int(item["version"]), [(day, by) for day, by in json.loads(item["recent"]) if day > first]
