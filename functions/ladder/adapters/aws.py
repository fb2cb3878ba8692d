"""Create AWS clients with bounded waits, and translate their failures."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
)

from ladder.domain.errors import AnswerLost, Throttled, Unavailable

if TYPE_CHECKING:
    from botocore.session import Session

type Pause = Callable[[int], None]  # waits before the next try, given the number of tries so far

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.05
SERVER_ERROR, SERVICE_UNAVAILABLE = 500, 503
CONNECT_SECONDS, READ_SECONDS = 2, 4
MAX_CALLS = 3  # of one request: twelve seconds without a response, and the shortest function has fifteen
THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",  # Cognito's name for it
    }
)


def aws_session() -> "Session":
    """Return a session whose clients give up in time: by default they retry longer than most functions may run."""
    import botocore.session  # noqa: PLC0415  # loading it costs more than everything else a start does
    from botocore.config import Config  # noqa: PLC0415

    session = botocore.session.get_session()
    retries = {"mode": "standard", "total_max_attempts": MAX_CALLS}
    config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries=retries)
    session.set_default_client_config(config)
    return session


def single_try_client(session: "Session", service: str) -> Any:
    """Return a client that repeats nothing by itself, for calls that must not be made twice without looking."""
    from botocore.config import Config  # noqa: PLC0415

    return session.create_client(service, config=Config(retries={"total_max_attempts": 1}))


@contextmanager
def busy_is_unavailable() -> Iterator[None]:
    """Turn throttling into Throttled, a server error or lost connection into Unavailable; others pass unchanged."""
    try:
        yield
    except ClientError as error:
        if error_code(error) in THROTTLED:
            raise Throttled(str(error)) from error
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= SERVER_ERROR:
            raise Unavailable(str(error)) from error
        raise
    except (ConnectionError, HTTPClientError) as error:
        raise Unavailable(str(error)) from error


def backoff(tries: int) -> None:
    """Sleep a random time up to 50, 100, 200 … ms, so that concurrent writers do not collide again."""
    time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**tries))  # noqa: S311


def error_code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


@contextmanager
def nothing_or_lost() -> Iterator[None]:
    """Turn errors of a call that must not be repeated blindly into what is known of it; others pass unchanged.

    Throttled or Unavailable: nothing was done. AnswerLost: it may have been done. For clients that repeat nothing.
    """
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if error_code(error) in THROTTLED:
            raise Throttled(str(error)) from error
        if status == SERVICE_UNAVAILABLE:
            raise Unavailable(str(error)) from error
        if status >= SERVER_ERROR:
            raise AnswerLost(str(error)) from error
        raise
    except (EndpointConnectionError, ConnectTimeoutError) as error:
        raise Unavailable(str(error)) from error
    except (ConnectionError, HTTPClientError) as error:
        raise AnswerLost(str(error)) from error
