"""HTTP responses of the platform. Their text is untrusted: bounded, cleaned, without secrets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from pydantic import BaseModel, ValidationError

from ladder.domain.errors import Rejected, Unavailable

MAX_MESSAGE = 300
MAX_DIGITS = 300  # of a whole number


@dataclass(frozen=True, slots=True)
class Response:
    """A response that arrived whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def temporary(self) -> bool:
        """Whether the same request may well succeed later."""
        retryable = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
        return self.status in retryable or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def refused(self) -> bool:
        """Redirects count: they are not followed, because the bearer token would travel with them."""
        return not HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def message(self, *, without: tuple[str, ...] = ()) -> str:
        """Return the status and the platform's own message in one bounded line; texts in `without` are masked."""
        text = self.body.decode(errors="replace")
        try:
            payload = json.loads(text)
        except ValueError:
            pass
        else:
            text = str(payload.get("message", "")) if isinstance(payload, dict) else text
        for secret in filter(None, without):
            text = text.replace(secret, "…")
        line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return f"{self.status} {line[:MAX_MESSAGE]}".rstrip()

    def retry_after(self, now: float) -> float | None:
        """Return the seconds to wait, given as a number or as a date; None where the platform does not say."""
        value = self.headers.get("Retry-After", "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        try:
            at = parsedate_to_datetime(value)
        except ValueError:
            return None
        return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now)


def parse[M: BaseModel](model: type[M], response: Response) -> M:
    """Raises Unavailable for what is not JSON (a maintenance page, a cut), Rejected for JSON of another shape."""
    try:
        return model.model_validate(json.loads(response.body, parse_int=_whole_number))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        path = ".".join(map(str, first["loc"])) or "the response"
        raise Rejected(f"unexpected response of the platform: {path}: {first['msg']}") from None
    except ValueError:
        raise Unavailable(f"the platform answered {response.status} with something that is not JSON") from None


def _whole_number(digits: str) -> float:
    """A number beyond any float becomes infinite: then it is refused by itself, not the whole response with it."""
    return int(digits) if len(digits) <= MAX_DIGITS else float(digits)
