"""What the platform said, and the words for what went wrong. Its text is data: bounded, cleaned, never believed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from pydantic import BaseModel, ValidationError

from ladder.domain.errors import Rejected, Unavailable

LONGEST_MESSAGE = 300
LONGEST_WHOLE = 300  # digits


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer that arrived whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def busy(self) -> bool:
        """The platform may well say yes to the very same request later."""
        passing = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
        return self.status in passing or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def refused(self) -> bool:
        """Redirects count: they are not followed, since the bearer token would travel with them."""
        return not HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def words(self, *, without: tuple[str, ...] = ()) -> str:
        """The platform's own message in one bounded line; what is in `without` is blotted out."""
        text = _message(self.body)
        for secret in filter(None, without):
            text = text.replace(secret, "…")
        line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return f"{self.status} {line[:LONGEST_MESSAGE]}".rstrip()

    def retry_after(self, now: float) -> float | None:
        """Seconds to wait, given as a number or as a date; None where the platform does not say."""
        told = self.headers.get("Retry-After", "").strip()
        if told.isascii() and told.isdigit():
            return float(told)
        return _seconds_until(told, now)


def parse[M: BaseModel](model: type[M], answer: Answer) -> M:
    """Raises Unavailable for what is no JSON (a maintenance page, a cut), Rejected for JSON of another shape."""
    try:
        return model.model_validate(json.loads(answer.body, parse_int=_whole))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the answer"
        raise Rejected(f"the platform answered in another shape: {place}: {first['msg']}") from None
    except ValueError:
        raise Unavailable(f"the platform answered {answer.status} with something that is not JSON") from None


def _whole(digits: str) -> float:
    """What no float can hold is infinite, and refused as a number rather than with the whole answer."""
    return int(digits) if len(digits) <= LONGEST_WHOLE else float(digits)


def _message(body: bytes) -> str:
    text = body.decode(errors="replace")
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return str(found.get("message", "")) if isinstance(found, dict) else text


def _seconds_until(told: str, now: float) -> float | None:
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, aware.timestamp() - now)
