"""The dependency layer: the packages of layer.txt, whose digests are pinned there, for the target platform.

layer.txt follows from `[project] dependencies` and the constraints of pyproject.toml; CONTRIBUTING.md has the command.
"""

import hashlib
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PINS = ROOT / "infra" / "layer.txt"
PYTHON_VERSION = "3.13"


def dependency_folder(platform: str | None = None, *, build: Path = ROOT / ".build", pins: Path = PINS) -> Path:
    """Return a folder with `python/` and the pinned packages, for `platform` (a uv platform) or for this machine.

    A package whose digest is not in `pins` is not installed. The folder is filled under another name and then renamed,
    so that two runs at once never see half a layer; its name holds the digest of the pins, so that an existing folder
    is valid.
    """
    digest = hashlib.sha256(PYTHON_VERSION.encode() + pins.read_bytes()).hexdigest()[:12]
    folder = build / f"layer-{platform or sysconfig.get_platform()}-{digest}"
    if not folder.exists():
        build.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=build, prefix=".layer-") as scratch:
            layer = Path(scratch, "layer")
            uv = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--only-binary", ":all:"]
            # no dependencies: layer.txt names the indirect ones, too, so the layer holds no version that nobody chose
            exactly = ["--no-deps", "--require-hashes", "--requirements", str(pins)]
            runtime = ["--python-version", PYTHON_VERSION, *(["--python-platform", platform] if platform else [])]
            subprocess.run([*uv, *exactly, *runtime, "--target", str(layer / "python")], check=True)  # noqa: S603
            _move(layer, folder)
    return folder


def _move(filled: Path, folder: Path) -> None:
    """Rename into place; where another run was faster, its layer is the same and ours is removed."""
    try:
        filled.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        shutil.rmtree(filled)
