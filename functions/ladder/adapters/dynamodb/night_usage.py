"""Count what each night uses: its steps add to one item a rotation, the model's tokens are counted by day elsewhere.

Units are stored in halves, as DynamoDB bills a read at half a unit at least. What this counting itself writes, one unit
a step, is not in it.
"""

from collections.abc import Collection
from datetime import date

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import Table
from ladder.domain.challenges.rotation import Claim
from ladder.usage import Usage

HALVES = 2


def count_usage(programs: Table, claim: Claim, usage: Usage) -> None:
    """Add what a step has used. A step that runs twice has used it twice."""
    amounts = {
        "write_halves": round(usage.write_units * HALVES),
        "read_halves": round(usage.read_units * HALVES),
        "platform_calls": usage.platform_calls,
        "metric_calls": usage.metric_calls,
    }
    programs.add(claim.program, keys.usage(claim.rotation), amounts)


class DynamoNightUsage:
    def __init__(self, programs: Table, members: Table) -> None:
        self._programs = programs
        self._members = members

    def between(self, program: str, first: date, last: date) -> dict[str, Usage]:
        return {
            item["sk"].partition("#")[2]: Usage(
                write_units=item["write_halves"] / HALVES,
                read_units=item["read_halves"] / HALVES,
                platform_calls=item["platform_calls"],
                metric_calls=item["metric_calls"],
            )
            for item in self._programs.query(program, keys.usages(first, last))
        }

    def model_tokens(self, program: str, days: Collection[date]) -> dict[date, int]:
        places = {day: (keys.shared(program), keys.spent(day)) for day in days}
        items = self._members.get_many(list(places.values()))
        return {day: int(items[place]["used_tokens"]) for day, place in places.items() if place in items}
