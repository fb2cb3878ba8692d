"""The clients of every function: none waits longer than its function may run."""

import pytest

from ladder.adapters.aws import CONNECT_SECONDS, MAX_CALLS, READ_SECONDS, aws_session
from tests.paths import FUNCTIONS

HANDLERS = sorted(FUNCTIONS.glob("*/handler.py"))
SHORTEST = 15.0  # seconds that a function has


@pytest.mark.parametrize("service", ["dynamodb", "sqs", "s3", "secretsmanager", "stepfunctions", "events"])
def test_a_client_gives_up_before_its_function_ends(service: str) -> None:
    config = aws_session().create_client(service, region_name="us-east-1").meta.config
    assert (config.connect_timeout, config.read_timeout) == (CONNECT_SECONDS, READ_SECONDS)
    assert MAX_CALLS * READ_SECONDS < SHORTEST
    assert config.retries == {"mode": "standard", "total_max_attempts": MAX_CALLS}


def test_no_handler_makes_clients_of_its_own_session() -> None:
    assert HANDLERS
    for file in HANDLERS:
        assert "get_session" not in file.read_text(), file
