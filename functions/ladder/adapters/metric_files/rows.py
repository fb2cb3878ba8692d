"""Lines to arrays, a chunk of rows at a time: a million rows never stand in memory as text."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np

from ladder.adapters.metric_files.cells import DATE_MEND, NEVER, NOBODY, Agents, Dates, numbers, wrong_date
from ladder.adapters.metric_files.findings import Findings, Unreadable
from ladder.adapters.metric_files.header import Header
from ladder.adapters.metric_files.table import Indices, Numbers, Rows
from ladder.adapters.metric_files.wanted import Wanted

CHUNK = 5_000
MOST_ROWS = 5_000_000


@dataclass(slots=True)
class Text:
    """Rows as they are written, and the line of each."""

    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def column(self, place: int) -> list[str]:
        return list(map(itemgetter(place), self.rows))


@dataclass(slots=True)
class Reading:
    """What was read so far, in chunks."""

    header: Header
    wanted: Wanted
    findings: Findings
    agents: Agents = field(default_factory=Agents)
    dates: Dates = field(default_factory=Dates)
    keys: list[list[Indices]] = field(default_factory=lambda: [[], [], []])  # agent, day, line
    columns: dict[str, list[Numbers]] = field(default_factory=dict)

    def take(self, chunk: Text) -> None:
        whole = self._fitting(chunk)
        for key, values in zip(self.keys, (self._agents(whole), self._days(whole), whole.lines), strict=True):
            key.append(np.array(values, dtype=np.int32))
        for name in self.wanted.numbers:
            if name in self.header.places:
                found = numbers(self._column(whole, name), whole.lines, name, self.findings)
                self.columns.setdefault(name, []).append(found)

    def whole(self) -> Rows:
        """Every row that has an agent and a day; agents in the order of their names."""
        agent, day, line = (np.concatenate(key) for key in self.keys)
        valid = (agent != NOBODY) & (day != NEVER)
        names = self.agents.names
        order = sorted(range(len(names)), key=names.__getitem__)
        place = np.zeros(len(names) + 1, dtype=np.int32)  # one more for NOBODY
        place[order] = np.arange(len(names), dtype=np.int32)
        return Rows(
            read=len(agent),
            agents=tuple(names[each] for each in order),
            agent=place[agent[valid]],
            day=day[valid],
            line=line[valid],
            columns={name: np.concatenate(chunks)[valid] for name, chunks in self.columns.items()},
        )

    def _fitting(self, chunk: Text) -> Text:
        """The rows that have a cell for each column."""
        width = self.header.width
        odd = [row for row, count in enumerate(map(len, chunk.rows)) if count != width]
        if not odd:
            return chunk
        self.findings.rows(
            "",
            [chunk.lines[row] for row in odd],
            lambda n: f"the row has {len(chunk.rows[odd[n]])} cells and the header {width}",
            "Write one cell a column; put quotes around a text that holds the separator.",
        )
        even = [row for row, cells in enumerate(chunk.rows) if len(cells) == width]
        return Text([chunk.lines[row] for row in even], [chunk.rows[row] for row in even])

    def _agents(self, chunk: Text) -> list[int]:
        found = [self.agents[name] for name in self._column(chunk, self.wanted.agent)]
        if NOBODY in found:
            missing = [line for line, agent in zip(chunk.lines, found, strict=True) if agent == NOBODY]
            mend = "Write who it was, or take the row out."
            self.findings.rows(self.wanted.agent, missing, lambda _: "the agent is missing", mend)
        return found

    def _days(self, chunk: Text) -> list[int]:
        texts = self._column(chunk, self.wanted.date)
        found = [self.dates[text] for text in texts]
        if NEVER in found:
            wrong = [row for row, day in enumerate(found) if day == NEVER]
            lines = [chunk.lines[row] for row in wrong]
            self.findings.rows(self.wanted.date, lines, lambda n: wrong_date(texts[wrong[n]]), DATE_MEND)
        return found

    def _column(self, chunk: Text, name: str) -> list[str]:
        return chunk.column(self.header.places[name])


def read_rows(lines: Iterator[str], header: Header, wanted: Wanted, findings: Findings) -> Rows:
    """Raises Unreadable where there is no end of them."""
    reading, read = Reading(header, wanted, findings), 0
    for chunk in _chunks(lines, header):
        read += len(chunk.rows)
        if read > MOST_ROWS:
            raise Unreadable(f"the file has more than {MOST_ROWS:,} rows", "Split it, for example by year.")
        reading.take(chunk)
    return reading.whole()


def _chunks(lines: Iterator[str], header: Header) -> Iterator[Text]:
    """Rows that hold anything. Raises Unreadable where quotes do not close: what follows cannot be told apart."""
    reader, chunk, at = csv.reader(lines, delimiter=header.separator, strict=True), Text(), header.line
    try:
        for cells in reader:
            at = header.line + reader.line_num
            if any(cells):
                chunk.lines.append(at)
                chunk.rows.append(cells)
                if len(chunk.rows) == CHUNK:
                    yield chunk
                    chunk = Text()
    except csv.Error as broken:
        mend = 'Close each " that is opened, and write "" for one that belongs to the text.'
        raise Unreadable("the quotes do not close", mend, line=at + 1) from broken
    yield chunk
