"""TalentLMS, asked for what happened: `GET /api/v2/timeline`, page by page.

Nothing is remembered between two askings. Each asks for the last `window_minutes` (180), much longer than the time
between two; what was told before has the same ids and is dropped by the ledger. A failure is made good by the next
asking, and only an outage longer than the window loses events: then set a longer one, for once.
Unconfirmed, and therefore options: `from_query` (`created_from`), `page_query` (`page`), `size_query` (`page_size`).
A page that is not full is the last.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3 import Retry, Timeout
from urllib3.exceptions import HTTPError

from ladder.adapters.sources import talentlms
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.inbound import MOST_BYTES, Call, Contents, Keys, TooLarge
from ladder.domain.rulebook import Source

PATH = "/api/v2/timeline"
VERSION = "2025-01-01"
WINDOW_MINUTES = "180"
PAGE_SIZE = 100
MOST_PAGES = 50
TIMEOUT = Timeout(connect=3.0, read=10.0)
REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
AGAIN = Retry(total=2, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504), respect_retry_after_header=False)


class TalentTimeline:
    """Raises Unavailable or Rejected; the pages read before stand."""

    def __init__(self, pool: urllib3.PoolManager | None = None) -> None:
        self._pool = pool or urllib3.PoolManager(maxsize=1)

    def pages(self, source: Source, keys: Keys, *, now: datetime) -> Iterator[Contents]:
        since = now - _window(source)
        for number in range(1, MOST_PAGES + 1):
            reading = _read(self._page(source, keys, since=since, number=number), source)
            yield reading
            if len(reading.events) + reading.ignored < PAGE_SIZE:
                return
        raise Unavailable(f"the timeline of {source.key!r} has more than {MOST_PAGES} pages: shorten `window_minutes`")

    def _page(self, source: Source, keys: Keys, *, since: datetime, number: int) -> bytes:
        """Under the first key that is not refused: the newest one, or an older one while they are exchanged."""
        url = f"{_base(keys)}{PATH}?{_query(source, since, number)}"
        for secret in keys.secrets:
            status, body = self._get(url, _headers(source, secret))
            if status == HTTPStatus.OK:
                return body
            if status not in REFUSED:
                raise Unavailable(f"the timeline of {source.key!r} answers {status}")
        raise Rejected(f"the timeline of {source.key!r} refuses its API key: mend the secret {source.secret!r}")

    def _get(self, url: str, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            answer = self._pool.request(
                "GET", url, headers=headers, timeout=TIMEOUT, retries=AGAIN, redirect=False, preload_content=False
            )
            body = answer.read(MOST_BYTES + 1, decode_content=True)
            answer.drain_conn() if len(body) <= MOST_BYTES else answer.close()
        except HTTPError as error:
            raise Unavailable(f"the timeline gives no answer ({type(error).__name__})") from error
        if len(body) > MOST_BYTES:
            raise TooLarge(f"a page of more than {MOST_BYTES} bytes")
        return answer.status, body


def _window(source: Source) -> timedelta:
    minutes = source.options.get("window_minutes", WINDOW_MINUTES)
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 7):  # noqa: PLR2004
        raise Rejected(f"the window of {source.key!r} is no number of minutes: mend `window_minutes`")
    return timedelta(minutes=int(minutes))


def _read(body: bytes, source: Source) -> Contents:
    return talentlms.read(Call(method="GET", url="", headers={}, body=body), source)


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
