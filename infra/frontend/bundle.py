"""Bundle the console: its function's code, and its files under names that hold their digest, compressed beforehand."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.frontend.packages import BUILD, ESBUILD, NODE, PREACT, for_this_machine, tools

FUNCTION = (
    "console/__init__.py",
    "console/handler.py",
    "console/settings.py",
    "ladder/__init__.py",
    "ladder/settings.py",
)
PUBLIC = "/console/files"
HEAD = "<!-- built files -->"
# The smallest of each encoding: they are compressed once and sent often.
COMPRESS = """
const fs = require("fs"), zlib = require("zlib");
for (const file of process.argv.slice(1)) {
  const text = fs.readFileSync(file), quality = zlib.constants.BROTLI_PARAM_QUALITY;
  fs.writeFileSync(file + ".br", zlib.brotliCompressSync(text, { params: { [quality]: 11 } }));
  fs.writeFileSync(file + ".gz", zlib.gzipSync(text, { level: 9 }));
}
"""


class BundleFailed(RuntimeError):
    """The pages cannot be built; the message is what esbuild says."""


def console_folder(functions: Path, *, build: Path = BUILD) -> Path:
    """Return the folder of the console's function, built where its sources have changed. Raises BundleFailed."""
    folder = build / f"console-{_digest(functions)}"
    if not folder.exists():
        packages = tools()
        build.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=build, prefix=".console-") as scratch:
            built = Path(scratch, "function")
            for name in FUNCTION:
                (built / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(functions / name, built / name)
            _bundle(functions / "console" / "client", packages, built / "console")
            try:
                built.rename(folder)
            except OSError:
                if not folder.exists():  # another run was faster: its folder is the same
                    raise
    return folder


def _sources(functions: Path) -> Iterator[Path]:
    yield from (functions / name for name in FUNCTION)
    for folder in ("client", "messages"):
        yield from (file for file in sorted((functions / "console" / folder).rglob("*")) if file.is_file())


def _digest(functions: Path) -> str:
    digest = hashlib.sha256(f"{PREACT.sha256}{for_this_machine(ESBUILD).sha256}".encode() + Path(__file__).read_bytes())
    for file in _sources(functions):
        digest.update(f"{file.relative_to(functions)}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _bundle(client: Path, packages: Path, function: Path) -> None:
    """Write `files/` and `index.html` into the function's folder."""
    files, meta = function / "files", function.parent / "meta.json"
    command = [
        str(packages / for_this_machine(ESBUILD).name / "bin" / "esbuild"),
        "main.tsx",
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2023",
        "--charset=utf8",
        "--legal-comments=none",
        "--entry-names=[name]-[hash]",
        "--log-level=warning",
        f"--outdir={files}",
        f"--metafile={meta}",
    ]
    environment = {**os.environ, "NODE_PATH": str(packages)}
    ran = subprocess.run(command, cwd=client, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
    if ran.returncode:
        raise BundleFailed(ran.stderr)
    head = "".join(_head(json.loads(meta.read_text())["outputs"]))
    meta.unlink()
    (function / "index.html").write_text((client / "index.html").read_text().replace(HEAD, head))
    subprocess.run([str(NODE), "-e", COMPRESS, *map(str, files.iterdir())], check=True)  # noqa: S603


def _head(outputs: dict[str, Any]) -> Iterator[str]:
    """Yield the elements that load the entry, its style, and what it imports, all at once and not one after another."""
    for path, output in outputs.items():
        if not output.get("entryPoint", "").endswith("main.tsx"):
            continue
        yield f'<link rel="stylesheet" href="{_address(output["cssBundle"])}">'
        yield f'<script type="module" src="{_address(path)}"></script>'
        for imported in output["imports"]:
            if imported["kind"] == "import-statement":
                yield f'<link rel="modulepreload" href="{_address(imported["path"])}">'


def _address(path: str) -> str:
    return f"{PUBLIC}/{Path(path).name}"
