"""What must hold of every source, whatever its vendor signs and writes: one matrix."""

import gzip
import json
import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from ladder.adapters.sources import SOURCES
from ladder.adapters.sqs import message_body
from ladder.domain.activities.activity import OURS, digest
from ladder.domain.activities.source import MOST_BYTES, Source, SourceKind
from ladder.domain.errors import InvalidSignature, LadderError, Malformed, TooLarge, Unavailable, Unsupported
from tests.builders.vendors import NEW, NOW, OLD, VENDORS, WRONG, Vendor, iso, keys, millis, user, when
from tests.builders.webhooks import Hook, hook_of

GZIP = {"content-encoding": "gzip"}


def refused(hook: Hook, call: Any, error: type[LadderError], words: str = ".") -> None:
    with pytest.raises(error, match=words):
        hook.receive(call)
    assert hook.queue.sent == []


def zipped(vendor: Vendor, raw: bytes, cut: slice = slice(None)) -> Any:
    """The vendor signs what it sends, which is the archive."""
    return vendor.call(gzip.compress(raw)[cut], headers=GZIP)


def test_every_kind_has_a_file_and_a_row_here_but_the_one_that_is_asked() -> None:
    assert set(SOURCES) == set(get_args(SourceKind))
    assert {vendor.kind for vendor in VENDORS} == set(SOURCES) - {"talentlms"}


def test_a_good_delivery_reaches_the_queue_under_its_members_id(vendor: Vendor, hook: Hook) -> None:
    answer, taken = hook.receive(vendor.call(vendor.write([1])))
    (delivery,) = hook.queue.sent
    (activity,) = delivery.activities
    assert (answer.status, taken.accepted, taken.ignored) == (vendor.accepted, 1, 0)
    assert delivery.member == hook.identities.resolve("bank", "academy", [user(1)])[user(1)]
    assert (activity.source, activity.occurred_at, activity.received_at) == ("academy", NOW - timedelta(minutes=1), NOW)
    assert user(1) not in message_body(delivery)


def test_a_wrong_key_is_refused(vendor: Vendor, hook: Hook) -> None:
    refused(hook, vendor.call(vendor.write([1]), secret=WRONG), InvalidSignature)


def test_no_proof_at_all_is_refused(vendor: Vendor, hook: Hook) -> None:
    call = vendor.call(vendor.write([1]))
    assert call.headers, "a vendor without a header would prove nothing here"
    for name in call.headers:
        refused(hook, replace(call, headers={k: v for k, v in call.headers.items() if k != name}), InvalidSignature)
        refused(hook, replace(call, headers={**call.headers, name: "ü,\udcff"}), InvalidSignature)


def test_the_old_key_is_good_while_keys_are_exchanged_and_no_longer(vendor: Vendor, hook: Hook) -> None:
    hook.receive(vendor.call(vendor.write([1]), secret=OLD))
    assert len(hook.sent) == 1
    hook = hook_of(vendor.source)
    hook.keyring.keys = keys(NEW)
    refused(hook, vendor.call(vendor.write([1]), secret=OLD), InvalidSignature)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_301_seconds_are_too_old_and_too_new_where_the_scheme_has_a_time(
    vendor: Vendor, hook: Hook, seconds: int
) -> None:
    call = vendor.call(vendor.write([1]), sent=NOW + timedelta(seconds=seconds))
    if vendor.timed:
        refused(hook, call, InvalidSignature)
    else:  # docebo, xapi, jira: there is no time of sending to look at; the event's id stops a replay
        hook.receive(call)
        assert len(hook.sent) == 1


@pytest.mark.parametrize("seconds", [-300, 300])
def test_300_seconds_are_fresh(vendor: Vendor, hook: Hook, seconds: int) -> None:
    hook.receive(vendor.call(vendor.write([1]), sent=NOW + timedelta(seconds=seconds)))
    assert len(hook.sent) == 1


