"""`ladder program publish`, `enrol` and `link` on the emulator's tables."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.cli.main import main
from infra.cli.program.command import program
from infra.cli.program.members import read_members
from infra.cli.stack import Stack
from infra.local.emulator import Emulator
from ladder.domain.activities.activity import Activity
from ladder.domain.errors import Conflict, InvalidRequest, NotFound, Rejected
from rewards.reward import RewardContext, reward
from tests.builders.stores import EMULATED, create_table
from tests.paths import PROGRAMS

pytestmark = EMULATED

FILE = PROGRAMS / "academy.yaml"
PUBLISH = ("publish", str(FILE), "--reason", "a test")


@pytest.fixture
def on(aws: Emulator, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Stack:
    client, name = aws.client("dynamodb"), request.node.name[:60]
    outputs = {f"{kind}Table": create_table(client, f"{kind}-{name}") for kind in ("Members", "Programs", "Audit")}
    secret = aws.client("secretsmanager").create_secret(Name=f"identity-{name}", SecretString="a key")
    cognito = aws.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName=f"people-{name}")["UserPool"]["Id"]
    cognito.create_group(UserPoolId=pool, GroupName="admin")
    alone = {"StaffPoolId": pool, "Production": "no"}
    place = Stack(aws.client, {**outputs, **alone, "IdentitySecret": secret["ARN"]})
    monkeypatch.setattr("infra.cli.stack.connect", lambda stack: place)
    return place


def test_a_file_is_shown_first_and_published_where_it_is_told_to(on: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["publish", str(FILE)]) == 0
    assert on.members.published.keys() == []
    assert run([*PUBLISH, "--write"]) == 0
    (key,) = on.members.published.keys()
    assert on.members.published.current_version(key) == 1
    assert run([*PUBLISH, "--write"]) == 0
    output = capsys.readouterr().out
    assert "Nothing was published" in output
    assert f"Version 1 of {key} is published." in output
    assert f"Version 1 of {key} was already published." in output
    (record,) = on.audit.query(key)
    assert (record["sk"], record["what"]) == ("PUBLISHED#000001", "audit.program_published")


def test_where_there_is_another_admin_a_file_waits_for_them_and_it_is_said_who_confirms_it_and_how(
    on: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*PUBLISH, "--write"]) == 0
    assert "Nobody else confirmed it: the program has no other admin." in capsys.readouterr().out
    cognito, pool = on.client("cognito-idp"), {"UserPoolId": on.outputs["StaffPoolId"]}
    attributes = [{"Name": "custom:program", "Value": "academy"}]
    cognito.admin_create_user(**pool, Username="adam", UserAttributes=attributes, MessageAction="SUPPRESS")
    cognito.admin_add_user_to_group(**pool, Username="adam", GroupName="admin")
    changed = tmp_path / "academy.yaml"
    changed.write_text(FILE.read_text().replace("points: 50", "points: 51", 1))
    assert run(["publish", str(changed), "--reason", "a test", "--write"]) == 0
    output = capsys.readouterr().out
    assert "Version 2 waits for another admin: " in output
    assert "POST /admin/programs/academy/reviews/00000000000000000000000000000000." in output
    assert on.members.published.current_version("academy") == 1


def test_a_list_enrols_and_another_links(on: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people, ids = tmp_path / "people.csv", tmp_path / "ids.csv"
    people.write_text("user,team,hired_on\njo,blue,2026-01-31\nal,,\n")
    ids.write_text("source,id,user\nquiz,17,jo\nlogin,18,nobody\n")
    assert run([*PUBLISH, "--write"]) == 0
    assert run(["enrol", str(people), "--program", "academy"]) == 0
    assert on.members.published.roster("academy") == ()
    assert run(["enrol", str(people), "--program", "academy", "--write"]) == 0
    assert [(each.user, each.team) for each in on.members.published.roster("academy")] == [("jo", "blue"), ("al", None)]
    assert run(["link", str(ids), "--program", "academy", "--write"]) == 1
    output = capsys.readouterr().out
    assert "2 join, 0 change, 0 return, 0 leave. Nothing was written" in output
    assert "1 link written or already there." in output
    assert "not on the roster: nobody" in output


def test_a_list_of_agents_who_play_in_another_program_is_enrolled_with_a_warning(
    on: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("user\njo\nal\n")
    centre = PROGRAMS / "centre.yaml"
    south = tmp_path / "south.yaml"
    south.write_text(centre.read_text().replace("program: centre", "program: south"))
    for file in (centre, south):
        assert run(["publish", str(file), "--reason", "a test", "--write"]) == 0
    assert run(["enrol", str(people), "--program", "centre", "--write"]) == 0
    assert "another program" not in capsys.readouterr().out
    people.write_text("user\njo\nkim\n")
    assert run(["enrol", str(people), "--program", "south"]) == 0
    output = " ".join(capsys.readouterr().out.split())
    assert "1 of its agents are enrolled in another program, too" in output
    assert "2 join" in output


def test_a_list_for_no_program_or_of_no_source_of_it_writes_nothing_and_says_what_there_is(
    on: Stack, tmp_path: Path
) -> None:
    people, ids = tmp_path / "people.csv", tmp_path / "ids.csv"
    people.write_text("user\njo\n")
    ids.write_text("source,id,user\nquizz,17,jo\n")
    run([*PUBLISH, "--write"])
    run(["enrol", str(people), "--program", "academy", "--write"])
    for write in ([], ["--write"]):
        with pytest.raises(Rejected, match="there is no program 'acadmey'; published are: academy"):
            run(["enrol", str(people), "--program", "acadmey", *write])
        with pytest.raises(NotFound, match="academy has no source 'quizz'; it has login, player, quiz"):
            run(["link", str(ids), "--program", "academy", *write])
    assert on.members.published.roster("acadmey") == ()
    assert [each["what"] for each in on.audit.query("academy")] == ["audit.members_enrolled", "audit.program_published"]


def test_nothing_is_published_without_a_reason(on: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["program", *["publish", str(FILE), "--write"]]) == 2
    assert "--write needs --reason TEXT" in capsys.readouterr().err
    assert on.members.published.keys() == []


def test_a_draft_that_was_tried_on_nothing_is_not_called_harmless(
    on: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    run([*PUBLISH, "--write"])
    capsys.readouterr()
    run([*PUBLISH])
    assert capsys.readouterr().out.startswith("There is no event yet to try the draft on.")
    rewarded(on, "jo", datetime(2002, 2, 27, 22, 30, tzinfo=UTC))
    run([*PUBLISH])
    output = capsys.readouterr().out
    assert "No event in the last 30 days: the draft was tried on nothing. The newest event is of 2002-02-" in output
    assert "with another result" not in output
    rewarded(on, "jo", datetime.now(UTC))
    run([*PUBLISH])
    assert "over the last 30 days: 1 member, 0 with another result." in capsys.readouterr().out


def test_an_edit_says_before_it_is_published_who_gains_by_it_and_refuses_a_renamed_key(
    on: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run([*PUBLISH, "--write"])
    rewarded(on, "jo", datetime.now(UTC))
    text, edited = FILE.read_text(), tmp_path / "academy.yaml"
    edited.write_text(text.replace("{Newcomer: 0, Learner: 50,", "{Guest: 0, Newcomer: 10, Learner: 50,"))
    capsys.readouterr()
    run(["publish", str(edited)])
    assert "once it is published, 1 member (jo) loses: level Newcomer" in capsys.readouterr().out
    edited.write_text(text.replace("      ONE: {", "      FIRST: {"))
    with pytest.raises(InvalidRequest, match=r"paths\.FIRST_VIDEOS\.steps\.FIRST: .* Keep the key ONE"):
        run(["publish", str(edited)])


def run(words: list[str]) -> int:
    return int(program.main(words, standalone_mode=False))


def rewarded(on: Stack, member: str, at: datetime) -> None:
    book = on.members.compiled("academy")
    context = RewardContext(
        member=member,
        compiled=book,
        compiled_version=lambda version: on.members.compiled_version("academy", version),
        ledger=on.members.ledger(book),
        allowances=on.members.allowances,
        now=at,
    )
    event = Activity(source="quiz", id=f"e-{at.isoformat()}", type="content.accessed", occurred_at=at, attributes={})
    reward(context, [event], pause=lambda tries: None)


def test_many_leave_only_where_they_were_counted(on: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    everybody = [f"A{number:02}" for number in range(26)]
    whole, cut = tmp_path / "whole.csv", tmp_path / "cut.csv"
    whole.write_text("\n".join(["user", *everybody]))
    cut.write_text("user\nA00\n")
    enrol = ("enrol", str(cut), "--program", "academy")
    run([*PUBLISH, "--write"])
    run(["enrol", str(whole), "--program", "academy", "--write"])
    capsys.readouterr()
    run([*enrol])
    output = capsys.readouterr().out
    assert f"Not listed, so they leave: {', '.join(everybody[1:11])} and 15 more." in output
    assert "Add --write --leaving 25 to write it" in output
    for counted in ([], ["--leaving", "24"]):
        with pytest.raises(Conflict, match=r"25 of 26 members would leave.* add --leaving 25"):
            run([*enrol, "--write", *counted])
    assert all(each.active for each in on.members.published.roster("academy"))
    for _ in range(2):  # running it again, with the same words, changes nothing
        assert run([*enrol, "--write", "--leaving", "25"]) == 0
    assert [each.user for each in on.members.published.roster("academy") if each.active] == ["A00"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "source,id,user\nlms,1,A01\nquiz,1,A01\n",
            r"people.csv:1: The header has the unknown column “source”.*1 more",
        ),
        (
            "A01,blue\nA02,blue\n",
            r"people.csv:1: The header lacks the column “user”. Required: user; allowed:.*2 more",
        ),
        ("user,team\nA01,x\nA02,x\nA01,y\n", r"people.csv:4: “A01” is already on line 2: list every member once"),
        ("user\nren\u00e9\nrene\u0301\n", r"people.csv:3: “.*” is already on line 2"),
        ("user,team\nA01,north;south\n", r"people.csv:2: “north;south” would be two teams to a supervisor"),
        ("user,hired_on\nA01,1.3.2026\n", r"people.csv:2: “1.3.2026” is not a date: write hired_on as in 2026-03-01"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(text)
    with pytest.raises(InvalidRequest, match=words):
        read_members(tmp_path / "people.csv")
