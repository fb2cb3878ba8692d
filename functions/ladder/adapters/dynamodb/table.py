"""DynamoDB items as plain dictionaries: the few kinds of value Ladder stores, and no floats among them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    return {name: _attribute(value) for name, value in values.items()}


def decode(attributes: Mapping[str, Any]) -> Item:
    return {name: _value(attribute) for name, attribute in attributes.items()}


def _attribute(value: Value) -> dict[str, Any]:
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case _:
            return {"M": encode(value)}


def _value(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return int(value) if value.lstrip("-").isdecimal() else Decimal(value)  # which we have not written
        case "M":
            return decode(value)
        case _:  # BOOL, S and B arrive as they are
            return value


EXPIRES_AT = "expires_at"  # the table's time-to-live attribute


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that must hold of the stored item; joined with `&`, all of them; with `|`, any."""

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __and__(self, other: "Clause") -> "Clause":
        return Clause(f"({self.text}) AND ({other.text})", {**self.values, **other.values})

    def __or__(self, other: "Clause") -> "Clause":
        return Clause(f"({self.text}) OR ({other.text})", {**self.values, **other.values})


ABSENT = Clause("attribute_not_exists(pk)")  # whoever writes first has written


def unchanged_since(version: int) -> Clause:
    """Nobody wrote since it was read; version 0: there was nothing."""
    return Clause("attribute_not_exists(pk) OR version = :before", {":before": version})


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A whole item; `table` where it is not the one it is written through."""

    item: Item
    only_if: Clause | None  # None: another write of the transaction guards it
    table: str | None = None
    kind: Literal["Put"] = "Put"

    @property
    def key(self) -> str:
        return str(self.item["sk"])

    def until(self, moment: int) -> "Put":
        """The same, to be deleted by the table after that second since 1970."""
        return replace(self, item={**self.item, EXPIRES_AT: moment})

    def request(self, table: str) -> dict[str, Any]:
        target = {"TableName": self.table or table, "Item": encode(self.item)}
        return target | _condition(self.only_if) | _values(self.only_if.values if self.only_if else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Some attributes of an item, or some entries of its map `inside`; those in `drop` go.

    `table` where it is not the one it is written through.
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
        names = {f"#c{place}": name for place, name in enumerate(self.changes)}
        values = {f":c{place}": value for place, value in enumerate(self.changes.values())}
        within = f"{self.inside}." if self.inside else ""
        setting = ", ".join(f"{within}#c{place} = :c{place}" for place in range(len(values)))
        return {
            "TableName": self.table or table,
            "Key": encode({"pk": self.pk, "sk": self.sk}),
            "UpdateExpression": f"SET {setting}" + (f" REMOVE {', '.join(self.drop)}" if self.drop else ""),
            "ExpressionAttributeNames": names,
            **_condition(self.only_if),
            **_values(values | dict(self.only_if.values if self.only_if else {})),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete:
    """Of a whole item; one that is not there is deleted already."""

    pk: str
    sk: str
    only_if: Clause | None = None
    kind: Literal["Delete"] = "Delete"

    @property
    def key(self) -> str:
        return self.sk

    def until(self, moment: int) -> "Delete":  # noqa: ARG002 - it is gone before any moment
        return self

    def request(self, table: str) -> dict[str, Any]:
        target = {"TableName": table, "Key": encode({"pk": self.pk, "sk": self.sk})}
        return target | _condition(self.only_if) | _values(self.only_if.values if self.only_if else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What must hold of an item that a transaction does not write. It has no meaning alone."""

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


type Write = Put | Update | Delete | Check