def test_a_changed_body_is_refused_where_the_scheme_covers_it(vendor: Vendor, hook: Hook) -> None:
    call = vendor.call(vendor.write([1]))
    for changed in (json.dumps(vendor.write([2])).encode(), call.body + b" "):
        if vendor.signs_body:
            refused(hook, replace(call, body=changed), InvalidSignature)
        else:  # docebo, xapi: HTTP Basic says who calls, and TLS keeps the body
            hook.receive(replace(call, body=changed))


def test_gzip_is_read(vendor: Vendor, hook: Hook) -> None:
    hook.receive(zipped(vendor, json.dumps(vendor.write([1])).encode()))
    assert len(hook.sent) == 1


def test_gzip_that_is_cut_off_is_refused(vendor: Vendor, hook: Hook) -> None:
    raw = json.dumps(vendor.write([1])).encode()
    refused(hook, zipped(vendor, raw, slice(-9)), Malformed, "truncated")
    refused(hook, vendor.call(raw, headers=GZIP), Malformed, "not gzip")


def test_a_gzip_bomb_is_stopped_at_the_bound(vendor: Vendor, hook: Hook) -> None:
    bomb = zipped(vendor, b" " * 200_000_000)
    assert len(bomb.body) < MOST_BYTES
    refused(hook, bomb, TooLarge, "unzipped")


def test_a_megabyte_is_read_and_a_byte_more_is_not(vendor: Vendor, hook: Hook) -> None:
    raw = json.dumps(vendor.write([1])).encode()
    hook.receive(vendor.call(raw.ljust(MOST_BYTES)))
    assert len(hook.sent) == 1
    refused(hook_of(vendor.source), vendor.call(raw.ljust(MOST_BYTES + 1)), TooLarge)


def test_another_encoding_is_refused(vendor: Vendor, hook: Hook) -> None:
    refused(hook, vendor.call(vendor.write([1]), headers={"content-encoding": "br"}), Unsupported)


@pytest.mark.parametrize(
    "raw", [b"", b"nothing", b"{", b"\xff\xfe", b'{"a":NaN}', b"[" * 100_000, b'"\\ud800"', b"null", b"7"]
)
def test_what_is_not_json_or_no_such_json_is_refused(vendor: Vendor, hook: Hook, raw: bytes) -> None:
    refused(hook, vendor.call(raw), Malformed)


PLACE = r"^[\w.\[\]]+: "


def test_wrong_types_are_told_with_their_place(vendor: Vendor, hook: Hook) -> None:
    if vendor.mends:
        refused(hook, vendor.call(vendor.wrong_types), Malformed, PLACE)
        return
    answer, taken = hook.receive(vendor.call(vendor.wrong_types))
    assert (answer.status, taken.accepted, taken.ignored, taken.unreadable) == (vendor.accepted, 0, 0, 1)
    (((program, owner, _), why),) = hook.quarantined.items()
    assert (program, owner) == ("bank", "source:academy")
    assert re.match(PLACE, why)


@pytest.mark.parametrize("wrong", ["", "x" * 201])
def test_one_record_of_nobody_costs_the_others_nothing(vendor: Vendor, hook: Hook, wrong: str) -> None:
    raw = json.dumps(vendor.write([0, 1, 2][: 3 if vendor.groups else 1])).replace("user-0", wrong).encode()
    _, taken = hook.receive(vendor.call(raw))
    assert taken.accepted == len(hook.sent) == (2 if vendor.groups else 0)
    assert taken.unreadable + taken.ignored == 1
    assert len(hook.quarantined) == taken.unreadable
    assert all(wrong in record for _, _, record in hook.quarantined)


NAMES = (  # of the event that each vendor writes
    "learner.completed_module",
    "TrainingCompleted",
    "course.enrollment.completed",
    "CourseCompleted",
    "http://adlnet.gov/expapi/verbs/completed",
    "deal.propertyChange",
    "jira:issue_updated",
)
DECIDED = {"upheld": True, "released": True, "denied": False, "held": None, "mirrored": True, "type": "hold.upheld"}


