"""What the local stage may rely on: an emulator that starts or says why, keeps to itself, and goes when it is done."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from infra.local import emulator as module
from infra.local.emulator import Emulator, EmulatorFailed, emulator, healthy

pytestmark = pytest.mark.xdist_group("emulator")
PATIENCE_SECONDS = 30
OWNER = """
import time
from infra.local.emulator import emulator
with emulator() as aws:
    print(aws.endpoint, aws.log, flush=True)
    time.sleep(600)
"""


def test_a_client_uses_no_profile_file_or_key_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_PROFILE", "the-real-one")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a-real-key")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://example.invalid")
    client = Emulator(endpoint="http://127.0.0.1:9", log=tmp_path).client("sts")
    assert client._request_signer._credentials.access_key == "test"
    assert client.meta.endpoint_url == "http://127.0.0.1:9"
    assert client.meta.region_name == "us-east-1"


def test_an_emulator_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAUNCH", "raise SystemExit('no room left in this inn')")
    with pytest.raises(EmulatorFailed, match="no room left in this inn"), emulator():
        pass


def test_nothing_runs_or_lies_about_after_a_block_that_failed() -> None:
    with pytest.raises(KeyError), emulator() as aws:
        raise KeyError
    assert not aws.log.parent.exists()
    with pytest.raises(EndpointConnectionError):
        aws.client("sqs").list_queues()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_whoever_started_it_however_that_ends(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as owner:  # noqa: S603
        assert owner.stdout
        endpoint, log = owner.stdout.readline().split()
        left = Emulator(endpoint=endpoint, log=Path(log))
        assert healthy(left)
        owner.send_signal(number)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while healthy(left) or left.log.parent.exists():
        assert time.monotonic() < deadline, "it is still there"
        time.sleep(0.05)


def test_it_forgets_everything_unless_it_is_given_a_folder(tmp_path: Path) -> None:
    with emulator(state_dir=tmp_path) as aws:
        aws.client("sqs").create_queue(QueueName="kept")
    with emulator(state_dir=tmp_path) as aws:
        assert len(aws.client("sqs").list_queues()["QueueUrls"]) == 1
    with emulator() as aws:
        assert not aws.client("sqs").list_queues().get("QueueUrls")
