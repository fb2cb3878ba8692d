"""Read and write DynamoDB items as plain dictionaries of the few kinds of value that Ladder stores; no floats.

The conversion is our own: boto3's serializer costs a cold start 130 ms, and returns Decimal and Binary for numbers
and bytes.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import batched
from typing import Any, Literal

from botocore.exceptions import ClientError

from ladder.adapters.aws import ATTEMPTS, Pause, backoff, busy_is_unavailable, error_code
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.keys import Span
from ladder.domain.errors import Unavailable
from ladder.usage import Usage

type Value = str | int | bool | bytes | Mapping[str, Value] | None
type Item = dict[str, Any]  # decoded: its values are Value


def encode(values: Mapping[str, Value]) -> dict[str, Any]:
    attributes = dict[str, Any]()
    for name, value in values.items():
        match value:
            case None:
                attributes[name] = {"NULL": True}
            case bool():
                attributes[name] = {"BOOL": value}
            case int():
                attributes[name] = {"N": str(value)}
            case str():
                attributes[name] = {"S": value}
            case bytes():
                attributes[name] = {"B": value}
            case _:
                attributes[name] = {"M": encode(value)}
    return attributes


def decode(attributes: Mapping[str, Any]) -> Item:
    return {name: _value(attribute) for name, attribute in attributes.items()}


def _value(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return int(value) if value.lstrip("-").isdecimal() else Decimal(value)  # not written by Ladder
        case "M":
            return decode(value)
        case _:  # BOOL, S and B arrive as they are
            return value


EXPIRES_AT = "expires_at"  # the table's time-to-live attribute


def iso(moment: datetime) -> str:
    """Return a moment as it is stored: ISO 8601, in UTC."""
    return moment.astimezone(UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition on the stored item; `&` joins clauses that must all hold, `|` those of which one must."""

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __and__(self, other: "Clause") -> "Clause":
        return Clause(f"({self.text}) AND ({other.text})", {**self.values, **other.values})

    def __or__(self, other: "Clause") -> "Clause":
        return Clause(f"({self.text}) OR ({other.text})", {**self.values, **other.values})


ABSENT = Clause("attribute_not_exists(pk)")  # the first writer wins


def unchanged_since(version: int) -> Clause:
    """Return the condition that nobody wrote since that version was read; version 0: the item did not exist."""
    return Clause("attribute_not_exists(pk) OR version = :before", {":before": version})


NOT_ERASED = Clause("attribute_not_exists(erased_at)")


