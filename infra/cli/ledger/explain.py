"""Explain an event: what it earned, by which rules and caps, and what was decided since; or why it has no entry."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from infra.cli.ledger.find import EventTraces, FoundEntry
from ladder.adapters.dynamodb.table import Item
from ladder.domain.points.ledger import ADJUSTED, Entry


def explain_entry(found: FoundEntry, hold: Item | None, refused: Sequence[str]) -> list[str]:
    """`hold`: the item of its held points, if there is one; `refused`: when it came again with another payload."""
    return [f"{name:<10}{text}" for name, text in _facts(found, hold, refused)]


def _facts(found: FoundEntry, hold: Item | None, refused: Sequence[str]) -> Iterator[tuple[str, str]]:
    entry, activity = found.entry, found.entry.activity
    yield "event", "#".join(entry.key)
    yield "member", f"{found.person.member} of program {found.person.program}"
    yield "what", f"{activity.type} {json.dumps(dict(activity.attributes), ensure_ascii=False)}"
    when = f"happened {_at(activity.occurred_at)}"
    when += f", received {_at(activity.received_at)}" if activity.received_at else ""
    when += f", recorded {_at(entry.recorded_at)} as entry {entry.sequence}" if entry.recorded_at else ""
    yield "when", when
    yield "rules", f"version {entry.program_version} of the program"
    for line in entry.lines:
        if line.rule == ADJUSTED:
            yield "", f"recalculated: {line.paid:+} points and {line.held:+} held for later events"
            continue
        sum_ = f"{line.base} + {line.bonus} bonus = {line.worth}" if line.bonus else str(line.worth)
        outcome = f"{line.held} held" if line.held else f"{line.paid} paid"
        yield "", f"{line.rule}: {sum_}, {outcome}" + (f": {line.because}" if line.because else "")
    yield "points", _sums(entry)
    if entry.day is not None:
        cap = "" if entry.allowance is None else f"; the program's daily cap allowed {entry.allowance} points"
        yield "day", f"{date.fromordinal(entry.day)}{cap}"
    yield "sentence", entry.sentence
    yield from (("reached", reached) for reached in entry.reached)
    yield from (("since", _amendment(amendment)) for amendment in found.amendments)
    if hold is not None and hold.get("decided"):
        yield "hold", f"{hold.get('points', 0)} points were held, and have been decided"
    elif hold is not None:
        yield "hold", f"{hold['points']} points are held; they pay on {hold['due_at'][:10]} unless decided before"
    yield from (("refused", f"{at}: same event ID, different payload") for at in refused)


def _sums(entry: Entry) -> str:
    held = f", {entry.held:+} held" if entry.held else ""
    return f"{entry.points:+}{held}" + (f", {entry.spent:+} spent" if entry.spent else "")


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _amendment(entry: Entry) -> str:
    attributes = entry.activity.attributes
    by = f" by {attributes['actor']}" if attributes.get("actor") else ""
    why = f": {attributes['reason']}" if attributes.get("reason") else ""
    at = _at(entry.recorded_at or entry.activity.occurred_at)
    return f"{entry.activity.type} at {at}{by}{why} ({'#'.join(entry.key)}, {_sums(entry)} points)"


def explain_missing(event: str, traces: EventTraces) -> list[str]:
    """Say why an event has no entry, as far as anything is known."""
    lines = [
        f"There is no entry of {event}.",
        *(
            f"A message with this ID is in quarantine, of member {person.member} in {person.program}: {why}."
            for person, why in traces.quarantined
        ),
        *(f"It came at {at} under the ID of a recorded event with another payload. Refused." for at in traces.refused),
        *(
            f"{amendment}, of member {person.member} in {person.program}, amends it, but the event has not arrived."
            for person, amendment in traces.amended
        ),
    ]
    if traces.waiting:
        lines.append(f"{traces.waiting} messages are still in the queue: ask again in a moment.")
    if traces.failed:
        lines.append(f"{traces.failed} messages failed: look at them, and redrive the dead-letter queue.")
    if len(lines) == 1:
        lines.append("It never arrived: check in its source whether it was sent, and what the answer was.")
    if traces.erased:
        lines.append(f"{traces.erased} user ids are erased; their events are dropped and leave no trace.")
    return lines
