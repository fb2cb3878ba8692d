"""Lines of a file of events, as a source would have read them."""

import json
from datetime import UTC, datetime, timedelta

from infra.cli.driver.lines import EventLine, Line
from ladder.domain.activities.activity import Activity

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def line(
    number: int, *, member: str = "anna", minutes: int | None = None, event: str = "", score: int = 70
) -> EventLine:
    """The n-th line tells of the n-th minute."""
    at = NOW - timedelta(days=1) + timedelta(minutes=number if minutes is None else minutes)
    says: dict[str, int | str] = {"score": score, "module": f"m{number % 7}"}
    named = event or f"e{number}"
    raw = {"id": named, "type": "assessment.submitted", "occurred_at": at.isoformat(), "member": member}
    activity = Activity(
        source="quiz", id=named, type="assessment.submitted", occurred_at=at, received_at=NOW, attributes=says
    )
    return EventLine(number, json.dumps({**raw, "attributes": says}).encode(), member, activity)


def lines(number: int, members: int = 5) -> list[EventLine]:
    return [line(n, member=f"member-{n % members}") for n in range(1, number + 1)]


def ignored(number: int) -> Line:
    return Line(number, b'{"id": "nothing"}')
