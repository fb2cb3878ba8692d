"""A file that says where a stage is running, so that other processes find it."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from infra.local.emulator import Emulator, healthy

FILE = Path(__file__).parents[2] / ".build" / "stage.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    endpoint: str
    log: str
    outputs: Mapping[str, str]
    program: str
    platform: str  # the simulator's address
    pid: int
    users: Mapping[str, str] = field(default_factory=dict)  # by role, who can sign in to the console

    @property
    def aws(self) -> Emulator:
        return Emulator(endpoint=self.endpoint, log=Path(self.log))


def find_running(file: Path = FILE) -> Running | None:
    """Return the stage that is running; a file left by a killed process does not count."""
    try:
        running = Running(**json.loads(file.read_text()))
        with suppress(PermissionError):  # another user's process, and alive
            os.kill(running.pid, 0)
    except (FileNotFoundError, json.JSONDecodeError, TypeError, ProcessLookupError):
        return None
    return running if healthy(running.aws) else None


@contextmanager
def announced(running: Running, file: Path = FILE) -> Iterator[None]:
    """Write the file for as long as the block lasts; where another stage is running already, leave its file."""
    if find_running(file):
        yield
        return
    _write(running, file)
    try:
        yield
    finally:
        # two stages that opened at the same moment have both written
        with suppress(FileNotFoundError):
            if json.loads(file.read_text())["endpoint"] == running.endpoint:
                file.unlink()


def announce_users(endpoint: str, users: Mapping[str, str], file: Path = FILE) -> None:
    """Add who can sign in, where the file is about the stage at `endpoint`."""
    running = find_running(file)
    if running and running.endpoint == endpoint:
        _write(replace(running, users=users), file)


def _write(running: Running, file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=".stage-", delete=False) as beside:
        json.dump(asdict(running), beside, indent=2)
    Path(beside.name).rename(file)
