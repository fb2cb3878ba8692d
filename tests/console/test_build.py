"""The pages are built from pinned packages, the same from the same sources, and their types are right."""

import hashlib
import io
import re
import tarfile
from pathlib import Path

import pytest

from infra.frontend import check, packages
from infra.frontend.bundle import BundleFailed, console_folder
from infra.frontend.packages import Package, PackageFailed, node_modules
from infra.frontend.types import api_types
from tests.paths import FUNCTIONS


def test_the_pages_types_are_right() -> None:
    """They are those of the OpenAPI document: a route that changes breaks the page that asks it."""
    assert check.check() == 0


def test_every_file_has_its_digest_in_its_name_and_is_there_in_three_encodings() -> None:
    files = console_folder(FUNCTIONS) / "console" / "files"
    names = {file.name for file in files.iterdir()}
    plain = {name for name in names if not name.endswith((".br", ".gz"))}
    assert all(re.fullmatch(r"[\w.]+-[A-Z0-9]{8}\.(js|css)", name) for name in plain)
    assert names == {name + suffix for name in plain for suffix in ("", ".br", ".gz")}


def test_the_page_loads_files_that_are_there_and_runs_no_script_of_its_own() -> None:
    folder = console_folder(FUNCTIONS) / "console"
    page = (folder / "index.html").read_text()
    addresses = re.findall(r'(?:src|href)="(/console/files/[^"]+)"', page)
    assert {Path(address).suffix for address in addresses} == {".js", ".css"}
    assert all((folder / "files" / Path(address).name).exists() for address in addresses)
    assert not re.search(r"<script(?![^>]*src=)|<style|style=|onload=", page)


def test_the_same_sources_become_the_same_files(tmp_path: Path) -> None:
    first, second = (console_folder(FUNCTIONS, build=tmp_path / name) for name in ("one", "two"))
    for file in (file for file in first.rglob("*") if file.is_file()):
        assert file.read_bytes() == (second / file.relative_to(first)).read_bytes()


def test_a_mistake_in_a_page_says_where_it_is(tmp_path: Path) -> None:
    copy = tmp_path / "functions"
    for file in (file for file in FUNCTIONS.rglob("*") if file.is_file() and "__pycache__" not in file.parts):
        if file.relative_to(FUNCTIONS).parts[0] in {"console", "ladder"}:
            (copy / file.relative_to(FUNCTIONS)).parent.mkdir(parents=True, exist_ok=True)
            (copy / file.relative_to(FUNCTIONS)).write_bytes(file.read_bytes())
    (copy / "console" / "client" / "main.tsx").write_text("import './nowhere.ts';\n")
    with pytest.raises(BundleFailed, match=r"nowhere\.ts.*\n.*\n.*main\.tsx:1:7"):
        console_folder(copy, build=tmp_path / "build")


def tarball(folder: Path, name: str) -> Path:
    """A package with one file of that name."""
    file = folder / "package.tgz"
    with tarfile.open(file, "w:gz") as packed:
        entry = tarfile.TarInfo(name)
        entry.size = 2
        packed.addfile(entry, io.BytesIO(b"{}"))
    return file


def fetching(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """Let npm answer with this file, whatever is asked."""
    monkeypatch.setattr(
        packages, "NPM", ("sh", "-c", f'echo \'[{{"name": "p", "version": "1", "filename": "{file}"}}]\'')
    )


def test_a_package_with_another_digest_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetching(monkeypatch, tarball(tmp_path, "package/index.js"))
    with pytest.raises(PackageFailed, match="p@1 has the digest"):
        node_modules(Package("p", "1", "0" * 64), build=tmp_path / "build")
    assert not list((tmp_path / "build").glob("npm-*"))


def test_a_package_cannot_write_beside_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tarball(tmp_path, "package/../../../outside.js")
    fetching(monkeypatch, file)
    with pytest.raises(tarfile.OutsideDestinationError):
        node_modules(Package("p", "1", hashlib.sha256(file.read_bytes()).hexdigest()), build=tmp_path / "build")
    assert not list(tmp_path.rglob("outside.js"))


def test_a_package_that_npm_cannot_fetch_says_what_npm_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "NPM", ("sh", "-c", "echo no network >&2; exit 1"))
    with pytest.raises(PackageFailed, match="npm cannot fetch p@1:\nno network"):
        node_modules(Package("p", "1", "0" * 64), build=tmp_path / "build")


def test_every_route_of_the_document_has_a_type() -> None:
    types = api_types()
    assert (
        '"GET /members/me/ledger": { parameters: { "limit"?: number | undefined; "before"?: number | null | undefined }'
        in types
    )
    assert '"POST /members/me/orders": { parameters: {  }; body: OrderBody; answer: Ordered };' in types
    svg = "GET /members/me/badges/{badge}/credential.svg"
    assert f'"{svg}": {{ parameters: {{ "badge": string }}; body: undefined; answer: Blob }}' in types
    assert "unknown[]" not in types.replace("Readonly<Record<string, unknown>>", "")
