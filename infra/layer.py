"""The dependency layer: what `[project] dependencies` of pyproject.toml pins, as wheels for where it will run."""

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
    """A folder `python/` with the pinned packages, for `platform` (a uv platform) or for this machine.

    It is filled beside its place and renamed into it, so that two runs at once never see half a layer,
    and its name holds the digest of the pins, so that one which exists is right.
    """
    pins = read_pins(ROOT / "pyproject.toml")
    folder = build / f"layer-{platform or sysconfig.get_platform()}-{pins.digest}"
    if not folder.exists():
        build.mkdir(exist_ok=True)
        _fill(folder, pins=pins, platform=platform)
    return folder


def read_pins(pyproject: Path) -> Pins:
    project = tomllib.loads(pyproject.read_text())
    return Pins(
        dependencies=tuple(project["project"]["dependencies"]),
        constraints=tuple(project["tool"]["uv"]["constraint-dependencies"]),
    )


def _fill(folder: Path, *, pins: Pins, platform: str | None) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".layer-") as scratch:
        filling = Path(scratch, "layer")
        _install(filling / "python", pins=pins, platform=platform, constraints=Path(scratch, "constraints.txt"))
        _settle(filling, folder)


def _install(target: Path, *, pins: Pins, platform: str | None, constraints: Path) -> None:
    """The constraints pin what the dependencies depend on: the layer holds no version that nobody chose."""
    constraints.write_text("\n".join(pins.constraints))
    uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", str(target), "--only-binary", ":all:"]
    runtime = ["--python-version", PYTHON_VERSION, *(["--python-platform", platform] if platform else [])]
    subprocess.run([*uv, *runtime, "--constraint", str(constraints), *pins.dependencies], check=True)  # noqa: S603


def _settle(filling: Path, folder: Path) -> None:
    """Renames into place; where another run was faster, its layer is the same and ours goes."""
    try:
        filling.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        shutil.rmtree(filling)
