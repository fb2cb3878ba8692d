"""What a million events cost on AWS, line by line: units as counted here, times of this machine's processor.

`uv run python -m tests.bench.cost` prints the lines. Prices: on demand, us-east-1. Not in it: logs, data transfer, and
what a deployment costs when nothing happens (alarms, polling of an empty queue).
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from infra.cli.driver.sending import new_secret, signed
from infra.local.emulator import emulator
from ingestion.receive import receive
from ladder.adapters.sources import SOURCES
from ladder.adapters.sqs import SqsActivities
from ladder.domain.activities.source import HookRequest, Keys, Source
from tests.bench.academy import academy, activities
from tests.bench.rewards import seconds_a_batch, units_an_event
from tests.bench.rows import at_most
from tests.bench.state_size import ledger_read_units
from tests.fakes import MemoryCases, MemoryIdentities, MemoryPrograms, MemorySources
from tests.fakes.members import MemoryQuarantine

CALLS = 60
MEMORY_GB = 0.5
WHOLE_PROCESSOR_GB = 1769 / 1024  # memory that buys one
ANSWER_SECONDS = 0.006  # of DynamoDB, SQS: waited for, and billed
USD = {
    "HTTP API request": 1.0e-6,
    "Lambda request": 0.2e-6,
    "Lambda GB-second": 1.33334e-5,
    "SQS FIFO request": 0.5e-6,
    "DynamoDB write unit": 0.625e-6,
    "DynamoDB read unit": 0.125e-6,
}


@dataclass(frozen=True, slots=True)
class CostLine:
    what: str
    unit: str
    an_event: float

    @property
    def usd_a_million(self) -> float:
        return self.an_event * USD[self.unit] * 1e6


@cache
def lines(together: int) -> tuple[CostLine, ...]:
    """Events come one by one; `together` of a member's wait in the queue and are worked in one batch."""
    return (
        CostLine("hook", "HTTP API request", 1),
        CostLine("ingestion", "Lambda request", 1),
        CostLine("ingestion, 1 call", "Lambda GB-second", _billed(ingestion_seconds(), calls=1)),
        CostLine("queue: send", "SQS FIFO request", 1),
        CostLine("queue: receive, delete", "SQS FIFO request", 2 / together),
        CostLine("rewards", "Lambda request", 1 / together),
        CostLine("rewards, 3 calls", "Lambda GB-second", _billed(seconds_a_batch(together), calls=3) / together),
        CostLine("ledger: entries and state", "DynamoDB write unit", units_an_event(together)),
        CostLine("ledger: state, archive, entries, version", "DynamoDB read unit", (together + 3) / together),
    )


@cache
def ingestion_seconds() -> float:
    """CPU of one hook of one event: proved, read, queued; its program, secret and member known from before."""
    source, secret = Source(key="academy", kind="standard"), new_secret("standard")
    programs, identities = MemoryPrograms(), MemoryIdentities()
    programs.publish(replace(academy(), sources=(source,)))
    with emulator() as aws:
        client = aws.client("sqs")
        url = client.create_queue(QueueName="bench.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
        queue = SqsActivities(client, url)

        def hook(call: HookRequest) -> None:
            receive(
                call,
                program="academy",
                source="academy",
                now=datetime.now(UTC),
                sources=MemorySources(programs),
                vendors=SOURCES,
                keyring=OneKey(secret),
                identities=identities,
                activities=queue,
                cases=MemoryCases(),
                quarantine=MemoryQuarantine(),
            )

        return _median_cpu(partial(hook, call) for call in _calls(secret))


@dataclass(frozen=True, slots=True)
class OneKey:
    secret: str

    def of(self, program: str, source: Source) -> Keys:
        return Keys((self.secret,))


def _calls(secret: str) -> Iterator[HookRequest]:
    for activity in activities(1, CALLS):
        told = {
            "id": activity.id,
            "type": activity.type,
            "occurred_at": activity.occurred_at.isoformat(),
            "member": "somebody",
            "attributes": dict(activity.attributes),
        }
        body, headers = signed("standard", secret, [json.dumps(told).encode()])
        yield HookRequest(method="POST", url="https://api.invalid/hooks/academy/academy", headers=headers, body=body)


def _median_cpu(calls: Iterator[Callable[[], None]]) -> float:
    taken = list[float]()
    for call in calls:
        before = time.process_time()
        call()
        taken.append(time.process_time() - before)
    return statistics.median(taken)


def _billed(seconds: float, *, calls: int) -> float:
    """GB-seconds: a part of a processor takes so many times longer, and waiting takes what it takes."""
    return MEMORY_GB * (seconds * WHOLE_PROCESSOR_GB / MEMORY_GB + calls * ANSWER_SECONDS)


@at_most(20.0, "$", "points: what a million late events read besides, each of a ledger of 2,000 entries")
def usd_of_late_events() -> float:
    """A late, corrected, reversed or released event reads the member's whole ledger."""
    return ledger_read_units() * USD["DynamoDB read unit"] * 1e6


def usd_a_million(together: int) -> float:
    return sum(line.usd_a_million for line in lines(together))


for size, goal in ((1, 7.0), (5, 4.5)):
    named = f"points: a million events, {size} of a member in a batch (by line: python -m tests.bench.cost)"
    at_most(goal, "$", named)(partial(usd_a_million, size))


def main() -> None:
    table = Table(title="A million events", title_justify="left", box=SIMPLE_HEAD)
    for column in ("what", "unit", "an event, alone", "$", "an event of 5 together", "$"):
        table.add_column(column, justify="left" if column in {"what", "unit"} else "right")
    for one, five in zip(lines(1), lines(5), strict=True):
        told = (f"{each:.4g}" for line in (one, five) for each in (line.an_event, line.usd_a_million))
        table.add_row(one.what, one.unit, *told)
    table.add_row("", "", "", f"{usd_a_million(1):.2f}", "", f"{usd_a_million(5):.2f}", style="bold")
    Console().print(table)
    Console().print(
        f"A late event reads the whole ledger besides: ${usd_of_late_events():.0f} a million at 2,000 entries."
    )


if __name__ == "__main__":
    main()
