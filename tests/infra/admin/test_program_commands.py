"""`ladder program publish`, `enrol` and `link` on the emulator's tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import program_command
from infra.local.admin import command
from infra.local.emulator import Emulator, emulator
from infra.local.ledger.place import Place
from ladder.domain.asked import NotThere
from tests.contract.conftest import EMULATED, _table

pytestmark = EMULATED

FILE = Path(__file__).parents[3] / "infra" / "programs" / "academy.yaml"


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with emulator() as running:
        yield running


@pytest.fixture
def on(aws: Emulator, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Place:
    client, name = aws.client("dynamodb"), request.node.name[:60]
    outputs = {f"{kind}Table": _table(client, f"{kind}-{name}") for kind in ("Members", "Programs", "Audit")}
    secret = aws.client("secretsmanager").create_secret(Name=f"identity-{name}", SecretString="a key")
    place = Place(aws.client, {**outputs, "IdentitySecret": secret["ARN"]})
    monkeypatch.setattr(command, "place", lambda stack: place)
    return place


def test_a_file_is_shown_first_and_published_where_it_is_told_to(on: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert program_command.run(["publish", str(FILE)]) == 0
    assert on.members.published.keys() == []
    assert program_command.run(["publish", str(FILE), "--write"]) == 0
    (program,) = on.members.published.keys()
    assert on.members.published.current_version(program) == 1
    assert program_command.run(["publish", str(FILE), "--write"]) == 0
    told = capsys.readouterr().out
    assert "Nothing was published" in told
    assert f"Version 1 of {program} is published." in told
    assert f"Version 1 of {program} was published before." in told
    (record,) = on.audit.query(program)
    assert (record["sk"], record["what"]) == ("PUBLISHED#000001", "program published")


def test_a_list_enrols_and_another_links(on: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people, ids = tmp_path / "people.csv", tmp_path / "ids.csv"
    people.write_text("user,team,hired_on\njo,blue,2026-01-31\nal,,\n")
    ids.write_text("source,id,user\nquiz,17,jo\nlogin,18,nobody\n")
    assert program_command.run(["publish", str(FILE), "--write"]) == 0
    assert program_command.run(["enrol", str(people), "--program", "academy"]) == 0
    assert on.members.published.roster("academy") == ()
    assert program_command.run(["enrol", str(people), "--program", "academy", "--write"]) == 0
    assert [(each.user, each.team) for each in on.members.published.roster("academy")] == [("jo", "blue"), ("al", None)]
    assert program_command.run(["link", str(ids), "--program", "academy", "--write"]) == 1
    told = capsys.readouterr().out
    assert "2 join, 0 change, 0 return, 0 leave. Nothing was written" in told
    assert "1 link made or known." in told
    assert "not on the roster: nobody" in told


def test_a_list_for_no_program_or_of_no_source_of_it_writes_nothing_and_says_what_there_is(
    on: Place, tmp_path: Path
) -> None:
    people, ids = tmp_path / "people.csv", tmp_path / "ids.csv"
    people.write_text("user\njo\n")
    ids.write_text("source,id,user\nquizz,17,jo\n")
    program_command.run(["publish", str(FILE), "--write"])
    program_command.run(["enrol", str(people), "--program", "academy", "--write"])
    for write in ([], ["--write"]):
        with pytest.raises(NotThere, match="'acadmey' was never published: there is academy"):
            program_command.run(["enrol", str(people), "--program", "acadmey", *write])
        with pytest.raises(NotThere, match="academy has no source 'quizz': it has login, player, quiz"):
            program_command.run(["link", str(ids), "--program", "academy", *write])
    assert on.members.published.roster("acadmey") == ()
    assert [each["what"] for each in on.audit.query("academy")] == ["members enrolled", "program published"]