def everywhere(told: Any) -> Any:
    """The same body with the words that decide in each of its objects."""
    if isinstance(told, list):
        return [everywhere(each) for each in told]
    if isinstance(told, dict):
        return {**DECIDED, **{name: everywhere(each) for name, each in told.items()}}
    return told


def test_no_dialect_lets_a_source_decide(vendor: Vendor, hook: Hook) -> None:
    """Whatever else a vendor writes beside its own fields is not read, or is refused."""
    with suppress(Malformed):
        hook.receive(vendor.call(everywhere(vendor.write([1]))))
    assert not any(DECIDED.keys() & activity.attributes.keys() for activity in hook.sent)
    assert not any(activity.type in OURS for activity in hook.sent)


@pytest.mark.parametrize("kind", sorted(OURS))
def test_no_configuration_makes_a_vendors_event_one_of_ladders_own(vendor: Vendor, kind: str) -> None:
    hook = hook_of(replace(vendor.source, events=dict.fromkeys(NAMES, kind)))
    with suppress(Malformed):
        hook.receive(vendor.call(vendor.write([1])))
    assert hook.queue.sent == []


NEVER = (
    "9999-12-31T00:00:00Z",
    "0001-01-01T00:00:00",
    "1970-01-01",
    253402300799000,
    10**400,
    -(10**15),
    1e308,
    "never",
)
DEEP: Any = [[[[[[]]]]]]


def moments(vendor: Vendor, number: int) -> tuple[str, ...]:
    """How the time of an event stands in the vendor's JSON."""
    docebo = when(number).strftime("%Y-%m-%d %H:%M:%S")
    return tuple(map(json.dumps, (iso(number), docebo, millis(number))))


@pytest.mark.parametrize("never", [*NEVER, DEEP, None], ids=lambda each: str(each)[:20])
def test_one_impossible_date_costs_the_others_nothing(vendor: Vendor, hook: Hook, never: Any) -> None:
    raw = json.dumps(vendor.write([0, 1, 2] if vendor.groups else [1]))
    for written in moments(vendor, 1):
        raw = raw.replace(written, json.dumps(never))
    with suppress(Malformed):  # of a call with one event, where its sender can mend it
        _, taken = hook.receive(vendor.call(raw.encode()))
        assert (taken.accepted, taken.unreadable) == ((2, 1) if vendor.groups else (0, 1))
        assert len(hook.quarantined) == 1
    assert len(hook.sent) == (2 if vendor.groups else 0)


def test_one_text_without_sense_costs_the_others_nothing(vendor: Vendor, hook: Hook) -> None:
    """A half of a pair, escaped, makes no JSON of all that stands around it."""
    for character in ("\\ud800", "\\uffff", "\\u0000", "\uffff", "\ud800"):
        raw = json.dumps(vendor.write([0, 1, 2] if vendor.groups else [1])).replace('"user-1"', f'"u{character}r"', 1)
        _receive_what_passes(hook, vendor.call(raw.encode("utf-8", "surrogatepass")))
    assert {activity.occurred_at for activity in hook.sent} <= {when(0), when(2), when(1)}
    if vendor.groups:
        assert {when(0), when(2)} <= {activity.occurred_at for activity in hook.sent}


def _receive_what_passes(hook: Hook, call: Any) -> None:
    with suppress(Malformed):
        hook.receive(call)


def test_an_unknown_event_is_acknowledged_and_counted(vendor: Vendor, hook: Hook) -> None:
    answer, taken = hook.receive(vendor.call(vendor.unknown))
    assert (answer.status, taken.accepted, taken.ignored, hook.queue.sent) == (vendor.accepted, 0, 1, [])


def test_a_heartbeat_is_acknowledged_and_makes_nothing(vendor: Vendor, hook: Hook) -> None:
    if vendor.heartbeat is None:  # jira: a call is always about an issue
        pytest.skip(f"{vendor.kind} sends nothing empty")
    answer, taken = hook.receive(vendor.call(vendor.heartbeat))
    assert (answer.status, taken.accepted, taken.ignored, hook.queue.sent) == (vendor.accepted, 0, 0, [])


