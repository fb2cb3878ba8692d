"""What every AWS adapter makes of an answer that is none."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004

from ladder.domain.errors import Throttled, Unavailable

if TYPE_CHECKING:
    from botocore.session import Session

type Pause = Callable[[int], None]  # waits before the next try; told how many there were

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.05
SERVER_ERROR = 500
CONNECT_SECONDS, READ_SECONDS = 2, 4
CALLS = 3  # of one question: twelve seconds without an answer, and the shortest of the functions has fifteen
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


def aws_session() -> "Session":
    """Whose clients give up in time: by default they wait and try again for longer than most functions may run."""
    import botocore.session  # noqa: PLC0415  # loading it costs more than everything else a start does
    from botocore.config import Config  # noqa: PLC0415

    session = botocore.session.get_session()
    retries = {"mode": "standard", "total_max_attempts": CALLS}
    config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries=retries)
    session.set_default_client_config(config)
    return session


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
