"""What every AWS adapter makes of an answer that is none."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004

from ladder.domain.errors import Throttled, Unavailable

type Pause = Callable[[int], None]  # waits before the next try; told how many there were

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.05
SERVER_ERROR = 500
THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",  # as Cognito has it
    }
)


@contextmanager
def busy_is_unavailable() -> Iterator[None]:
    """Throttling becomes Throttled, a server's own error and a lost connection Unavailable; everything else passes."""
    try:
        yield
    except ClientError as error:
        if error_code(error) in THROTTLED:
            raise Throttled(str(error)) from error
        if _status(error) >= SERVER_ERROR:
            raise Unavailable(str(error)) from error
        raise
    except (ConnectionError, HTTPClientError) as error:
        raise Unavailable(str(error)) from error


def backoff(tries: int) -> None:
    """Sleeps up to 50, 100, 200 … ms; at random, so that those who met once do not meet again."""
    time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**tries))  # noqa: S311


def error_code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
