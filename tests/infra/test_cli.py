"""`ladder` itself: a command that there is not."""

import pytest

from infra.cli.main import main


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("demoo", "ladder: there is no command 'demoo': did you mean `ladder demo`?"),
        ("xyzzy", "ladder: there is no command 'xyzzy'\n"),
    ],
)
def test_a_mistyped_command_is_answered_with_the_nearest(
    word: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word]) == 2
    told = capsys.readouterr().err
    assert told.startswith(said)
    assert "usage: ladder {" in told


def test_help_is_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert capsys.readouterr().out.startswith("usage: ladder {")
