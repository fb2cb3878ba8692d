"""AWS on loopback: MiniStack as a child process in a `with` block."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from infra.local import LocalError

REGION = "us-east-1"
LOOPBACK = "127.0.0.1"
READY_SECONDS, STOP_SECONDS = 30.0, 10.0
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
CLIENT_LOCK = Lock()  # many threads may use a session's clients, but not create them at once
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
# Its standard input ends with its parent, even by SIGKILL; then its group is killed and its scratch folder removed.
# Its Lambda runtime API responds in two writes, which Nagle and a delayed ACK turn into 40 ms an invocation.
# What it remembers of a refresh token lacks the user's groups; of one that it does not remember, it reads the token.
LAUNCH = """
import os, shutil, signal, socketserver, threading
def end_with_parent(parent):
    os.read(parent, 1)
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)
threading.Thread(target=end_with_parent, args=(os.dup(0),), daemon=True).start()
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
socketserver.StreamRequestHandler.disable_nagle_algorithm = True
from ministack.app import main
from ministack.services import cognito
class Forgotten(dict):
    def __setitem__(self, token, of): pass
cognito._refresh_tokens = Forgotten()
main()
"""
# Function code runs as a grandchild: only these variables are inherited, so that no real account is reachable.
INHERITED = ("PATH", "LANG", "LC_ALL")
MODEL_URL = "MINISTACK_BEDROCK_PROXY_URL"


class EmulatorFailed(LocalError):
    """MiniStack did not start; the message ends with the last lines of its log."""


@dataclass(frozen=True, slots=True)
class Emulator:
    endpoint: str
    log: Path

    def client(self, service: str) -> Any:
        """Return a boto3 client that reads no profile, file or key of the user."""
        config = Config(
            connect_timeout=5,
            read_timeout=120,
            max_pool_connections=32,
            retries={"mode": "standard", "max_attempts": 2},
            proxies={},
        )
        with CLIENT_LOCK:
            return _session().client(service, endpoint_url=self.endpoint, config=config)

    def logged(self, function: str) -> list[str]:
        """Return the lines that a Lambda function has logged so far, in the order of invocations."""
        logging = self.client("lambda").get_function_configuration(FunctionName=function)["LoggingConfig"]
        pages = self.client("logs").get_paginator("filter_log_events").paginate(logGroupName=logging["LogGroup"])
        return [event["message"] for page in pages for event in page["events"]]


@contextmanager
def emulator(
    *, wait_scale: float = 0.0, state_dir: Path | None = None, model_url: str | None = None
) -> Iterator[Emulator]:
    """`wait_scale` multiplies the waits and retry pauses of state machines; 0 skips them.

    With `state_dir` the emulator restores what an earlier one stored there; without, nothing is stored.
    `model_url`: an OpenAI-compatible server behind its Bedrock; without, Bedrock returns a fixed text.
    """
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="ladder-emulator-") as scratch:
        running = Emulator(endpoint=f"http://{LOOPBACK}:{port}", log=Path(scratch, "emulator.log"))
        state = state_dir or f"{scratch}/state"
        environment = {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            **KEYS,
            **({"PERSIST_STATE": "1", "S3_PERSIST": "1"} if state_dir else {}),
            **({MODEL_URL: model_url} if model_url else {}),
            "STATE_DIR": str(state),
            "S3_DATA_DIR": f"{state}/s3",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": running.endpoint,
            "BIND_HOST": LOOPBACK,  # without it, MiniStack binds every interface
            "GATEWAY_PORT": str(port),
            "HOME": scratch,  # its files and pid are in the scratch folder
            "TMPDIR": scratch,
            "SFN_WAIT_SCALE": str(wait_scale),
        }
        with running.log.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", LAUNCH],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # the functions join its process group, so that all can be stopped together
            )
        try:
            deadline = time.monotonic() + READY_SECONDS
            while not healthy(running):
                if process.poll() is not None or time.monotonic() > deadline:
                    tail = "\n".join(running.log.read_text(errors="replace").splitlines()[-20:])
                    raise EmulatorFailed(f"MiniStack did not start at {running.endpoint}:\n{tail}")
                time.sleep(0.05)
            yield running
        finally:
            process.terminate()  # it saves its state; then the rest of its group is killed, even when interrupted
            try:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.communicate()


@cache
def _session() -> boto3.Session:
    """Cached, because it holds the service models: a client takes 2 ms with it and 60 without."""
    no_files = {"profile": None, "config_file": os.devnull, "credentials_file": os.devnull}
    session = botocore.session.Session({name: (None, None, value, None) for name, value in no_files.items()})
    session.set_credentials(*KEYS.values())
    return boto3.Session(botocore_session=session, region_name=REGION)


def healthy(running: Emulator) -> bool:
    try:
        with DIRECT.open(f"{running.endpoint}/_ministack/health", timeout=1) as answer:
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
