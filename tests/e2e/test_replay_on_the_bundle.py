"""Events through the whole deployed path, checked by the reference model; and the tools that look after the ledger."""

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from infra.cli import main
from infra.cli.ledger.members import MemberLedger, find_members, read_ledger
from infra.cli.replay import command as replay_command
from infra.cli.stack import Stack
from infra.local.running import Running
from infra.local.stage import open_stage
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import encode
from tests.reference import ReferenceModel

EVENTS, MEMBERS = 120, 9
BEGAN = datetime(2026, 1, 12, 8, tzinfo=UTC)
KEYS = {"events", "accepted", "duplicates", "entries", "mismatches", "events_per_second", "wcu_per_event"}

type Ladder = Callable[..., tuple[int, str]]


def written(file: Path) -> Path:
    rng = Random(7)  # noqa: S311 - repeatable on purpose
    file.write_text("".join(json.dumps(event(number, rng)) + "\n" for number in range(EVENTS)))
    return file


def event(number: int, rng: Random) -> dict[str, Any]:
    at = BEGAN + timedelta(minutes=97 * number + rng.randrange(30))
    kind, says = rng.choice(
        [
            ("assessment.submitted", {"module": f"m{rng.randrange(6)}", "score": rng.randrange(30, 101)}),
            ("assessment.submitted", {"module": f"m{rng.randrange(6)}", "score": rng.randrange(30, 101)}),
            ("peer.assisted", {"colleague": f"c{rng.randrange(4)}"}),
            ("content.accessed", {"module": f"m{rng.randrange(6)}"}),
        ]
    )
    member = f"learner-{rng.randrange(MEMBERS)}"
    return {"id": f"e{number}", "type": kind, "occurred_at": at.isoformat(), "member": member, "attributes": says}


def place_of(stage: Running) -> Stack:
    return Stack(stage.aws.client, stage.outputs)


@pytest.fixture(scope="module")
def stage() -> Iterator[Running]:
    """Of the test's own, also where another one is running here."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("infra.local.stage.find_running", lambda: None)
        with open_stage() as on:
            patched.setattr(replay_command, "open_stage", lambda: nullcontext(on))
            patched.setattr("infra.cli.stack.connect", lambda stack: place_of(on))
            yield on


@pytest.fixture
def ladder(stage: Running, capsys: pytest.CaptureFixture[str]) -> Ladder:
    def told(*words: str) -> tuple[int, str]:
        status = main.main(words)
        return status, " ".join(capsys.readouterr().out.split())

    return told


@pytest.fixture(scope="module")
def replayed(stage: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file = written(tmp_path_factory.mktemp("events") / "events.jsonl")
    with pytest.MonkeyPatch.context() as patched:
        printed = list[str]()
        patched.setattr("builtins.print", lambda *words, **_: printed.append(" ".join(map(str, words))))
        arguments = ["--source", "standard", "--file", str(file), "--duplicates", "10%", "--late", "5%", "--json"]
        assert main.main(["replay", *arguments]) == 0
    document: dict[str, Any] = json.loads("\n".join(printed))
    return document


def first_paid(place: Stack) -> tuple[MemberLedger, str]:
    """Somebody with points, and the event that brought the first of them."""
    ledgers = (read_ledger(place, person) for person in find_members(place))
    return next((each, "#".join(entry.key)) for each in ledgers for entry in each.entries if entry.points > 0)


def by_the_oracle(place: Stack, found: MemberLedger) -> int:
    """It may be more than before: what had not counted beside the event that is taken back may count now."""
    program = place.members.published.current(found.person.program)
    return (
        ReferenceModel(program).balance([entry.activity for entry in read_ledger(place, found.person).entries]).earned
    )


def test_every_balance_is_what_the_oracle_says_in_spite_of_repetitions_and_late_events(
    replayed: dict[str, Any],
) -> None:
    assert replayed.keys() >= KEYS
    assert (replayed["events"], replayed["accepted"], replayed["entries"]) == (EVENTS, EVENTS, EVENTS)
    assert (replayed["duplicates"], replayed["late"], replayed["members"]) == (12, 6, MEMBERS)
    assert (replayed["mismatches"], replayed["failed_messages"], replayed["quarantined"]) == (0, 0, 0)
    assert replayed["points"] > 0
    assert 2 <= replayed["wcu_per_event"] <= 5  # of one event at a time: an entry is written to an index, too
    assert replayed["events_per_second"] > 0


def test_the_ledgers_that_it_left_hold_and_a_change_by_hand_is_found_and_mended(
    replayed: dict[str, Any], stage: Running, ladder: Ladder
) -> None:
    assert ladder("ledger", "verify")[0] == 0
    found, _ = first_paid(place_of(stage))
    stage.aws.client("dynamodb").update_item(
        TableName=stage.outputs["MembersTable"],
        Key=encode({"pk": keys.member(found.person.program, found.person.member), "sk": keys.STATE}),
        UpdateExpression="SET earned = :much",
        ExpressionAttributeValues=encode({":much": 1_000_000}),
    )
    status, told = ladder("ledger", "verify")
    assert status == 1
    assert f"member {found.person.member} of {replayed['program']}: earned is 1000000 in the state" in told
    status, told = ladder("ledger", "rebuild", "--write")
    assert (status, "1 state rebuilt." in told) == (0, True)
    assert ladder("ledger", "verify")[0] == 0
    assert read_ledger(place_of(stage), found.person).state.earned == found.state.earned


def test_an_entry_is_explained_taken_back_once_and_explained_again(
    replayed: dict[str, Any], stage: Running, ladder: Ladder
) -> None:
    found, event = first_paid(place_of(stage))
    status, told = ladder("ledger", "explain", event)
    assert status == 0
    assert f"member {found.person.member} of program {replayed['program']}" in told
    reverse = ("ledger", "reverse", event, "--reason", "sent for somebody else", "--actor", "zoë")
    status, told = ladder(*reverse)
    assert (status, "This takes back an earlier entry." in told and "sent for somebody else" in told) == (0, True)
    earned = read_ledger(place_of(stage), found.person).state.earned
    assert earned == by_the_oracle(place_of(stage), found)
    status, told = ladder(*reverse)
    assert (status, "Nothing was sent." in told) == (0, True)
    assert read_ledger(place_of(stage), found.person).state.earned == earned
    assert "by zoë. Reason: sent for somebody else." in ladder("ledger", "explain", event)[1]
    assert ladder("ledger", "reverse", f"ladder#reverse:{event}", "--reason", "and back")[0] == 1
    assert ladder("ledger", "verify")[0] == 0
