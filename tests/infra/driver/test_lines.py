"""A file of events is read as its source would read it, or every mistake in it is told with its line."""

import gzip
import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from infra.cli.driver.lines import SHAPES, EventLine, Line, read_line
from infra.cli.input_files import MAX_MISTAKES, InputFileError, read_lines
from infra.local.call_history import DATA
from ladder.domain.activities.source import Source, SourceKind

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
STATEMENTS = DATA / "learning" / "xapi_statements.jsonl.gz"


def event(**changed: Any) -> str:
    good = {"id": "e1", "type": "assessment.submitted", "occurred_at": "2026-03-29T01:30:00Z", "member": "anna"}
    return json.dumps({**good, "attributes": {"score": 72}, **changed})


def statement(**changed: Any) -> str:
    good: dict[str, Any] = {
        "id": "s1",
        "actor": {"account": {"name": "anna", "homePage": "https://here"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "uuid://video"},
        "timestamp": "2026-03-29T01:30:00Z",
    }
    return json.dumps({**good, **changed})


def read(file: Path, kind: SourceKind = "standard", limit: int | None = None) -> list[Line]:
    read_one = partial(read_line, source=Source(key="quiz", kind=kind), now=NOW)
    return read_lines(file, read_one, shape=SHAPES[kind], nothing="sent", limit=limit)


def refused(file: Path, kind: SourceKind = "standard") -> str:
    with pytest.raises(InputFileError) as found:
        read(file, kind)
    return str(found.value)


def written(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(lines) + "\n")
    return file


def test_a_line_is_the_activity_that_its_source_makes_of_it(tmp_path: Path) -> None:
    (found,) = read(written(tmp_path, event()))
    assert isinstance(found, EventLine)
    assert found.member == "anna"
    assert (found.activity.key, found.activity.attributes) == (("quiz", "e1"), {"score": 72})


def test_a_statement_is_read_as_xapi_is(tmp_path: Path) -> None:
    (found,) = read(written(tmp_path, statement()), "xapi")
    assert isinstance(found, EventLine)
    assert (found.member, found.activity.type) == ("anna", "learner.completed_module")


def test_what_means_nothing_to_the_source_is_kept_without_an_activity(tmp_path: Path) -> None:
    (found,) = read(written(tmp_path, event(type="coffee.drunk")))
    assert type(found) is Line


def test_a_packed_file_and_empty_lines_are_read_with_their_numbers(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl.gz"
    file.write_bytes(gzip.compress(f"\n{event()}\n\n{event(id='e2')}\n".encode()))
    assert [each.number for each in read(file)] == [2, 4]


def test_only_the_first_lines_are_read_where_a_limit_is_set(tmp_path: Path) -> None:
    file = written(tmp_path, event(), event(id="e2"), "not read any more")
    assert len(read(file, limit=2)) == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nonsense", 'line 2: not a JSON object: write {"id": "…"'),
        ("[1, 2]", "line 2: not a JSON object"),
        ("{", "line 2: not JSON"),
        ("{}", "line 2: Object missing required field `id`"),
        (event(member=7), "line 2: member: Expected `str`, got `int`"),
        (event(member=""), "line 2: member: 0 characters: it takes 1 to 200"),
        (event(occurred_at="yesterday"), "line 2: occurred_at: not a time: send 2026-03-29T01:30:00Z"),
        (event(occurred_at="2026-03-29T01:30:00"), "line 2: occurred_at: a time without a zone"),
        (event(attributes={"score": [1]}), "line 2: attributes"),
        (event(type="order.placed"), "line 2: type: 'order.placed' never comes from outside"),
        (event(type="calendar.day_off", attributes={"first": "soon"}), "line 2: days off need first and last"),
        (json.dumps({"events": [json.loads(event())]}), "line 2: not one event: write each in a line of its own"),
    ],
)
def test_a_bad_line_is_told_by_its_number_with_what_to_write(tmp_path: Path, line: str, words: str) -> None:
    told = refused(written(tmp_path, event(), line, event(id="e3")))
    assert words in told.replace("body: ", "")
    assert "line 1" not in told.replace("line 1:", "line 1")
    assert "Nothing was sent. A line reads" in told


def test_every_bad_line_is_told_up_to_twenty(tmp_path: Path) -> None:
    told = refused(written(tmp_path, *["nonsense"] * 25))
    assert told.count("not a JSON object") == MAX_MISTAKES
    assert "… and 5 more lines" in told


def test_a_bad_statement_is_told_too(tmp_path: Path) -> None:
    assert "line 1: timestamp: not a time" in refused(written(tmp_path, statement(timestamp="soon")), "xapi")


def test_a_file_that_is_not_there_is_no_gzip_or_is_empty_is_told(tmp_path: Path) -> None:
    assert "cannot be read: No such file or directory; check the path" in refused(tmp_path / "none.jsonl")
    plain = tmp_path / "plain.jsonl.gz"
    plain.write_text(event())
    assert "not gzip, or cut off" in refused(plain)
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress(event().encode() * 100)[:-12])
    assert "not gzip, or cut off" in refused(cut)
    assert "it is empty; write one to a line" in refused(written(tmp_path, ""))


@pytest.mark.skipif(not STATEMENTS.exists(), reason="the shared data is not beside this checkout")
def test_real_statements_are_all_read() -> None:
    found = read(STATEMENTS, "xapi")
    assert len(found) == 12_000
    assert sum(isinstance(each, EventLine) for each in found) == 6_639
