"""TalentLMS's timeline on loopback: pages, keys, and what is done about each kind of failure."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ladder.adapters.sources.timeline import MOST_PAGES, PAGE_SIZE, TalentTimeline
from ladder.domain.activities.source import MOST_BYTES, Contents, Keys, Source
from ladder.domain.errors import LadderError, Malformed, Rejected, TooLarge, Unavailable
from tests.builders.vendors import NOW, iso

SOURCE = Source(key="academy", kind="talentlms")


def entry(number: int, kind: str = "course_completion") -> dict[str, Any]:
    things = {"user": {"id": number % 3}, "course": {"id": 9}, "unit": {"id": 4}}
    return {"id": number, "type": kind, "created_at": iso(number), **things}


@dataclass(slots=True)
class FakeTalentLms:
    """`entries` are told by the page; a `status` or `raw` body is told instead."""

    url: str = ""
    key: str = "new"
    entries: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    raw: bytes | None = None
    seconds: float = 8.0
    hangs: float = 0.0  # before it answers
    trickles: float = 0.0  # behind each byte
    over: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[dict[str, list[str]], str, str]] = field(default_factory=list)

    def answer(self, path: str, key: str, version: str) -> tuple[int, bytes]:
        query = parse_qs(urlsplit(path).query)
        self.asked.append((query, key, version))
        if key != self.key:
            return 401, b"{}"
        first = (int(query["page"][0]) - 1) * PAGE_SIZE
        page = json.dumps({"data": self.entries[first : first + PAGE_SIZE]}).encode()
        return self.status, page if self.raw is None else self.raw

    def pages(self, source: Source = SOURCE, *secrets: str) -> list[Contents]:
        keys = Keys(secrets or ("new",), {"base_url": self.url})
        return list(TalentTimeline().pages(source, keys, now=NOW, seconds=self.seconds))


@pytest.fixture
def academy() -> Iterator[FakeTalentLms]:
    told = FakeTalentLms()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = self.headers
            told.over.wait(told.hangs)
            status, body = told.answer(self.path, headers["X-API-Key"], headers["X-API-Version"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for place in range(len(body)) if told.trickles else ():
                if told.over.wait(told.trickles):
                    return
                self.wfile.write(body[place : place + 1])
            if not told.trickles:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield told
        told.over.set()
        server.shutdown()


def test_every_page_is_read_and_the_one_that_is_not_full_is_the_last(academy: FakeTalentLms) -> None:
    academy.entries = [entry(number) for number in range(PAGE_SIZE + 30)]
    first, second = academy.pages()
    assert (len(first.events), len(second.events)) == (PAGE_SIZE, 30)
    event = first.events[1]
    assert (event.id, event.type, event.member) == ("1", "user.completed", "1")
    assert (event.attributes, event.occurred_at) == ({"course": 9, "module": 4}, NOW - timedelta(minutes=1))


def test_the_window_reaches_back_as_far_as_the_program_says(academy: FakeTalentLms) -> None:
    academy.pages()
    academy.pages(Source(key="a", kind="talentlms", options={"window_minutes": "1440"}))
    since = [query["created_from"] for query, _, _ in academy.asked]
    assert since == [["2026-03-29T01:10:00+00:00"], ["2026-03-28T01:30:00+00:00"]]
    assert {version for _, _, version in academy.asked} == {"2025-01-01"}


@pytest.mark.parametrize("slowly", [{"hangs": 60.0}, {"trickles": 0.1}])
def test_a_host_that_hangs_or_trickles_is_left_when_its_seconds_are_over(
    academy: FakeTalentLms, slowly: dict[str, float]
) -> None:
    academy.seconds, academy.entries = 0.6, [entry(number) for number in range(9)]
    for name, value in slowly.items():
        setattr(academy, name, value)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        academy.pages()
    assert time.monotonic() - began < 3


def test_a_page_with_an_entry_that_cannot_be_read_is_full_all_the_same(academy: FakeTalentLms) -> None:
    academy.entries = [entry(number) for number in range(PAGE_SIZE + 1)]
    academy.entries[7]["created_at"] = "never"
    first, second = academy.pages()
    assert (len(first.events), len(first.unread), len(second.events)) == (PAGE_SIZE - 1, 1, 1)
    assert json.loads(first.unread[0].record) == academy.entries[7]


def test_tests_say_whether_they_were_passed_and_what_means_nothing_is_counted(academy: FakeTalentLms) -> None:
    kinds = ["unitprogress_test_completion", "unitprogress_test_fail", "user_login_user"]
    academy.entries = [entry(number, kind) for number, kind in enumerate(kinds)]
    (page,) = academy.pages()
    assert [event.attributes["passed"] for event in page.events] == [True, False]
    assert page.ignored == 1


def test_an_entry_without_an_id_has_the_same_one_each_time_it_is_told(academy: FakeTalentLms) -> None:
    academy.entries = [{**entry(number), "id": None} for number in (1, 2)]
    (first,), (again,) = academy.pages(), academy.pages()
    assert first == again
    assert len({event.id for event in first.events}) == 2


def test_an_older_key_is_used_while_keys_are_exchanged(academy: FakeTalentLms) -> None:
    academy.key, academy.entries = "old", [entry(1)]
    (page,) = academy.pages(SOURCE, "new", "old")
    assert len(page.events) == 1
    assert [key for _, key, _ in academy.asked] == ["new", "old"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"key": "another"}, Rejected),
        ({"status": 503}, Unavailable),
        ({"status": 404}, Unavailable),
        ({"raw": b"<html>"}, Malformed),
        ({"raw": b'{"error": "x"}'}, Malformed),
        ({"raw": b" " * (MOST_BYTES + 1)}, TooLarge),
        ({"url": "http://127.0.0.1:1"}, Unavailable),
        ({"url": "file:///etc/passwd"}, Rejected),
    ],
)
def test_a_timeline_that_cannot_be_read_says_whether_to_try_again(
    academy: FakeTalentLms, changes: dict[str, Any], error: type[LadderError]
) -> None:
    for name, value in changes.items():
        setattr(academy, name, value)
    with pytest.raises(error):
        academy.pages()


@pytest.mark.parametrize("minutes", ["", "three", "-5", "9999999"])
def test_a_window_that_is_no_number_of_minutes_is_refused(academy: FakeTalentLms, minutes: str) -> None:
    with pytest.raises(Rejected, match="window_minutes"):
        academy.pages(replace(SOURCE, options={"window_minutes": minutes}))
    assert academy.asked == []


def test_a_timeline_without_an_end_is_not_read_for_ever(academy: FakeTalentLms) -> None:
    academy.entries = [entry(number) for number in range((MOST_PAGES + 1) * PAGE_SIZE)]
    with pytest.raises(Unavailable, match="shorten"):
        academy.pages()
    assert len(academy.asked) == MOST_PAGES
