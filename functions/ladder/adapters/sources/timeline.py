"""Poll TalentLMS: `GET /api/v2/timeline`, page by page.

Nothing is remembered between two polls. Each reads the last `window_minutes`: by default the five between two polls and
15 more, so that they overlap; repeated events have the same ids and the ledger drops them. A later poll makes up for a
failed one. An outage of more than 15 minutes loses events, and so do entries that appear later than that: then set a
longer window, once or permanently.
The vendor has not confirmed these, so they are options: `from_query` (`created_from`), `page_query` (`page`),
`size_query` (`page_size`). A page that is not full is the last.
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
from ladder.domain.activities.source import MOST_BYTES, POLL_MINUTES, Contents, HookRequest, Keys, Source
from ladder.domain.errors import Rejected, TooLarge, Unavailable

PATH = "/api/v2/timeline"
VERSION = "2025-01-01"
OVERLAP_MINUTES = 15
WINDOW_MINUTES = str(POLL_MINUTES + OVERLAP_MINUTES)
PAGE_SIZE = 100
MOST_PAGES = 50
CONNECT_SECONDS, READ_SECONDS = 2.0, 4.0
CHUNK = 65_536  # bytes
REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class TalentTimeline:
    """Read a timeline page by page. Never retries, as the next poll is soon.

    Raises Unavailable or Rejected; pages read before stay valid.
    """

    def __init__(self, pool: urllib3.PoolManager | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool = pool or urllib3.PoolManager(maxsize=1)
        self._clock = clock

    def pages(self, source: Source, keys: Keys, *, now: datetime, seconds: float) -> Iterator[Contents]:
        minutes = source.options.get("window_minutes", WINDOW_MINUTES)
        if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 7):  # noqa: PLR2004
            raise Rejected(f"`window_minutes` of {source.key!r} must be a whole number of minutes")
        since, deadline = now - timedelta(minutes=int(minutes)), self._clock() + seconds
        for number in range(1, MOST_PAGES + 1):
            body = self._page(source, keys, since=since, number=number, deadline=deadline)
            contents = talentlms.read(HookRequest(method="GET", url="", headers={}, body=body), source)
            yield contents
            if len(contents.events) + len(contents.unread) + contents.ignored < PAGE_SIZE:
                return
        raise Unavailable(f"the timeline of {source.key!r} has more than {MOST_PAGES} pages: shorten `window_minutes`")

    def _page(self, source: Source, keys: Keys, *, since: datetime, number: int, deadline: float) -> bytes:
        """Read a page with the first key that is not refused: the newest, or an older one during a rotation."""
        base = str(keys.extras.get("base_url", "")).rstrip("/")
        if urlsplit(base).scheme not in {"https", "http"}:
            raise Rejected('the secret has no address: add {"base_url": "https://…"}')
        query = urlencode(
            {
                source.options.get("from_query", "created_from"): since.astimezone(UTC).isoformat(timespec="seconds"),
                source.options.get("page_query", "page"): number,
                source.options.get("size_query", "page_size"): PAGE_SIZE,
            }
        )
        version = source.options.get("api_version", VERSION)
        for secret in keys.secrets:
            headers = {"X-API-Key": secret, "X-API-Version": version, "Accept": "application/json"}
            timeout = Timeout(total=self._seconds_left(deadline), connect=CONNECT_SECONDS, read=READ_SECONDS)
            try:
                response = self._pool.request(
                    "GET",
                    f"{base}{PATH}?{query}",
                    headers=headers,
                    timeout=timeout,
                    retries=False,
                    redirect=False,
                    preload_content=False,
                )
                body = self._body(response, deadline)
            except HTTPError as error:
                raise Unavailable(f"the timeline does not respond ({type(error).__name__})") from error
            if response.status == HTTPStatus.OK:
                return body
            if response.status not in REFUSED:
                raise Unavailable(f"the timeline of {source.key!r} answers {response.status}")
        raise Rejected(f"the timeline of {source.key!r} refuses its API key: put a valid one into its secret")

    def _body(self, response: urllib3.BaseHTTPResponse, deadline: float) -> bytes:
        """Read in chunks: a host may send them so slowly that no single read times out."""
        body, complete = bytearray(), False
        try:
            while chunk := response.read1(CHUNK, decode_content=True):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise TooLarge(f"a page of more than {MOST_BYTES} bytes")
                self._seconds_left(deadline)
            complete = True
        finally:
            response.release_conn() if complete else response.close()
        return bytes(body)

    def _seconds_left(self, deadline: float) -> float:
        left = deadline - self._clock()
        if left <= 0:
            raise Unavailable("the timeline took too long: it was abandoned, so that the other sources get their turn")
        return left
