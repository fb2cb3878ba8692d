"""`ladder ledger`: rebuild, explain and reverse, on a place of the test's own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from infra.cli.ledger.command import ledger
from infra.cli.ledger.members import find_entries
from infra.cli.ledger.reverse import reverse_entry
from infra.cli.ledger.verify import verify_ledger
from infra.cli.main import main
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.keys import within
from ladder.domain.activities.activity import RELEASED, validation_error
from ladder.domain.audit.records import reference, stored_reason
from ladder.domain.errors import Rejected, Unavailable
from ladder.domain.members.roster import Member
from ladder.domain.message import Message
from ladder.domain.points.amendments import reversal
from tests.infra.ledger.ledgers_on_stack import NOW, LedgersOnStack, an_activity, passed, taken_back


@pytest.fixture
def anna(ledgers: LedgersOnStack, monkeypatch: pytest.MonkeyPatch) -> LedgersOnStack:
    """Three events in order; the commands find this place instead of a running stage."""
    monkeypatch.setattr("infra.cli.stack.connect", lambda stack: ledgers.place)
    ledgers.reward("anna", [passed(n, minutes=n) for n in range(1, 4)])
    return ledgers


def run(words: list[str]) -> int:
    return int(ledger.main(words, standalone_mode=False))


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_verify_counts_and_is_content(anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify"]) == 0
    assert "academy 1 3 250 0 All entries and states verified" in printed(capsys)


def test_verify_names_who_differs_and_in_what(anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]) -> None:
    anna.tamper("anna", keys.STATE, earned=9_999)
    assert run(["verify", "--program", "academy"]) == 1
    assert "member anna of academy: earned is 9999 in the state" in printed(capsys)


def test_rebuild_only_says_what_it_would_do(anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]) -> None:
    anna.tamper("anna", keys.STATE, earned=9_999)
    assert run(["rebuild"]) == 0
    output = printed(capsys)
    assert "would be rebuilt: earned 250, spent 0, held 0" in output
    assert "1 state to rebuild. Nothing was written. Add --write to rebuild." in output
    assert anna.read("anna").state.earned == 9_999


def test_rebuild_mends_the_state_and_leaves_a_trace(anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]) -> None:
    anna.tamper("anna", keys.STATE, earned=9_999)
    assert run(["rebuild", "--write"]) == 0
    mended = anna.read("anna")
    assert verify_ledger(mended).holds
    assert (mended.state.earned, mended.state.version, mended.state.sequence) == (250, 2, 4)
    trace = mended.entries[-1]
    assert (trace.key, trace.points, trace.activity.attributes["earned"]) == (("ladder", "rebuild:1"), 0, 9_999)
    assert trace.notes == (Message("points.rebuilt", {"points": 250, "before": 9_999}),)
    assert run(["rebuild", "--write"]) == 0
    assert "0 states rebuilt." in printed(capsys)


def test_where_the_sum_differs_an_entry_carries_the_difference(anna: LedgersOnStack) -> None:
    anna.tamper("anna", "ENTRY#academy#e2", points=500)
    assert run(["rebuild", "--write"]) == 0
    mended = anna.read("anna")
    assert mended.entries[-1].points == -450
    assert mended.state.earned == 250
    assert verify_ledger(mended).holds


def test_what_comes_after_a_rebuild_is_counted_as_if_there_had_been_none(anna: LedgersOnStack) -> None:
    """In order, late, and taken back: the entry of the rebuild is never folded."""
    anna.tamper("anna", "ENTRY#academy#e2", points=500)
    run(["rebuild", "--write"])
    anna.reward("anna", [passed(8, minutes=80)])
    anna.reward("anna", [passed(9, minutes=-10)])
    anna.reward("anna", [taken_back("e1")])
    mended = anna.read("anna")
    assert verify_ledger(mended).holds
    assert mended.state.earned == 4 * 50 + 100


def test_a_state_that_is_gone_is_built_from_its_entries(anna: LedgersOnStack) -> None:
    before = anna.read("anna").state
    anna.lose("anna", keys.STATE)
    assert run(["rebuild", "--write"]) == 0
    after = anna.read("anna")
    assert verify_ledger(after).holds
    assert (after.state.earned, after.state.streaks) == (before.earned, before.streaks)


def test_nothing_is_built_on_entries_that_are_damaged(anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]) -> None:
    anna.lose("anna", "ENTRY#academy#e2")
    assert run(["rebuild", "--write"]) == 1
    assert "left as it is: entries are damaged; restore them" in printed(capsys)
    assert anna.read("anna").state.version == 1


def test_explain_tells_who_when_how_much_and_why(anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "e1"]) == 0
    output = printed(capsys)
    assert "event academy#e1 member anna of program academy what assessment.submitted" in output
    assert "version 1 of the program PASSED: 50, 50 paid" in output
    assert "text 50 points for an assessment passed." in output


def test_what_a_member_reads_is_shown_in_the_language_that_is_asked_for(
    anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", "e1", "--language", "de"]) == 0
    assert "text 50 Punkte f\u00fcr an assessment passed." in printed(capsys)
    assert run(["list", "--last", "1", "--language", "de"]) == 0
    assert "Punkte f\u00fcr an assessment passed." in printed(capsys)


def test_explain_tells_what_was_said_of_it_since(anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]) -> None:
    anna.reward("anna", [taken_back("e1")])
    assert run(["explain", "academy#e1", "--program", "academy", "--member", "anna"]) == 0
    assert "since entry.reversed at" in (text := printed(capsys))
    assert "by zoë. Reason: a mistake. (ladder#reverse:academy#e1, -50 points)" in text


def test_explain_shows_what_waits(anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]) -> None:
    rules = tuple(replace(rule, hold="somebody looks first") for rule in anna.program.rulebook.rules)
    held = replace(anna.program, rulebook=replace(anna.program.rulebook, rules=rules))
    anna.place.members.published.publish(held)
    anna.reward("anna", [passed(7, minutes=70)])
    assert run(["explain", "e7"]) == 0
    output = printed(capsys)
    assert "PASSED: 50, 50 held: Reason: somebody looks first." in output
    assert "hold 50 points are held; they pay on 2026-04-14 unless decided before" in output


def test_explain_tells_of_another_body_under_the_same_id(
    anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]
) -> None:
    anna.reward("anna", [passed(1, module="another", minutes=1)])
    assert run(["explain", "e1"]) == 0
    assert "refused 2026-03-31T12:00:00+00:00: same event ID, different payload" in printed(capsys)


def test_explain_finds_what_was_set_apart(anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]) -> None:
    anna.place.members.ledger().quarantine("academy", "ben", '{"id":"lost"}', "it could not be read")
    assert run(["explain", "lost"]) == 1
    assert "is in quarantine, of member ben in academy: it could not be read." in printed(capsys)


def test_explain_finds_what_is_waited_for(anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]) -> None:
    anna.reward("anna", [taken_back("e50")])
    assert run(["explain", "e50"]) == 1
    assert "ladder#reverse:academy#e50, of member anna in academy, amends it" in printed(capsys)


def test_explain_says_where_else_to_ask(anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "nowhere"]) == 1
    assert "There is no entry of nowhere. It never arrived: check in its source" in printed(capsys)


def test_an_id_with_a_hash_in_it_is_found_by_itself_and_with_its_source(anna: LedgersOnStack) -> None:
    anna.reward("anna", [an_activity("message#1", "content.accessed", {}, minutes=99, received_at=NOW)])
    for name in ("message#1", "academy#message#1"):
        assert [found.entry.key for found in find_entries(anna.place, name)] == [("academy", "message#1")]


def test_what_was_taken_back_before_is_not_taken_back_again(anna: LedgersOnStack) -> None:
    anna.reward("anna", [taken_back("e1")])
    (found,) = find_entries(anna.place, "academy#e1")
    done = reverse_entry(anna.place, found, reason="again", actor="me", by="me at a terminal", now=NOW)
    assert done.already
    assert done.entry.key == ("ladder", "reverse:academy#e1")


def test_a_reversal_that_nobody_records_is_told_as_such(anna: LedgersOnStack) -> None:
    (found,) = find_entries(anna.place, "e1")
    with pytest.raises(Unavailable, match="asking for it again is safe"):
        reverse_entry(anna.place, found, reason="why", actor="me", by="me at a terminal", now=NOW, patience=0.1)


def test_a_reversal_is_on_the_record_before_it_is_sent_and_once(anna: LedgersOnStack) -> None:
    """Nobody records the event here: whoever asks again finds their first decision, and sends what it says."""
    (found,) = find_entries(anna.place, "e1")
    for number, why in enumerate(("a mistake", "another word for it")):
        at = NOW + timedelta(minutes=number)
        with pytest.raises(Unavailable):
            reverse_entry(anna.place, found, reason=why, actor="zoë", by="zoe at a terminal", now=at, patience=0)
    (record,) = anna.place.audit.query("academy", within("ASKED#"))
    members, anna_s = anna.place.members.members, keys.member("academy", "anna")
    said = members.get(anna_s, keys.reason(record["sk"])) or {}
    salt = (members.get(anna_s, keys.SALT) or {})["salt"]
    assert (record["who"], said.get("text"), stored_reason(record)) == ("zoe at a terminal", "a mistake", None)
    assert (record["about"]["member"], record["about"]["event"]) == ("anna", reference("e1", salt))
    sent = anna.place.client("sqs").receive_message(
        QueueUrl=anna.place.outputs["ActivitiesQueueUrl"], MaxNumberOfMessages=10
    )["Messages"]
    assert len(sent) == 1  # the queue knows the second by its body, which is the same
    assert "a mistake" in sent[0]["Body"]


def test_the_list_names_what_the_other_commands_ask_for(
    anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]
) -> None:
    anna.place.members.published.enrol("academy", (Member(id="anna", user="A01"),))
    anna.reward("ben", [passed(4, minutes=4)])
    assert run(["list"]) == 0
    every = printed(capsys)
    assert "academy#e3 +50 50 points for an assessment passed." in every
    assert "for A01 (anna) of academy" in every
    assert "for ben of academy" in every
    assert run(["list", "--member", "A01", "--last", "2"]) == 0
    listed = printed(capsys)
    assert "ben" not in listed
    assert listed.count("for A01 (anna) of academy") == 2
    assert run(["explain", "academy#e3", "--member", "A01"]) == 0


@pytest.mark.parametrize("count", ["0", "-1", "many"])
def test_a_list_of_no_entries_is_not_asked_for(anna: LedgersOnStack, count: str) -> None:
    assert main(["ledger", *["list", "--last", count]]) == 2


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ("ladder#reverse:academy#e1", "reversal_stays"),
        ("ladder#release", "nothing_to_reverse type=hold.released"),
        ("nowhere", "there is no entry of nowhere"),
    ],
)
def test_what_cannot_be_taken_back_is_refused(anna: LedgersOnStack, event: str, words: str) -> None:
    released = an_activity("release", RELEASED, {"source": "academy", "id": "e2"}, source="ladder", minutes=61)
    anna.reward("anna", [taken_back("e1"), released])
    with pytest.raises(Rejected, match=words):
        run(["reverse", event, "--reason", "why"])


def test_an_id_that_several_have_must_be_named_with_its_member(anna: LedgersOnStack) -> None:
    anna.reward("ben", [passed(1)])
    with pytest.raises(Rejected, match=r"2 entries have the id e1; name one of them:\n.*--member anna\n.*--member ben"):
        run(["reverse", "e1", "--reason", "why"])


def test_a_reversal_of_the_longest_id_is_sound() -> None:
    activity = reversal(("academy", "e" * 200), reason="why", actor="me", now=datetime(2026, 3, 1, tzinfo=UTC))
    assert validation_error(activity) == ""
    assert activity.target == ("academy", "e" * 200)


def test_a_reason_must_be_given(anna: LedgersOnStack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", *["reverse", "e1", "--reason", " "]]) == 2


def test_without_a_stage_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.cli.stack.find_running", lambda: None)
    with pytest.raises(Rejected, match="no stage is running: start one with"):
        run(["verify"])
