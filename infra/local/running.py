"""Where a stage is running, so that another process finds it: one that answers, or none."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
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

    @property
    def aws(self) -> Emulator:
        return Emulator(endpoint=self.endpoint, log=Path(self.log))


def find_running(file: Path = FILE) -> Running | None:
    """What a process that was killed left behind does not count."""
    try:
        found = Running(**json.loads(file.read_text()))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None
    return found if _alive(found.pid) and healthy(found.aws) else None


@contextmanager
def announced(running: Running, file: Path = FILE) -> Iterator[None]:
    """For as long as the block lasts. Whoever came first stays the one that is found: others keep quiet."""
    if find_running(file):
        yield
        return
    _write(running, file)
    try:
        yield
    finally:
        _withdraw(running, file)


def _write(running: Running, file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=".stage-", delete=False) as beside:
        json.dump(asdict(running), beside, indent=2)
    Path(beside.name).rename(file)


def _withdraw(running: Running, file: Path) -> None:
    """Ours only: two that opened at the same moment have both written."""
    with suppress(FileNotFoundError):
        if json.loads(file.read_text()) == asdict(running):
            file.unlink()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, and alive
        return True
    return True
