"""Whatever characters a source sends: every text gets through, no name is changed, and no event costs another."""

import json
import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ladder.adapters.sqs import message_body, read_message
from ladder.domain.activities.activity import Activity, Delivery
from tests.builders.vendors import NOW
from tests.builders.vendors import standard as told
from tests.builders.webhooks import hook_of, one

CARRIED = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")  # by SQS: XML 1.0's characters
STANDARD = one("standard")
NAMES = st.sampled_from(["id", "member", "colleague"])
ANY = st.characters(exclude_categories=())  # halves of pairs, too
HALVES = [chr(0xD800), chr(0xDBFF), chr(0xDC00), chr(0xDFFF)]
ALL = [chr(point) for point in range(0x110000)]
ILL = [each for each in ALL if ord(each) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(each) <= 0xFDEF or each in HALVES]
ILL += [chr(point) for point in range(32) if chr(point) not in "\t\n\r"]


def raw(body: object, *, escaped: bool) -> bytes:
    return json.dumps(body, ensure_ascii=escaped).encode("utf-8", "surrogatepass")


def texts(*values: str, escaped: bool) -> list[object]:
    """What reaches the queue of a call with an event for each, read back from its message."""
    hook = hook_of(STANDARD.source)
    events = [{**told(number), "attributes": {"note": value}} for number, value in enumerate(values)]
    _, taken = hook.receive(STANDARD.call(raw({"events": events}, escaped=escaped)))
    assert (taken.accepted, taken.unreadable) == (len(values), 0)
    found = dict[str, object]()
    for delivery in hook.queue.sent:
        body = message_body(delivery)
        assert CARRIED.fullmatch(body)
        found |= {activity.id: activity.attributes["note"] for activity in read_message(body).delivery.activities}
    return [found[f"e{number}"] for number in range(len(values))]


@pytest.mark.parametrize("escaped", [True, False])
def test_every_character_of_unicode_gets_through_or_is_replaced(escaped: bool) -> None:  # noqa: FBT001
    """Of the first plane each, of the others the ends; 32 in a text, with a letter before each."""
    ill = set(ILL) | {chr(point) for point in range(0xD800, 0xE000)}
    tried = [each for each in ALL if ord(each) < 0x10000 or ord(each) & 0xFFFF >= 0xFFE0]
    rows = ["".join(f"a{each}" for each in tried[start : start + 32]) for start in range(0, len(tried), 32)]
    for start in range(0, len(rows), 1_000):
        sent = rows[start : start + 1_000]
        for row, came in zip(sent, texts(*sent, escaped=escaped), strict=True):
            wanted = "".join("\ufffd" if each in ill else each for each in row)
            assert normal(str(came)) == normal(wanted)


def normal(text: str) -> str:
    """NFC may join a letter with the mark behind it; and spaces at either end are not told."""
    return unicodedata.normalize("NFC", text).strip()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(ANY, max_size=40), min_size=1, max_size=8), st.booleans())
def test_any_texts_get_through_together(values: list[str], escaped: bool) -> None:  # noqa: FBT001
    found = texts(*values, escaped=escaped)
    assert len(found) == len(values)


@pytest.mark.parametrize("character", [*HALVES, *(each for each in ILL if ord(each) < 0x20000)])
@pytest.mark.parametrize("name", ["id", "member", "colleague"])
def test_a_name_is_never_changed_but_its_event_refused_alone(name: str, character: str) -> None:
    """In the middle of it: at its ends there may be spaces, and some control characters count as spaces."""
    hook = hook_of(STANDARD.source)
    wrong = told(1) if name != "colleague" else {**told(1), "attributes": {"colleague": f"c{character}d"}}
    wrong = wrong if name == "colleague" else {**wrong, name: f"c{character}d"}
    for escaped in (True, False):
        _, taken = hook.receive(STANDARD.call(raw({"events": [told(0), wrong, told(2)]}, escaped=escaped)))
        assert (taken.accepted, taken.unreadable) == (2, 1)
        assert "send it without" in taken.refused[0]
    assert {activity.id for activity in hook.sent} == {"e0", "e2"}


@settings(deadline=None, max_examples=80)
@given(NAMES, st.text(ANY, min_size=1, max_size=30))
def test_a_name_gets_through_as_it_is_or_not_at_all(name: str, value: str) -> None:
    hook = hook_of(STANDARD.source)
    event = {**told(1), name: value} if name != "colleague" else {**told(1), "attributes": {"colleague": value}}
    _, taken = hook.receive(STANDARD.call(raw({"events": [told(0), event]}, escaped=True)))
    assert taken.accepted + taken.unreadable == 2
    if name == "id" and taken.accepted == 2:
        assert {activity.id for activity in hook.sent} == {"e0", value}


def test_one_bad_text_among_a_thousand_costs_nothing() -> None:
    values = ["fine"] * 999 + ["a\uffffb"]
    assert texts(*values, escaped=False)[-2:] == ["fine", "a\ufffdb"]


def test_an_escaped_backslash_before_a_u_is_no_half_of_a_pair() -> None:
    kept = [r"\ud800", "\\\\ud800", "\U0001f600", "\\\U0001f600", '"\\ud800"']
    assert texts(*kept, escaped=True) == texts(*kept, escaped=False) == kept


@settings(deadline=None)
@given(st.text(ANY, max_size=60))
def test_whatever_ladder_itself_says_is_carried_by_a_queue_and_read_back(text: str) -> None:
    """A reviewer's reason comes through no hook."""
    said = Activity(source="ladder", id="x", type="forum.posted", occurred_at=NOW, attributes={"reason": text})
    body = message_body(Delivery("bank", "m", (said,)))
    assert CARRIED.fullmatch(body)
    (found,) = read_message(body).delivery.activities
    halves = re.compile("[\ud800-\udfff]")
    assert found == replace(said, attributes={"reason": halves.sub("\ufffd", text)})
