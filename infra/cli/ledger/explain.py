"""An event in words: what it earned, by which rules and numbers, under which caps, and what was said of it since."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from infra.cli.ledger.find_event import FoundEntry, Traces
from ladder.adapters.dynamodb import member_keys
from ladder.adapters.dynamodb.table import Item
from ladder.domain.points.ledger import ADJUSTED, Entry, EntryLine


def explain_entry(found: FoundEntry, hold: Item | None, refused: Sequence[str]) -> list[str]:
    """`hold`: the item of what waits or waited, if there is one; `refused`: when it came with another body."""
    return [f"{name:<10}{words}" for name, words in _told(found, hold, refused)]


def _told(found: FoundEntry, hold: Item | None, refused: Sequence[str]) -> Iterator[tuple[str, str]]:
    entry, activity = found.entry, found.entry.activity
    yield "event", "#".join(entry.key)
    yield "member", f"{found.person.member} of program {found.person.program}"
    yield "what", f"{activity.type} {json.dumps(dict(activity.attributes), ensure_ascii=False)}"
    yield "when", _moments(entry)
    yield "rules", f"version {entry.program_version} of the program"
    yield from (("", line) for line in _lines(entry.lines))
    yield "points", _sums(entry)
    if entry.day is not None:
        bound = (
            ""
            if entry.allowance is None
            else f"; the program's own cap let him earn {entry.allowance} points on it in all"
        )
        yield "day", f"{date.fromordinal(entry.day)}{bound}"
    yield "sentence", entry.sentence
    yield from (("reached", each) for each in entry.reached)
    yield from (("since", _amendment(each)) for each in found.amendments)
    if hold is not None:
        yield "hold", _hold(hold)
    yield from (("refused", f"{at}: it came again with another body, which was not believed") for at in refused)


def _lines(lines: Iterable[EntryLine]) -> Iterator[str]:
    for line in lines:
        if line.rule == ADJUSTED:
            yield f"counted anew: {line.paid:+} points and {line.held:+} held for events before it"
        else:
            yield f"{line.rule}: {_arithmetic(line)}"


def _arithmetic(line: EntryLine) -> str:
    worth = f"{line.base} + {line.bonus} bonus = {line.worth}" if line.bonus else str(line.worth)
    got = f"{line.held} held" if line.held else f"{line.paid} paid"
    return f"{worth}, {got}" + (f": {line.because}" if line.because else "")


def _sums(entry: Entry) -> str:
    told = f"{entry.points:+}"
    told += f", {entry.held:+} held" if entry.held else ""
    return told + (f", {entry.spent:+} spent" if entry.spent else "")


def _moments(entry: Entry) -> str:
    told = [f"happened {_at(entry.activity.occurred_at)}"]
    if entry.activity.received_at:
        told.append(f"received {_at(entry.activity.received_at)}")
    if entry.recorded_at:
        told.append(f"recorded {_at(entry.recorded_at)} as entry {entry.sequence}")
    return ", ".join(told)


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _amendment(entry: Entry) -> str:
    told = entry.activity.attributes
    by = f" by {told['actor']}" if told.get("actor") else ""
    because = f": {told['reason']}" if told.get("reason") else ""
    at = _at(entry.recorded_at or entry.activity.occurred_at)
    return f"{entry.activity.type} at {at}{by}{because} ({'#'.join(entry.key)}, {_sums(entry)} points)"


def _hold(item: Item) -> str:
    if item.get("decided"):
        return f"{item.get('points', 0)} points were held, and have been decided"
    return f"{item['points']} points are held; they pay on {item['due_at'][:10]} unless somebody decides before"


def explain_missing(event: str, traces: Traces) -> list[str]:
    """Why there is none, as far as anything is known."""
    told = [f"There is no entry of {event}.", *_known(traces)]
    if traces.waiting:
        told.append(f"{traces.waiting} messages are still in the queue: ask again in a moment.")
    if traces.failed:
        told.append(f"{traces.failed} messages failed for good: look at them, and redrive the dead-letter queue.")
    if len(told) == 1:
        told.append("It never came here: ask its source whether it was sent, and what it was answered.")
    if traces.erased:
        told.append(f"{traces.erased} user ids are erased; what comes of them is dropped and leaves no trace.")
    return told


def _known(traces: Traces) -> Iterator[str]:
    for person, why in traces.parked:
        yield f"A message with this id was set apart, of member {person.member} in {person.program}: {why}."
    for at in traces.refused:
        yield f"It came at {at} with another body than one that was recorded, and was refused."
    for person, amendment in traces.amended:
        yield f"{amendment}, of member {person.member} in {person.program}, waits for it: it has not come yet."


def hold_key(found: FoundEntry) -> tuple[str, str]:
    person = found.person
    return member_keys.member(person.program, person.member), member_keys.hold(found.entry.key)