def _condition(only_if: Clause | None) -> dict[str, Any]:
    """The stored item, which a refused write returns free of charge, says why."""
    if only_if is None:
        return {}
    return {"ConditionExpression": only_if.text, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def _values(values: Mapping[str, Value]) -> dict[str, Any]:
    return {"ExpressionAttributeValues": encode(values)} if values else {}


KEPT_DAYS = 400
READ_TOGETHER = 100  # items that one call takes
REFUSED = "ConditionalCheckFailed"
CONFLICT = "TransactionConflict"
ALONE = {"Put": "put_item", "Update": "update_item", "Delete": "delete_item"}
THROTTLED = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded"})


class ConditionFailed(Exception):
    """A write's condition did not hold. `stored`: for each write the item that refused it, None where none did."""

    def __init__(self, stored: Sequence[Item | None]) -> None:
        super().__init__("a condition did not hold")
        self.stored = stored


class Table:
    """Raises Unavailable where DynamoDB is busy, down, or still in conflict after a bounded number of tries."""

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
        """Those that exist, by (pk, sk). Raises Unavailable where some stay unprocessed, asked a few times."""
        found = dict[tuple[str, str], Item]()
        for together in batched(dict.fromkeys(keys), READ_TOGETHER, strict=False):
            found |= {(item["pk"], item["sk"]): item for item in self._together(together)}
        return found

    def query(
        self,
        pk: str,
        span: Span | None = None,
        *,
        newest_first: bool = False,
        page: int | None = None,
        consistent: bool = True,
    ) -> Iterator[Item]:
        """A partition's items, or those of a span, by sort key; `page` bounds what one call reads.

        Not `consistent`, it costs half, and may miss what was written a moment ago.
        """
        request: dict[str, Any] = {
            **_range(pk, span),
            "ScanIndexForward": not newest_first,
            **({"Limit": page} if page else {}),
        }
        for answer in self._pages(request, consistent=consistent):
            yield from map(decode, answer["Items"])

    def query_index(self, index: str, partition: tuple[str, str], last: tuple[str, str]) -> Iterator[Item]:
        """Items of an index's partition up to a sort key; an index lags behind its table, so only hints come of it.

        `partition` and `last`: the names of the index's keys and their values.
        """
        yield from self._of_index(index, partition, last, "<=")

    def query_index_since(self, index: str, partition: tuple[str, str], first: tuple[str, str]) -> Iterator[Item]:
        """Those from a sort key on; the same is true of them."""
        yield from self._of_index(index, partition, first, ">=")

    def scan(self, wanted: Clause, *, keep: str = "pk, sk") -> Iterator[list[Item]]:
        """Items of the whole table that fulfil a condition, at the cost of reading all of it; `keep`: attributes.

        Page by page: whoever looks at the clock does so also where few are found.
        """
        request: dict[str, Any] = {
            "FilterExpression": wanted.text,
            "ExpressionAttributeValues": encode(wanted.values),
            "ProjectionExpression": keep,
        }
        for answer in self._pages(request, call=self._client.scan):
            yield [decode(item) for item in answer["Items"]]

    def write(self, *writes: Write) -> None:
        """One write alone, several as one transaction: all or none. Raises Refused where a condition does not hold."""
        lasting = [self._lasting(write) for write in writes]
        for tries in range(ATTEMPTS):
            if self._written(lasting):
                return
            self._pause(tries)
        raise Unavailable(f"other writers kept the items busy through {ATTEMPTS} tries")

    def _of_index(self, index: str, partition: tuple[str, str], sort: tuple[str, str], sign: str) -> Iterator[Item]:
        request = {
            "IndexName": index,
            "KeyConditionExpression": f"#p = :p AND #s {sign} :s",
            "ExpressionAttributeNames": {"#p": partition[0], "#s": sort[0]},
            "ExpressionAttributeValues": encode({":p": partition[1], ":s": sort[1]}),
        }
        for answer in self._pages(request, consistent=False):
            yield from map(decode, answer["Items"])

    def _together(self, keys: Sequence[tuple[str, str]]) -> Iterator[Item]:
        waiting: Any = [encode({"pk": pk, "sk": sk}) for pk, sk in keys]
        for tries in range(ATTEMPTS):
            answer = self._read_batch(waiting)
            yield from map(decode, answer["Responses"].get(self.name, []))
            waiting = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            if not waiting:
                return
            self._pause(tries)
        raise Unavailable(f"the table left {len(waiting)} reads unprocessed {ATTEMPTS} times")

    def _lasting(self, write: Write) -> Write:
        """Columns of single members are deleted after a year and a bit; everything else stays."""
        if not write.key.startswith(keys.EXPIRING):
            return write
        return write.until(int(self._clock()) + KEPT_DAYS * 86_400)

    def _pages(
        self, request: dict[str, Any], *, consistent: bool = True, call: Any = None
    ) -> Iterator[Mapping[str, Any]]:
        call = call or self._client.query
        answer = self._read(call, consistent=consistent, **request)
        yield answer
        while "LastEvaluatedKey" in answer:
            further = {**request, "ExclusiveStartKey": answer["LastEvaluatedKey"]}
            answer = self._read(call, consistent=consistent, **further)
            yield answer

    def _read(self, call: Any, *, consistent: bool = True, **request: Any) -> Mapping[str, Any]:
        with busy_is_unavailable():
            answer: Mapping[str, Any] = call(
                TableName=self.name, ConsistentRead=consistent, ReturnConsumedCapacity="TOTAL", **request
            )
        self._usage.read_units += answer["ConsumedCapacity"]["CapacityUnits"]
        return answer

    def _read_batch(self, waiting: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        with busy_is_unavailable():
            answer: Mapping[str, Any] = self._client.batch_get_item(
                RequestItems={self.name: {"Keys": waiting, "ConsistentRead": True}}, ReturnConsumedCapacity="TOTAL"
            )
        capacities = answer.get("ConsumedCapacity", ())  # the emulator leaves it out here
        self._usage.read_units += sum(each["CapacityUnits"] for each in capacities)
        return answer

    def _written(self, writes: Sequence[Write]) -> bool:
        """False where another transaction was on the items."""
        try:
            with busy_is_unavailable():
                capacities = self._send(writes)
        except ClientError as error:
            # AWS bills a refused write without saying how much: this is the least.
            self._usage.write_units += len(writes) * (1 if len(writes) == 1 else 2)
            _raise_unless_in_conflict(error)
            return False
        self._usage.write_units += sum(each["CapacityUnits"] for each in capacities)
        return True

    def _send(self, writes: Sequence[Write]) -> list[Mapping[str, Any]]:
        requests = [(write.kind, write.request(self.name)) for write in writes]
        if len(requests) > 1:
            together = [{kind: request} for kind, request in requests]
            answer = self._client.transact_write_items(TransactItems=together, ReturnConsumedCapacity="TOTAL")
            return list(answer["ConsumedCapacity"])
        ((kind, request),) = requests
        call = getattr(self._client, ALONE[kind])
        return [call(**request, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]]


def _range(pk: str, span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": encode({":pk": pk})}
    first, last = span
    return {
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
        "ExpressionAttributeValues": encode({":pk": pk, ":first": first, ":last": last}),
    }


def _raise_unless_in_conflict(error: ClientError) -> None:
    """A failed condition becomes Refused, throttling Unavailable; what is not expected stays as it is."""
    reasons = _reasons(error)
    codes = {reason.get("Code") for reason in reasons}
    if REFUSED in codes:
        raise ConditionFailed([_stored(reason) for reason in reasons]) from error
    if codes & THROTTLED:
        raise Unavailable(str(error)) from error
    if CONFLICT not in codes:
        raise error


def _reasons(error: ClientError) -> list[Mapping[str, Any]]:
    """Why each write was refused; a write alone is told like a transaction of one."""
    match error_code(error):
        case "TransactionCanceledException":
            return list(error.response["CancellationReasons"])
        case "ConditionalCheckFailedException":
            return [{"Code": REFUSED, "Item": error.response.get("Item")}]
        case "TransactionConflictException":
            return [{"Code": CONFLICT}]
        case _:
            return []


def _stored(reason: Mapping[str, Any]) -> Item | None:
    return decode(reason["Item"]) if reason.get("Item") else None