def test_25_events_in_one_call_are_one_delivery_a_member_in_their_order(vendor: Vendor, hook: Hook) -> None:
    if not vendor.groups:  # jira
        pytest.skip(f"{vendor.kind} sends one event a call")
    hook.receive(vendor.call(vendor.write(list(range(25)))))
    assert [len(delivery.activities) for delivery in hook.queue.sent] == [9, 8, 8]
    assert len({activity.key for activity in hook.sent}) == 25
    first = [activity.occurred_at for activity in hook.queue.sent[0].activities]
    assert first == [NOW - timedelta(minutes=number) for number in range(0, 25, 3)]


def test_the_same_id_with_another_body_keeps_its_id_and_shows_another_digest(vendor: Vendor, hook: Hook) -> None:
    body = json.dumps(vendor.write([1]))
    for raw in (body, body, body.replace(*vendor.altered)):
        hook.receive(vendor.call(raw.encode()))
    first, again, other = hook.sent
    assert first == again
    assert first.key == other.key
    assert digest(first) != digest(other)


def test_more_than_a_thousand_events_are_refused(vendor: Vendor, hook: Hook) -> None:
    if not vendor.groups:
        pytest.skip(f"{vendor.kind} sends one event a call")
    refused(hook, vendor.call(vendor.write(list(range(1_001)))), TooLarge, "1001 events")


def test_a_secret_that_cannot_be_read_closes_the_hook(vendor: Vendor, hook: Hook) -> None:
    hook.keyring.keys = None
    refused(hook, vendor.call(vendor.write([1])), Unavailable)


def test_a_source_without_any_secret_is_closed(vendor: Vendor, hook: Hook) -> None:
    hook.keyring.keys = keys()
    refused(hook, vendor.call(vendor.write([1])), InvalidSignature)


def test_what_is_posted_to_a_source_that_is_asked_is_never_genuine() -> None:
    hook = hook_of(Source(key="academy", kind="talentlms"))
    refused(hook, VENDORS[0].call({"data": []}), InvalidSignature)


def test_the_table_says_which_schemes_have_no_time_and_which_leave_the_body_open() -> None:
    assert {vendor.kind for vendor in VENDORS if not vendor.timed} == {"docebo", "xapi", "jira"}
    assert {vendor.kind for vendor in VENDORS if not vendor.signs_body} == {"docebo", "xapi"}


def test_a_record_with_a_key_twice_is_not_read_either_way_and_keeps_no_other_back(vendor: Vendor, hook: Hook) -> None:
    """Who reads the first value and who reads the last would each see another event."""
    whole = json.dumps(vendor.write([1, 2] if vendor.groups else [1]))
    record = json.dumps(vendor.write([1]))
    inner = [match.start() for match in re.finditer(r"\{", record)][-1]  # an object deep in the first record
    name = re.match(r'\{("[^"]+")', record[inner:])
    assert name
    twice = record[inner:].replace("{", f"{{{name[1]}: null, ", 1)
    doubled = whole.replace(record[inner : record.index("}", inner)], twice[: twice.index("}")], 1)
    with suppress(Malformed):  # where nothing else is in the call, and its sender can correct it
        _, taken = hook.receive(vendor.call(doubled.encode()))
        assert (taken.accepted, taken.unreadable) == (len(hook.sent), 1)
    assert len(hook.sent) == (1 if vendor.groups else 0)


@pytest.mark.parametrize("kind", ["standard", "docebo", "cornerstone"])
def test_an_envelope_with_a_key_twice_is_refused_for_its_first_events_would_be_lost(kind: str) -> None:
    [vendor, *_] = [vendor for vendor in VENDORS if vendor.kind == kind and vendor.groups]
    body = json.dumps(vendor.write([1, 2]))
    list_name = re.search(r'"(events|payloads|records)": \[', body)
    assert list_name
    refused(
        hook_of(vendor.source),
        vendor.call(body.replace("{", f'{{"{list_name[1]}": [], ', 1).encode()),
        Malformed,
        "stands twice in one object",
    )
