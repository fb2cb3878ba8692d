"""What a function brings along: its size as it is deployed, and what it costs to import it in a fresh process.

The path is as in Lambda: the function's code, the layer, and boto3 behind them.
"""

import os
import resource
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache, partial
from pathlib import Path

from infra.layer import dependency_folder
from tests.bench.rows import at_least, at_most
from tests.paths import FUNCTIONS

SHARED = "ladder"
ARM64 = "aarch64-manylinux_2_28"
LAMBDA_LIMIT_MB = 250
RUNS = 7
DEPLOYED = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "LADDER_ENVIRONMENT": "bench",
    "LADDER_PROGRAMS_TABLE": "programs",
    "LADDER_MEMBERS_TABLE": "members",
    "LADDER_AUDIT_TABLE": "audit",
    "LADDER_EVENT_BUS_NAME": "bus",
    "LADDER_ACTIVITIES_QUEUE_URL": "https://queue.invalid/activities.fifo",
    "LADDER_CASES_QUEUE_URL": "https://queue.invalid/cases",
    "LADDER_JUDGE_MODEL": "model",
    "LADDER_METRICS_BUCKET": "metrics",
    "LADDER_ANCHORS_BUCKET": "anchors",
    "LADDER_IDENTITY_SECRET": "identity",
    "LADDER_USER_POOL": "people",
    "LADDER_PRODUCTION": "no",
    "LADDER_ROTATION_MACHINE": "arn",
    "LADDER_JUDGE_MODELS": "none=2999-01-01",
    "LADDER_SIGNING_KEYS": "arn",
    "LADDER_MEMBERS_LOGIN_URL": "https://login.invalid",
    "LADDER_MEMBERS_CLIENT": "members",
    "LADDER_STAFF_LOGIN_URL": "https://staff.invalid",
    "LADDER_STAFF_CLIENT": "staff",
}


def unzipped_megabytes(function: str) -> float:
    """Its own folder, the shared package and the layer."""
    return _bytes(FUNCTIONS / function, FUNCTIONS / SHARED, _layer()) / 1e6


def import_ratio(function: str) -> float:
    """CPU of fresh processes with bytecode compiled before, over that of an interpreter that does nothing; medians."""
    with tempfile.TemporaryDirectory(prefix="ladder-bench-") as bytecode:
        environment = _environment(bytecode)
        _cpu(_importing(function), environment)
        imports = [_cpu(_importing(function), environment) for _ in range(RUNS)]
        bare = [_cpu("pass", environment) for _ in range(RUNS)]
    return statistics.median(imports) / statistics.median(bare)


@at_least(1, "1/0", "activation: its handler imports no numpy")
def activation_without_numpy() -> float:
    probe = f"{_importing('activation')}; import sys; sys.exit('numpy' in sys.modules)"
    return float(_run(probe, _environment(None)).returncode == 0)


def _importing(function: str) -> str:
    return f"import {function}.handler"


def _cpu(code: str, environment: Mapping[str, str]) -> float:
    """Seconds of user and system together: neighbours on the machine stretch the clock, and these hardly."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(code, environment).check_returncode()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return float(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _run(code: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)  # noqa: S603


def _environment(bytecode: str | None) -> dict[str, str]:
    """Nothing of the caller's but its PATH."""
    packages = (FUNCTIONS, dependency_folder() / "python", sysconfig.get_path("purelib"))
    kept = {"PYTHONPYCACHEPREFIX": bytecode} if bytecode else {"PYTHONDONTWRITEBYTECODE": "1"}
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(map(str, packages)), **DEPLOYED, **kept}


@cache
def _layer() -> Path:
    """The one that is deployed; where its wheels cannot be fetched, this machine's."""
    try:
        return dependency_folder(ARM64)
    except subprocess.CalledProcessError:
        return dependency_folder()


def _bytes(*folders: Path) -> int:
    return sum(file.stat().st_size for folder in folders for file in _deployed(folder))


def _deployed(folder: Path) -> Iterable[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return (path for path in files if path.suffix != ".pyc" and "__pycache__" not in path.parts)


for name, most in (("rotation", 60), ("activation", 50), ("ingestion", 20), ("delivery", 45)):
    size, start = (
        f"{name}: code and layer, unzipped",
        f"{name}: CPU of importing its handler, over a bare interpreter's",
    )
    at_most(LAMBDA_LIMIT_MB, "MB", size)(partial(unzipped_megabytes, name))
    at_most(most, "ratio", start)(partial(import_ratio, name))
