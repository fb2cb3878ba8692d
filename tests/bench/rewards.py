"""Points: what an event costs to write, how fast it is evaluated, and how large a member's state grows."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from itertools import batched
from random import Random
from statistics import median

from infra.local.emulator import Emulator, emulator
from ladder.adapters.dynamodb.member_stores import MemberStores, StoreCache
from ladder.adapters.dynamodb.table import Table
from ladder.domain.activities.activity import Activity
from ladder.domain.points.apply import evaluate
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.points.ledger import State
from ladder.domain.programs.pausing import compile_program
from ladder.usage import Usage
from rewards.reward import RewardContext, reward
from tests.bench.academy import academy, activities
from tests.bench.rows import at_least, at_most
from tests.bench.table import create
from tests.bench.textbook import textbook_units
from tests.builders.ledger_stores import members_table

MEMBERS, EVENTS = 12, 60
YEAR = 2_000  # activities of a member, about a year of them
SPEED = 20_000


@dataclass(frozen=True, slots=True)
class Worked:
    accepted: int
    write_units: float
    seconds: float  # of our own processor, a batch


@cache
def worked(together: int, *, duplicates: float = 0.0) -> Worked:
    """Everybody's events, `together` of a member in a batch, some of which came before."""
    rng, usage, taken = Random(together), Usage(), list[float]()  # noqa: S311
    with emulator() as aws:
        members, accepted = _members(aws, usage), 0
        usage.write_units = 0.0  # publishing the program is not counted
        for member in range(MEMBERS):
            for batch in _batches(member, together, duplicates, rng):
                before = time.process_time()
                accepted += len(reward(_desk(members, member, batch), batch, pause=lambda _: None).entries)
                taken.append(time.process_time() - before)
    return Worked(accepted, usage.write_units, median(taken))


def units_an_event(together: int, *, duplicates: float = 0.0) -> float:
    """Write units per accepted event, as DynamoDB reports them."""
    found = worked(together, duplicates=duplicates)
    return found.write_units / found.accepted


def seconds_a_batch(together: int) -> float:
    return worked(together).seconds


def _members(aws: Emulator, usage: Usage) -> MemberStores:
    client = aws.client("dynamodb")
    programs, audit, members = create(aws, "programs"), create(aws, "audit"), members_table(client, "members")
    found = MemberStores(
        members=Table(client, members, usage), programs=Table(client, programs, usage), audit=audit, cache=StoreCache()
    )
    found.published.publish(academy())
    return found


def _batches(member: int, together: int, duplicates: float, rng: Random) -> Iterator[list[Activity]]:
    before = list[Activity]()
    for batch in batched(activities(member, EVENTS), together, strict=False):
        yield [rng.choice(before) if before and rng.random() < duplicates else each for each in batch]
        before += batch


def _desk(members: MemberStores, member: int, batch: Sequence[Activity]) -> RewardContext:
    book = members.compiled("academy")
    return RewardContext(
        member=f"{member:032x}",
        compiled=book,
        compiled_version=partial(members.compiled_version, "academy"),
        ledger=members.ledger(book),
        allowances=members.allowances,
        now=max(each.occurred_at for each in batch) + timedelta(minutes=2),
    )


for size, goal in ((1, 5.0), (5, 3.4), (10, 3.2)):
    named = f"rewards: DynamoDB writes, {size} event{'s' * (size > 1)} of a member together (20 rules, 10 badges)"
    at_most(goal, "write units per event", named)(partial(units_an_event, size))
at_most(3.6, "write units per event", "rewards: DynamoDB writes, 5 together, 5 % of them duplicates")(
    partial(units_an_event, 5, duplicates=0.05)
)


@at_least(
    2,
    "ratio",
    "rewards: writes of the textbook (idempotency table; ledger, balance, audit) over ours, 5 together",
)
def against_the_textbook() -> float:
    return textbook_units(5) / units_an_event(5)


@cache
def _year(member: int) -> Sequence[Activity]:
    return list(activities(member, YEAR))


def _rate(book: CompiledProgram, state: State, stream: Sequence[Activity]) -> float:
    """Activities a second of CPU."""
    before = time.process_time()
    evaluate(book, state, stream, allowances={})
    return len(stream) / (time.process_time() - before)


@at_least(SPEED, "activities/s", "evaluate: 20 rules, 10 badges, one core")
def speed() -> float:
    book = compile_program(academy())
    return median(_rate(book, State(), _year(member)) for member in range(9))


@at_most(1.1, "exponent", "evaluate: time over activities, from 200 to 20,000 (slope of logarithms)")
def growth() -> float:
    book, stream = compile_program(academy()), list(activities(1, 20_000))
    return math.log(_seconds(book, stream) / _seconds(book, stream[:200])) / math.log(100)


@at_most(1.25, "ratio", "evaluate: time of an activity after a history of 20,000, over one after 500")
def flatness() -> float:
    book, stream = compile_program(academy()), list(activities(2, 21_000))
    states = [evaluate(book, State(), stream[:length], allowances={})[0] for length in (500, 20_000)]
    young, old = (
        median(_single(book, state, stream[length : length + 300]) for _ in range(5))
        for state, length in zip(states, (500, 20_000), strict=True)
    )
    return old / young


def _seconds(book: CompiledProgram, stream: Sequence[Activity]) -> float:
    return median(len(stream) / _rate(book, State(), stream) for _ in range(3))


def _single(book: CompiledProgram, state: State, stream: Sequence[Activity]) -> float:
    """One at a time, as the queue mostly brings them."""
    before = time.process_time()
    for each in stream:
        state, _ = evaluate(book, state, [each], allowances={})
    return time.process_time() - before
