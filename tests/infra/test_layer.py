"""How the dependency layer is filled: from the pins, once, and never half."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from infra.layer import PINS, ROOT, dependency_folder

ARM64 = "aarch64-manylinux_2_28"


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What uv was asked for; it installs one empty module."""
    asked: list[list[str]] = []

    def run(command: list[str], *, check: bool) -> None:
        assert check
        asked.append(command)
        target = Path(command[command.index("--target") + 1])
        target.mkdir(parents=True)
        (target / "pinned.py").touch()

    monkeypatch.setattr(subprocess, "run", run)
    return asked


def test_a_layer_holds_wheels_of_the_pins_for_the_platform_that_runs_it(
    tmp_path: Path, installs: list[list[str]]
) -> None:
    folder = dependency_folder(ARM64, build=tmp_path)
    [command] = installs
    assert (folder / "python" / "pinned.py").exists()
    assert {"--require-hashes", "--no-deps"} <= set(command)
    assert command[command.index("--requirements") + 1] == str(PINS)
    assert command[command.index("--python-platform") + 1] == ARM64
    assert command[command.index("--only-binary") + 1] == ":all:"


def test_a_layer_that_exists_is_not_filled_again(tmp_path: Path, installs: list[list[str]]) -> None:
    assert dependency_folder(ARM64, build=tmp_path) == dependency_folder(ARM64, build=tmp_path)
    assert len(installs) == 1


def test_each_platform_has_a_layer_of_its_own(tmp_path: Path, installs: list[list[str]]) -> None:
    assert dependency_folder(ARM64, build=tmp_path) != dependency_folder(build=tmp_path)
    assert "--python-platform" not in installs[-1]


def test_an_installation_that_fails_leaves_no_layer_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], *, check: bool) -> None:
        assert check
        Path(command[command.index("--target") + 1]).mkdir(parents=True)
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(subprocess.CalledProcessError):
        dependency_folder(ARM64, build=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_pin_is_another_layer(tmp_path: Path, installs: list[list[str]]) -> None:
    other = tmp_path / "layer.txt"
    other.write_text(PINS.read_text().replace("numpy==", "numpy==1."))
    assert dependency_folder(build=tmp_path, pins=other) != dependency_folder(build=tmp_path)


def test_the_layer_pins_the_versions_of_the_project_and_a_digest_of_each() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = [*project["project"]["dependencies"], *project["tool"]["uv"]["constraint-dependencies"]]
    blocks = [block.splitlines() for block in re.split(r"\n(?=\S)", PINS.read_text().strip())]
    pinned = {lines[0].removesuffix(" \\") for lines in blocks}
    assert set(project["project"]["dependencies"]) <= pinned
    assert pinned <= set(named)
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", line) for lines in blocks for line in lines[1:])
    assert all(len(lines) > 1 for lines in blocks)


def test_a_package_with_another_digest_is_not_installed(tmp_path: Path) -> None:
    pins = tmp_path / "layer.txt"
    pins.write_text(f"annotated-types==0.8.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(subprocess.CalledProcessError):
        dependency_folder(build=tmp_path / "build", pins=pins)
    assert list((tmp_path / "build").iterdir()) == []
