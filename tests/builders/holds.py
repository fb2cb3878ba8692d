"""What waits of entries, as an evaluation would have it."""

from ladder.domain.activities.activity import Key
from ladder.domain.points.ledger import ADJUSTED, Entry, Hold


def waiting(*entries: Entry) -> dict[Key, Hold]:
    found = dict[Key, Hold]()
    for entry in entries:
        lines = [line for line in entry.lines if line.waiting and line.rule != ADJUSTED]
        if lines:
            found[entry.key] = Hold(
                worth=sum(line.worth for line in lines),
                points=sum(line.waiting for line in lines),
                rules=tuple(line.rule for line in lines),
                because=tuple(line.because for line in lines if line.because),
            )
    return found
