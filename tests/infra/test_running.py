"""A stage is found while it runs, and only then."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.emulator import Emulator
from infra.local.running import Running, announced, find_running

pytestmark = pytest.mark.xdist_group("emulator")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "build" / "stage.json"


@pytest.fixture
def running(aws: Emulator) -> Running:
    return Running(
        endpoint=aws.endpoint,
        log=str(aws.log),
        outputs={"ApiUrl": "http://an-api"},
        program="bank",
        platform="http://a-platform",
        pid=os.getpid(),
    )


def test_a_stage_is_found_with_all_that_it_told(running: Running, file: Path) -> None:
    with announced(running, file):
        assert find_running(file) == running


def test_what_was_found_can_be_worked_with(running: Running, file: Path) -> None:
    with announced(running, file):
        found = find_running(file)
    assert found
    assert found.aws.client("sqs").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_nothing_is_found_before_and_after(running: Running, file: Path) -> None:
    assert find_running(file) is None
    with announced(running, file):
        pass
    assert find_running(file) is None
    assert not list(file.parent.iterdir())


def test_it_is_withdrawn_when_the_block_fails(running: Running, file: Path) -> None:
    with pytest.raises(KeyError), announced(running, file):
        raise KeyError
    assert not file.exists()


def test_a_stage_that_came_first_stays_the_one_that_is_found(running: Running, file: Path) -> None:
    with announced(running, file):
        with announced(replace(running, program="academy"), file):
            assert find_running(file) == running
        assert find_running(file) == running


@pytest.mark.parametrize("gone", [{"endpoint": "http://127.0.0.1:9"}, {"pid": 2**22 + 1}])
def test_what_a_killed_process_left_is_not_found_and_is_written_over(
    running: Running, file: Path, gone: dict[str, object]
) -> None:
    left = replace(running, **gone)  # type: ignore[arg-type]
    with announced(left, file):
        assert find_running(file) is None
        with announced(running, file):
            assert find_running(file) == running


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"endpoint": "http://127.0.0.1:9"}'])
def test_a_file_that_makes_no_sense_is_no_stage(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    assert find_running(file) is None
