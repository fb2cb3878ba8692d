"""xAPI towards a real record store, Ralph, and what our own statements mean where they come back."""

import base64
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import bcrypt
import pytest
from urllib3 import PoolManager, exceptions

from ladder.adapters.channels.xapi import XapiChannel
from ladder.adapters.sources import xapi as source
from ladder.domain.activities.source import HookRequest, Source
from ladder.domain.errors import Rejected
from tests.builders.channel_stages import ChannelStage, opened

# Ralph's store in files refuses a second statement unless it is told to append.
RUN = """
import uvicorn
from ralph.backends.data.base import BaseOperationType
from ralph.backends.lrs.fs import FSLRSBackend

FSLRSBackend.default_operation_type = BaseOperationType.APPEND
uvicorn.run("ralph.api:app", port={port}, log_level="warning")
"""
USER, PASSWORD = "ladder", "ralph-local"
PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def ralph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Ralph, which stores statements in a file."""
    folder = tmp_path_factory.mktemp("ralph")
    (folder / "statements").mkdir()
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    agent = {"mbox": "mailto:ladder@example.org"}
    accounts = [{"username": USER, "hash": hashed, "scopes": ["all"], "agent": agent}]
    (folder / "auth.json").write_text(json.dumps(accounts))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "RALPH_APP_DIR": str(folder),
        "RALPH_AUTH_FILE": str(folder / "auth.json"),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder / "statements"),
    }
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", RUN.format(port=port)], cwd=folder, env=environment, stdout=log, stderr=log
        )
        try:
            _wait(f"http://127.0.0.1:{port}/__heartbeat__", running, folder / "log")
            yield f"http://127.0.0.1:{port}/xAPI"
        finally:
            running.terminate()
            running.wait()


def _wait(url: str, running: "subprocess.Popen[bytes]", log: Path) -> None:
    pool, until = PoolManager(retries=False), time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and running.poll() is None:
        try:
            pool.request("GET", url, timeout=1)
        except exceptions.HTTPError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"Ralph does not start:\n{log.read_text()[-2_000:]}")


@pytest.fixture
def stage() -> Iterator[ChannelStage]:
    with opened("xapi") as stage:
        yield stage


def test_a_real_record_store_takes_a_statement_once_and_its_voiding_is_seen(stage: ChannelStage, ralph: str) -> None:
    channel = stage.open(secret={"endpoint_url": ralph, "user": USER, "password": PASSWORD})
    told, other = stage.outgoing(), stage.outgoing(key="e" * 32, facts={"level": 3})
    assert channel.find(told) is None
    receipts = [channel.send(told) for _ in range(3)]
    assert receipts == [channel.find(told)] * 3
    assert channel.send(other) not in receipts
    assert channel.still_there(told, receipts[0] or "") is True
    assert channel.withdraw(told, receipts[0] or "")
    assert channel.withdraw(told, receipts[0] or "")
    assert channel.still_there(told, receipts[0] or "") is False
    assert channel.still_there(other, channel.find(other) or "") is True
    pool, headers = PoolManager(), _basic(USER, PASSWORD)
    stored = json.loads(pool.request("GET", f"{ralph}/statements", headers=headers).data)["statements"]
    assert sorted(said["verb"]["id"].rsplit("/", 1)[1] for said in stored) == ["earned", "progressed", "voided"]


def _basic(user: str, password: str) -> dict[str, str]:
    proof = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {proof}", "X-Experience-API-Version": "1.0.3"}


def test_a_statement_says_who_earned_what_and_when(stage: ChannelStage) -> None:
    channel = stage.open()
    assert isinstance(channel, XapiChannel)
    said = channel.statement(stage.outgoing())
    assert UUID(said["id"]).version == 5
    assert said["actor"]["account"] == {"homePage": "https://lms.example", "name": "agent-1"}
    assert said["object"]["id"] == "https://ladder.example/xapi/academy/badges/PERSEVERANCE"
    assert said["timestamp"] == "2026-11-27T11:30:00+00:00"
    assert said["result"] == {"score": {"raw": 40}}
    assert channel.statement(stage.outgoing(to="mailto:a@b.example"))["actor"]["mbox"] == "mailto:a@b.example"


@pytest.mark.parametrize("facts", [{"badge": "KUDOS"}, {"points": 10}, {"level": 2}, {}])
def test_our_own_statements_mean_nothing_where_they_come_back(stage: ChannelStage, facts: dict[str, Any]) -> None:
    channel = stage.open()
    assert isinstance(channel, XapiChannel)
    said = channel.statement(stage.outgoing(facts=facts))
    theirs = {**said, "context": {}}
    returned = HookRequest(method="POST", url="u", headers={}, body=json.dumps([said, theirs]).encode())
    configured = Source(key="lrs", kind="xapi", events={said["verb"]["id"]: "task.completed"})
    contents = source.read(returned, configured)
    assert [event.place for event in contents.events] == ["[1]"]
    assert contents.ignored == 1


@pytest.mark.parametrize("option", ["home_page", "activities"])
def test_an_address_that_statements_hold_must_be_https(stage: ChannelStage, option: str) -> None:
    with pytest.raises(Rejected, match=f"'{option}'"):
        stage.open(options={**stage.options, option: "ladder"})


def test_the_time_of_a_message_without_one_is_when_it_was_sent(stage: ChannelStage) -> None:
    channel, told = stage.open(), stage.outgoing(facts={"badge": "KUDOS"})
    assert isinstance(channel, XapiChannel)
    assert datetime.fromisoformat(channel.statement(told)["timestamp"]) == told.sent_at
