"""TalentLMS, asked for what happened: `GET /api/v2/timeline`, page by page.

Nothing is remembered between two askings. Each asks for the last `window_minutes`: by default the five between two and
15 more, in which they overlap; what was told before has the same ids and is dropped by the ledger. A failure is made
good by one of the next askings. An outage of more than 15 minutes loses events, and so do entries that appear later
than that: then set a longer window, for once or for good.
Unconfirmed, and therefore options: `from_query` (`created_from`), `page_query` (`page`), `size_query` (`page_size`).
A page that is not full is the last.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3 import Timeout
from urllib3.exceptions import HTTPError

from ladder.adapters.sources import talentlms
from ladder.domain.activities.inbound import MOST_BYTES, POLL_MINUTES, Contents, HookRequest, Keys, TooLarge
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.programs.source import Source

PATH = "/api/v2/timeline"
VERSION = "2025-01-01"
OVERLAP_MINUTES = 15
WINDOW_MINUTES = str(POLL_MINUTES + OVERLAP_MINUTES)
PAGE_SIZE = 100
MOST_PAGES = 50
CONNECT_SECONDS, READ_SECONDS = 2.0, 4.0
PIECE = 65_536  # bytes
REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class TalentTimeline:
    """Raises Unavailable or Rejected; the pages read before stand. Nothing is tried again: the next asking is soon."""

    def __init__(self, pool: urllib3.PoolManager | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool = pool or urllib3.PoolManager(maxsize=1)
        self._clock = clock

    def pages(self, source: Source, keys: Keys, *, now: datetime, seconds: float) -> Iterator[Contents]:
        since, until = now - _window(source), self._clock() + seconds
        for number in range(1, MOST_PAGES + 1):
            reading = _read(self._page(source, keys, since=since, number=number, until=until), source)
            yield reading
            if len(reading.events) + len(reading.unread) + reading.ignored < PAGE_SIZE:
                return
        raise Unavailable(f"the timeline of {source.key!r} has more than {MOST_PAGES} pages: shorten `window_minutes`")

    def _page(self, source: Source, keys: Keys, *, since: datetime, number: int, until: float) -> bytes:
        """Under the first key that is not refused: the newest one, or an older one while they are exchanged."""
        url = f"{_base(keys)}{PATH}?{_query(source, since, number)}"
        for secret in keys.secrets:
            status, body = self._get(url, _headers(source, secret), until)
            if status == HTTPStatus.OK:
                return body
            if status not in REFUSED:
                raise Unavailable(f"the timeline of {source.key!r} answers {status}")
        raise Rejected(f"the timeline of {source.key!r} refuses its API key: put a valid one into its secret")

    def _get(self, url: str, headers: dict[str, str], until: float) -> tuple[int, bytes]:
        timeout = Timeout(total=self._left(until), connect=CONNECT_SECONDS, read=READ_SECONDS)
        try:
            answer = self._pool.request(
                "GET", url, headers=headers, timeout=timeout, retries=False, redirect=False, preload_content=False
            )
            return answer.status, self._body(answer, until)
        except HTTPError as error:
            raise Unavailable(f"the timeline gives no answer ({type(error).__name__})") from error

    def _body(self, answer: urllib3.BaseHTTPResponse, until: float) -> bytes:
        """Piece by piece, as a host may send them so slowly that no single one is late."""
        body, whole = bytearray(), False
        try:
            while piece := answer.read1(PIECE, decode_content=True):
                body += piece
                if len(body) > MOST_BYTES:
                    raise TooLarge(f"a page of more than {MOST_BYTES} bytes")
                self._left(until)
            whole = True
        finally:
            answer.release_conn() if whole else answer.close()
        return bytes(body)

    def _left(self, until: float) -> float:
        left = until - self._clock()
        if left <= 0:
            raise Unavailable("the timeline takes too long: it was left, for the other sources")
        return left


def _window(source: Source) -> timedelta:
    minutes = source.options.get("window_minutes", WINDOW_MINUTES)
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 7):  # noqa: PLR2004
        raise Rejected(f"the window of {source.key!r} is no number of minutes: mend `window_minutes`")
    return timedelta(minutes=int(minutes))


def _read(body: bytes, source: Source) -> Contents:
    return talentlms.read(HookRequest(method="GET", url="", headers={}, body=body), source)


def _base(keys: Keys) -> str:
    base = str(keys.extras.get("base_url", "")).rstrip("/")
    if urlsplit(base).scheme not in {"https", "http"}:
        raise Rejected('the secret names no address: add {"base_url": "https://…"}')
    return base


def _query(source: Source, since: datetime, number: int) -> str:
    return urlencode(
        {
            source.options.get("from_query", "created_from"): since.astimezone(UTC).isoformat(timespec="seconds"),
            source.options.get("page_query", "page"): number,
            source.options.get("size_query", "page_size"): PAGE_SIZE,
        }
    )


def _headers(source: Source, secret: str) -> dict[str, str]:
    return {
        "X-API-Key": secret,
        "X-API-Version": source.options.get("api_version", VERSION),
        "Accept": "application/json",
    }
