"""The dependency layer: the wheels that `[project] dependencies` of pyproject.toml pins, for the target platform."""

import hashlib
import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHON_VERSION = "3.13"


@dataclass(frozen=True, slots=True)
class Pins:
    dependencies: tuple[str, ...]
    constraints: tuple[str, ...]

    @property
    def digest(self) -> str:
        pinned = [PYTHON_VERSION, sorted(self.dependencies), sorted(self.constraints)]
        return hashlib.sha256(json.dumps(pinned).encode()).hexdigest()[:12]


def dependency_folder(platform: str | None = None, *, build: Path = ROOT / ".build") -> Path:
    """Return a folder with `python/` and the pinned packages, for `platform` (a uv platform) or for this machine.

    It is filled under another name and then renamed, so that two runs at once never see half a layer; its name holds
    the digest of the pins, so that an existing folder is valid.
    """
    pins = read_pins(ROOT / "pyproject.toml")
    folder = build / f"layer-{platform or sysconfig.get_platform()}-{pins.digest}"
    if not folder.exists():
        build.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=build, prefix=".layer-") as scratch:
            layer, constraints = Path(scratch, "layer"), Path(scratch, "constraints.txt")
            # they pin indirect dependencies, too: the layer holds no version that nobody chose
            constraints.write_text("\n".join(pins.constraints))
            uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--only-binary", ":all:"]
            runtime = ["--python-version", PYTHON_VERSION, *(["--python-platform", platform] if platform else [])]
            paths = ["--target", str(layer / "python"), "--constraint", str(constraints)]
            subprocess.run([*uv, *runtime, *paths, *pins.dependencies], check=True)  # noqa: S603
            _move(layer, folder)
    return folder


def read_pins(pyproject: Path) -> Pins:
    project = tomllib.loads(pyproject.read_text())
    return Pins(
        dependencies=tuple(project["project"]["dependencies"]),
        constraints=tuple(project["tool"]["uv"]["constraint-dependencies"]),
    )


def _move(filled: Path, folder: Path) -> None:
    """Rename into place; where another run was faster, its layer is the same and ours is removed."""
    try:
        filled.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        shutil.rmtree(filled)