def erased(state: Mapping[str, Any] | None) -> bool:
    return state is not None and "erased_at" in state


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """Write a whole item; `table`: its table, where that is not the one it is written through."""

    item: Item
    only_if: Clause | None  # None: another write of the transaction guards it
    table: str | None = None
    kind: Literal["Put"] = "Put"

    @property
    def key(self) -> str:
        return str(self.item["sk"])

    def until(self, moment: int) -> "Put":
        """Return the same write with an expiry in seconds since 1970, after which the table deletes the item."""
        return replace(self, item={**self.item, EXPIRES_AT: moment})

    def request(self, table: str) -> dict[str, Any]:
        target = {"TableName": self.table or table, "Item": encode(self.item)}
        return target | _condition(self.only_if) | _values(self.only_if.values if self.only_if else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Set some attributes of an item, or some entries of its map `inside`, and remove those in `drop`.

    `table`: its table, where that is not the one it is written through.
    """

    pk: str
    sk: str
    changes: Mapping[str, Value]
    inside: str | None = None
    drop: tuple[str, ...] = ()
    only_if: Clause | None = None
    table: str | None = None
    kind: Literal["Update"] = "Update"

    @property
    def key(self) -> str:
        return self.sk

    def until(self, moment: int) -> "Update":
        return replace(self, changes={**self.changes, EXPIRES_AT: moment})

    def request(self, table: str) -> dict[str, Any]:
        names = {f"#c{index}": name for index, name in enumerate(self.changes)}
        values = {f":c{index}": value for index, value in enumerate(self.changes.values())}
        prefix = f"{self.inside}." if self.inside else ""
        assignments = ", ".join(f"{prefix}#c{index} = :c{index}" for index in range(len(values)))
        return {
            "TableName": self.table or table,
            "Key": encode({"pk": self.pk, "sk": self.sk}),
            "UpdateExpression": f"SET {assignments}" + (f" REMOVE {', '.join(self.drop)}" if self.drop else ""),
            "ExpressionAttributeNames": names,
            **_condition(self.only_if),
            **_values(values | dict(self.only_if.values if self.only_if else {})),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Delete a whole item; deleting one that does not exist succeeds."""

    pk: str
    sk: str
    only_if: Clause | None = None
    kind: Literal["Delete"] = "Delete"

    @property
    def key(self) -> str:
        return self.sk

    def until(self, moment: int) -> "Delete":  # noqa: ARG002 - there is nothing left to expire
        return self

    def request(self, table: str) -> dict[str, Any]:
        target = {"TableName": table, "Key": encode({"pk": self.pk, "sk": self.sk})}
        return target | _condition(self.only_if) | _values(self.only_if.values if self.only_if else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Check a condition on an item that the transaction does not write. It has no meaning alone."""

    pk: str
    sk: str
    only_if: Clause
    kind: Literal["ConditionCheck"] = "ConditionCheck"

    @property
    def key(self) -> str:
        return self.sk

    def until(self, moment: int) -> "Check":  # noqa: ARG002 - it writes nothing that could expire
        return self

    def request(self, table: str) -> dict[str, Any]:
        target = {"TableName": table, "Key": encode({"pk": self.pk, "sk": self.sk})}
        return target | _condition(self.only_if) | _values(self.only_if.values)


def not_erased(program: str, member_id: str) -> Check:
    """Return the check that the member was not erased; one without a state was not."""
    return Check(pk=keys.member(program, member_id), sk=keys.STATE, only_if=NOT_ERASED)


type Write = Put | Update | Delete | Check


def _condition(only_if: Clause | None) -> dict[str, Any]:
    """Ask for the stored item where the condition fails: it says why, and is free of charge."""
    if only_if is None:
        return {}
    return {"ConditionExpression": only_if.text, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def _values(values: Mapping[str, Value]) -> dict[str, Any]:
    return {"ExpressionAttributeValues": encode(values)} if values else {}


RETENTION_DAYS = 400
READ_BATCH = 100  # items that one call reads
CONDITION_FAILED = "ConditionalCheckFailed"
CONFLICT = "TransactionConflict"
SINGLE_WRITE = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}
THROTTLED = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})


class ConditionFailed(Exception):
    """A write's condition did not hold. `stored`: for each write the stored item that failed it, or None."""

    def __init__(self, stored: Sequence[Item | None]) -> None:
        super().__init__("a condition did not hold")
        self.stored = stored


class Table:
    """A DynamoDB table. Raises Unavailable where it is busy, down, or still in conflict after a few tries."""

    def __init__(
        self,
        client: Any,
        name: str,
        usage: Usage,
        *,
        pause: Pause = backoff,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self.name = name
        self._usage = usage
        self._pause = pause
        self._clock = clock

    def get(self, pk: str, sk: str) -> Item | None:
        answer = self._read(self._client.get_item, Key=encode({"pk": pk, "sk": sk}))
        return decode(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Item]:
        """Return the existing items, by (pk, sk). Raises Unavailable where some stay unprocessed after a few tries."""
        items = dict[tuple[str, str], Item]()
        for batch in batched(dict.fromkeys(keys), READ_BATCH, strict=False):
            waiting: Any = [encode({"pk": pk, "sk": sk}) for pk, sk in batch]
            for tries in range(ATTEMPTS):
                with busy_is_unavailable():
                    answer: Mapping[str, Any] = self._client.batch_get_item(
                        RequestItems={self.name: {"Keys": waiting, "ConsistentRead": True}},
                        ReturnConsumedCapacity="TOTAL",
                    )
                capacities = answer.get("ConsumedCapacity", ())  # the emulator leaves it out here
                self._usage.read_units += sum(capacity["CapacityUnits"] for capacity in capacities)
                for item in map(decode, answer["Responses"].get(self.name, [])):
                    items[item["pk"], item["sk"]] = item
                waiting = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
                if not waiting:
                    break
                self._pause(tries)
            else:
                raise Unavailable(f"the table left {len(waiting)} reads unprocessed {ATTEMPTS} times")
        return items

    def query(
        self,
        pk: str,
        span: Span | None = None,
        *,
        newest_first: bool = False,
        page: int | None = None,
        consistent: bool = True,
    ) -> Iterator[Item]:
        """Yield a partition's items, or those of a range, by sort key; `page` bounds what one call reads.

        An inconsistent read costs half, and may miss what was written a moment ago.
        """
        bounds = {":first": span[0], ":last": span[1]} if span else {}
        request: dict[str, Any] = {
            "KeyConditionExpression": "pk = :pk" + (" AND sk BETWEEN :first AND :last" if span else ""),
            "ExpressionAttributeValues": encode({":pk": pk, **bounds}),
            "ScanIndexForward": not newest_first,
            **({"Limit": page} if page else {}),
        }
        for answer in self._pages(request, consistent=consistent):
            yield from map(decode, answer["Items"])

    def query_index(self, index: str, partition: tuple[str, str], last: tuple[str, str]) -> Iterator[Item]:
        """Yield items of an index's partition up to a sort key. An index lags behind its table: these are only hints.

        `partition` and `last`: the names of the index's keys and their values.
        """
        yield from self._query_index(index, partition, last, "<=")

    def query_index_since(self, index: str, partition: tuple[str, str], first: tuple[str, str]) -> Iterator[Item]:
        """Yield items of an index's partition from a sort key on; they are hints, too."""
        yield from self._query_index(index, partition, first, ">=")

    def query_index_back(
        self, index: str, partition: tuple[str, str], before: tuple[str, str | int], *, page: int
    ) -> Iterator[Item]:
        """Yield items of an index's partition whose sort key is below one, the highest first.

        `page` bounds what one call reads.
        """
        yield from self._query_index(index, partition, before, "<", ScanIndexForward=False, Limit=page)

    def scan(self, condition: Clause, *, attributes: str = "pk, sk") -> Iterator[list[Item]]:
        """Yield the table's items that fulfil a condition, at the cost of reading the whole table.

        Page by page, also where a page has no such item, so that a caller can watch the time.
        """
        request: dict[str, Any] = {
            "FilterExpression": condition.text,
            "ExpressionAttributeValues": encode(condition.values),
            "ProjectionExpression": attributes,
        }
        for answer in self._pages(request, call=self._client.scan):
            yield [decode(item) for item in answer["Items"]]

    def write(self, *writes: Write) -> None:
        """Write one item, or several in one transaction. Raises ConditionFailed where a condition does not hold.

        Columns of single members expire after a little over a year; everything else stays.
        """
        expiry = int(self._clock()) + RETENTION_DAYS * 86_400
        expiring = [write.until(expiry) if write.key.startswith(keys.EXPIRING) else write for write in writes]
        for tries in range(ATTEMPTS):
            try:
                with busy_is_unavailable():
                    capacities = self._send(expiring)
            except ClientError as error:
                # AWS bills a refused write without saying how much: this is the least.
                self._usage.write_units += len(writes) * (1 if len(writes) == 1 else 2)
                _raise_unless_in_conflict(error)
                self._pause(tries)
            else:
                self._usage.write_units += sum(capacity["CapacityUnits"] for capacity in capacities)
                return
        raise Unavailable(f"other writers kept the items busy through {ATTEMPTS} tries")

    def add(self, pk: str, sk: str, amounts: Mapping[str, int]) -> None:
        """Add to numbers of an item, which are 0 until then. What is sent again is added again."""
        names = {f"#a{index}": name for index, name in enumerate(amounts)}
        values = {f":a{index}": amount for index, amount in enumerate(amounts.values())}
        added = ", ".join(f"#a{index} :a{index}" for index in range(len(amounts)))
        with busy_is_unavailable():
            answer = self._client.update_item(
                TableName=self.name,
                Key=encode({"pk": pk, "sk": sk}),
                UpdateExpression=f"ADD {added}",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=encode(values),
                ReturnConsumedCapacity="TOTAL",
            )
        self._usage.write_units += answer["ConsumedCapacity"]["CapacityUnits"]

    def _query_index(
        self, index: str, partition: tuple[str, str], sort: tuple[str, str | int], operator: str, **how: object
    ) -> Iterator[Item]:
        request = {
            **how,
            "IndexName": index,
            "KeyConditionExpression": f"#p = :p AND #s {operator} :s",
            "ExpressionAttributeNames": {"#p": partition[0], "#s": sort[0]},
            "ExpressionAttributeValues": encode({":p": partition[1], ":s": sort[1]}),
        }
        for answer in self._pages(request, consistent=False):
            yield from map(decode, answer["Items"])

    def _pages(
        self, request: dict[str, Any], *, consistent: bool = True, call: Any = None
    ) -> Iterator[Mapping[str, Any]]:
        call = call or self._client.query
        answer = self._read(call, consistent=consistent, **request)
        yield answer
        while "LastEvaluatedKey" in answer:
            next_page = {**request, "ExclusiveStartKey": answer["LastEvaluatedKey"]}
            answer = self._read(call, consistent=consistent, **next_page)
            yield answer

    def _read(self, call: Any, *, consistent: bool = True, **request: Any) -> Mapping[str, Any]:
        with busy_is_unavailable():
            answer: Mapping[str, Any] = call(
                TableName=self.name, ConsistentRead=consistent, ReturnConsumedCapacity="TOTAL", **request
            )
        self._usage.read_units += answer["ConsumedCapacity"]["CapacityUnits"]
        return answer

    def _send(self, writes: Sequence[Write]) -> list[Mapping[str, Any]]:
        requests = [(write.kind, write.request(self.name)) for write in writes]
        if len(requests) > 1:
            items = [{kind: request} for kind, request in requests]
            answer = self._client.transact_write_items(TransactItems=items, ReturnConsumedCapacity="TOTAL")
            return list(answer["ConsumedCapacity"])
        ((kind, request),) = requests
        call = getattr(self._client, SINGLE_WRITE[kind])
        return [call(**request, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]]


def _raise_unless_in_conflict(error: ClientError) -> None:
    """Turn a failed condition into ConditionFailed, throttling into Unavailable; re-raise what is not expected.

    A transaction says why each of its writes was refused; a single write is like a transaction of one.
    """
    reasons: list[Mapping[str, Any]] = []
    match error_code(error):
        case "TransactionCanceledException":
            reasons = list(error.response["CancellationReasons"])
        case "ConditionalCheckFailedException":
            reasons = [{"Code": CONDITION_FAILED, "Item": error.response.get("Item")}]
        case "TransactionConflictException":
            reasons = [{"Code": CONFLICT}]
    codes = {reason.get("Code") for reason in reasons}
    if CONDITION_FAILED in codes:
        stored = [decode(reason["Item"]) if reason.get("Item") else None for reason in reasons]
        raise ConditionFailed(stored) from error
    if codes & THROTTLED:
        raise Unavailable(str(error)) from error
    if CONFLICT not in codes:
        raise error
