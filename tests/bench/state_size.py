"""How large a member's items grow over a year, in the bytes that DynamoDB bills."""

from ladder.adapters.dynamodb.ledger import state_item, to_item
from ladder.domain.points.apply import evaluate
from ladder.domain.points.ledger import State
from ladder.domain.programs.pausing import compile_program
from tests.bench.academy import academy, activities
from tests.bench.rows import at_most

MEMBERS, YEAR, EVERY = 100, 2_000, 40
READ_UNIT = 8_192  # bytes, eventually consistent


@at_most(900, "bytes", "rewards: the state item at p99, 100 members through a year (20 rules, 10 badges)")
def state_bytes() -> float:
    sizes = sorted(size for member in range(MEMBERS) for size in _sizes(member))
    return float(sizes[int(len(sizes) * 0.99)])


@at_most(150, "read units", "rewards: reading a ledger of 2,000 entries, about a year's, as a late event does")
def ledger_read_units() -> float:
    _, entries = evaluate(compile_program(academy()), State(), list(activities(1, YEAR)), allowances={})
    return sum(_billed(to_item(f"academy#{1:032x}", each)) for each in entries) / READ_UNIT


def _sizes(member: int) -> list[int]:
    book, state, sizes = compile_program(academy()), State(), list[int]()
    stream = list(activities(member, YEAR))
    for start in range(0, YEAR, EVERY):
        state, _ = evaluate(book, state, stream[start : start + EVERY], allowances={})
        sizes.append(_billed(state_item(f"academy#{member:032x}", state)))
    return sizes


def _billed(item: dict[str, object]) -> int:
    return sum(len(name) + _width(value) for name, value in item.items())


def _width(value: object) -> int:
    if isinstance(value, int):
        return (len(str(value)) + 1) // 2 + 1
    return len(value.encode() if isinstance(value, str) else bytes(value))  # type: ignore[call-overload]
