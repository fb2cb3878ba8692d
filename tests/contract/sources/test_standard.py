"""Standard Webhooks as its specification has it, the forms of its body, and the bounds of our own events."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from ladder.adapters.sources import standard
from ladder.domain.activities.activity import LONGEST_ID, LONGEST_TEXT, LONGEST_VALUE, MOST_ATTRIBUTES, OURS
from ladder.domain.activities.source import HookRequest, Keys, Source
from ladder.domain.errors import InvalidSignature, Malformed, Unavailable, Unsupported
from tests.builders.vendors import NOW, iso, user
from tests.builders.vendors import standard as event
from tests.builders.webhooks import hook_of, one, read_by

VECTOR = HookRequest(
    method="POST",
    url="https://api.example.com/hooks/bank/academy",
    headers={
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    body=b'{"test": 2432232314}',
)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SOURCE = Source(key="academy", kind="standard")
STANDARD = one("standard")
CLOUD: Mapping[str, Any] = {
    "specversion": "1.0",
    "id": "c1",
    "source": "/lms",
    "type": "content.accessed",
    "time": iso(1),
    "data": {"member": user(1), "attributes": {"module": "m1"}},
}


def test_the_vector_of_the_specification_is_genuine() -> None:
    standard.verify(VECTOR, SOURCE, Keys((SECRET,)), now=datetime.fromtimestamp(1614265330, UTC))


def test_the_vector_under_another_secret_is_not() -> None:
    with pytest.raises(InvalidSignature):
        standard.verify(VECTOR, SOURCE, Keys(("whsec_" + "A" * 32,)), now=datetime.fromtimestamp(1614265330, UTC))


def test_a_secret_that_is_no_base64_keeps_the_source_closed() -> None:
    with pytest.raises(Unavailable):
        standard.verify(VECTOR, SOURCE, Keys(("whsec_not base64!",)), now=datetime.fromtimestamp(1614265330, UTC))


def test_the_form_of_the_specification_takes_the_deliverys_id() -> None:
    (activity,) = read_by(
        STANDARD, {"type": "forum.posted", "timestamp": iso(1), "data": {"member": "u", "attributes": {"text": "hi"}}}
    )
    assert (activity.id, activity.type, activity.attributes) == ("msg_1", "forum.posted", {"text": "hi"})


def test_a_structured_cloudevent_is_known_by_its_source_and_id() -> None:
    hook = hook_of(STANDARD.source)
    hook.receive(STANDARD.call(CLOUD, headers={"content-type": "application/cloudevents+json; charset=utf-8"}))
    (activity,) = hook.sent
    assert (activity.id, activity.type, activity.attributes) == ("/lms#c1", "content.accessed", {"module": "m1"})


def test_a_batch_of_cloudevents_is_many_and_an_empty_one_is_none() -> None:
    hook = hook_of(STANDARD.source)
    for batch in ([CLOUD, {**CLOUD, "id": "c2", "data": {}, "subject": "s"}], []):
        hook.receive(STANDARD.call(batch, headers={"content-type": "application/cloudevents-batch+json"}))
    assert [activity.id for activity in hook.sent] == ["/lms#c1", "/lms#c2"]
    assert hook.identities.resolve("bank", "academy", ["s"])["s"] == hook.queue.sent[1].member


def test_a_binary_cloudevent_is_refused_as_nobody_signs_its_headers() -> None:
    headers = {f"ce-{name}": str(CLOUD[name]) for name in ("specversion", "id", "source", "type", "time")}
    hook = hook_of(STANDARD.source)
    for body in ({"attributes": {"module": "m"}}, CLOUD, event(1)):
        with pytest.raises(Unsupported, match="send it in structured mode"):
            hook.receive(STANDARD.call(body, headers={**headers, "ce-subject": "eve"}))
    assert hook.queue.sent == []


FORMS: Mapping[str, Any] = {
    "one": event(1),
    "many": {"events": [event(1)]},
    "message": {"type": "forum.posted", "timestamp": iso(1), "data": {"member": "u"}},
    "cloud": CLOUD,
    "clouds": [CLOUD],
}
UNSIGNED: Mapping[str, str] = {
    "ce-id": "c9",
    "ce-source": "/other",
    "ce-type": "user.completed",
    "ce-time": iso(3),
    "ce-subject": "eve",
    "id": "e9",
    "x-member": "eve",
}
KINDS = ("application/json", "application/cloudevents+json", "application/cloudevents-batch+json", "text/plain", "")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_header_alters_an_event(form: str, kind: str) -> None:
    plain, altered = hook_of(STANDARD.source), hook_of(STANDARD.source)
    altered.identities = plain.identities
    plain.receive(STANDARD.call(FORMS[form]))
    altered.receive(STANDARD.call(FORMS[form], headers={**UNSIGNED, "content-type": kind}))
    assert plain.queue.sent == altered.queue.sent
    assert len(plain.sent) == 1


def test_a_program_may_name_types_of_its_own() -> None:
    vendor = one("standard")
    source = Source(key="academy", kind="standard", events={"quiz.done": "assessment.submitted"})
    hook = hook_of(source)
    hook.receive(vendor.call(event(1, "quiz.done")))
    assert [activity.type for activity in hook.sent] == ["assessment.submitted"]


@pytest.mark.parametrize(
    "kind",
    sorted(OURS),
)
def test_what_only_ladder_may_say_is_refused_from_outside(kind: str) -> None:
    with pytest.raises(Malformed, match="never comes from outside"):
        read_by(STANDARD, event(1, kind))


@pytest.mark.parametrize("name", ["upheld", "released", "settled", "denied", "held", "reversed", "mirrored"])
@pytest.mark.parametrize("kind", ["activity.corrected", "peer.assisted"])
def test_no_source_sets_an_attribute_that_decides(name: str, kind: str) -> None:
    for value in (True, False, 1, "so", None):
        told = {**event(1, kind), "attributes": {"id": "e0", name: value}}
        with pytest.raises(Malformed, match=rf"attributes\.{name}: Ladder alone decides this: leave it out"):
            read_by(STANDARD, told)


def test_a_source_may_correct_what_is_its_own() -> None:
    (activity,) = read_by(STANDARD, {**event(1, "activity.corrected"), "attributes": {"id": "e0", "score": 3}})
    assert activity.target == ("academy", "e0")


@pytest.mark.parametrize("key", ["ladder", "rotation"])
def test_no_source_speaks_under_ladders_own_names(key: str) -> None:
    hook = hook_of(Source(key=key, kind="standard"))
    with pytest.raises(Malformed):
        hook.receive(STANDARD.call(event(1)), source=key)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"occurred_at": "2026-03-29T01:30:00"}, r"events\[1\].occurred_at: a time without a zone: write it as"),
        ({"occurred_at": "yesterday"}, r"events\[1\].occurred_at: not a time"),
        (
            {"occurred_at": "0001-01-01T00:00:00+14:00"},
            r"events\[1\].occurred_at: is in the year 1, and not between 1980",
        ),
        ({"occurred_at": "9999-12-31T23:59:59-12:00"}, r"events\[1\].occurred_at: is in the year 9999"),
        ({"occurred_at": "1970-01-01T00:00:00Z"}, "in the year 1970, .*: send the time at which it happened"),
        ({"occurred_at": "2026-04-09T00:00:00Z"}, r"occurred_at: 10 days ahead of now: send an event once it has"),
        ({"type": "calendar.day_off", "attributes": {"first": "2026-03-01", "last": "9999-12-31"}}, "and 2099"),
        ({"type": "calendar.day_off", "attributes": {"first": "0001-01-01", "last": "2026-03-01"}}, "between 1980"),
        ({"id": "a\uffff"}, r"events\[1\].id: a name with the character U\+FFFF: send it without"),
        ({"id": "a\ud800"}, r"events\[1\].id: a name with the character U\+FFFD"),
        ({"member": "u\x00"}, r"events\[1\].member: a name with the character U\+0000"),
        ({"attributes": {"a\x1b": 1}}, r"events\[1\].attributes: a name with the character U\+001B"),
        ({"attributes": {"colleague": "c\ufffe"}}, r"attributes.colleague: a name with the character U\+FFFE"),
        ({"type": "activity.corrected", "attributes": {"id": "e\ufdd0"}}, r"attributes.id: a name with .* U\+FDD0"),
        ({"attributes": {"a": 10**400}}, "beyond"),
        ({"attributes": {"module": 10**400}}, "module: 401 characters"),
        ({"attributes": {"a": 1e308}}, "beyond"),
        ({"id": ""}, r"events\[1\].id: 0 characters"),
        ({"id": "x" * (LONGEST_ID + 1)}, r"events\[1\].id: 201 characters"),
        ({"member": ""}, r"events\[1\].member: 0 characters"),
        ({"member": "x" * 201}, r"events\[1\].member: 201"),
        ({"attributes": {"a": "x" * (LONGEST_VALUE + 1)}}, r"events\[1\].attributes.a: 201 characters"),
        ({"attributes": {"text": "x" * (LONGEST_TEXT + 1)}}, "attributes.text: 4001"),
        ({"attributes": {"a" * 65: 1}}, "65 characters"),
        ({"attributes": {"a": 2**53 + 1}}, "beyond"),
        ({"attributes": {f"a{n}": n for n in range(MOST_ATTRIBUTES + 1)}}, "25 of them: send at most 24"),
        ({"attributes": {f"a{n}": "ü" * 200 for n in range(MOST_ATTRIBUTES)}}, r"events\[1\]: \d+ bytes"),
        ({"attributes": {"a": [1]}}, r"events\[1\].attributes"),
        ({"attributes": {"a": {"b": 1}}}, r"events\[1\].attributes"),
        ({"type": 7}, r"events\[1\].type: Expected `str`, got `int`"),
    ],
)
def test_one_event_out_of_bounds_is_refused_alone_with_where_and_what(changes: dict[str, Any], words: str) -> None:
    hook = hook_of(STANDARD.source)
    answer, taken = hook.receive(STANDARD.call({"events": [event(0), {**event(1), **changes}, event(2)]}))
    assert [activity.id for activity in hook.sent] == ["e0", "e2"]
    assert (answer.status, taken.accepted, taken.unreadable) == (202, 2, 1)
    (why,) = taken.refused
    assert re.search(words, why)
    assert answer.body["refused"] == [why]  # type: ignore[index]
    assert list(hook.quarantined.values()) == [why]


def test_a_call_of_which_every_event_is_out_of_bounds_is_refused_with_each_place() -> None:
    hook = hook_of(STANDARD.source)
    wrong = [{**event(number), "occurred_at": f"{year}-12-31T00:00:00Z"} for number, year in enumerate(("0001", 9999))]
    with pytest.raises(
        Malformed, match=r"(?s)^events\[0\].occurred_at: is in the year 1,.*events\[1\].occurred_at: .* 9999"
    ):
        hook.receive(STANDARD.call({"events": wrong}))
    with pytest.raises(Malformed, match="and 980 more"):
        hook.receive(STANDARD.call({"events": [{**wrong[0], "id": f"e{n}"} for n in range(1_000)]}))
    assert (hook.queue.sent, hook.quarantined) == ([], {})


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity"])
def test_numbers_without_an_end_are_refused(number: str) -> None:
    raw = (
        b'{"id":"e","type":"content.accessed","occurred_at":"2026-03-29T01:00:00Z","member":"u","attributes":{"a":%s}}'
    )
    with pytest.raises(Malformed):
        read_by(STANDARD, raw % number.encode())


def test_values_at_their_bounds_pass() -> None:
    attributes = {"text": "x" * LONGEST_TEXT, "a" * 64: "x" * LONGEST_VALUE, "n": None, "b": True, "w": 2**53}
    (activity,) = read_by(STANDARD, {**event(1), "id": "x" * LONGEST_ID, "attributes": attributes})
    assert activity.attributes == attributes
    assert activity.received_at == NOW
