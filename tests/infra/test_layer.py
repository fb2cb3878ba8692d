"""How the dependency layer is filled: from the pins, once, and never half."""

import subprocess
from pathlib import Path

import pytest

from infra import layer
from infra.layer import dependency_folder, read_pins

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
    assert set(read_pins(layer.ROOT / "pyproject.toml").dependencies) <= set(command)
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


def test_another_pin_is_another_layer() -> None:
    pins = layer.Pins(dependencies=("numpy==2.5.5",), constraints=())
    assert pins.digest != layer.Pins(dependencies=("numpy==2.5.6",), constraints=()).digest
