"""What is sealed, to the byte: records, the digest of an item, and the seal of a batch."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from ladder.domain.audit.records import canonical, digest
from ladder.domain.audit.seal import GENESIS, Link, make_seal
from tests.builders.audit_chain import NOW, PROGRAM, chain, record, verified


def test_the_first_seal_follows_nothing_and_the_next_the_digest_of_the_one_before() -> None:
    first, second = (item for item in chain(6)[0] if item["key"].startswith("SEAL#"))
    assert (first["previous"], second["previous"]) == (GENESIS, first["digest"])


def test_a_seal_says_through_when_it_looked_which_is_neither_the_future_nor_earlier_than_before() -> None:
    late, early = record(1, at=NOW + timedelta(minutes=9)).item, record(2, at=NOW - timedelta(hours=3)).item
    assert make_seal(PROGRAM, [early, late], after=None, now=NOW).link.through == NOW
    assert make_seal(PROGRAM, [early], after=None, now=NOW).link.through == NOW - timedelta(hours=3)
    before = Link(1, bytes(32), NOW - timedelta(hours=1))
    assert make_seal(PROGRAM, [early], after=before, now=NOW).link.through == before.through


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_a_record_of_a_time_that_utc_does_not_have_is_sealed_all_the_same(at: str) -> None:
    odd = {**record(1).item, "at": at}
    sealed = make_seal(PROGRAM, [odd], after=None, now=NOW)
    assert verified([odd, dict(sealed.item), *sealed.marks], []).holds


def test_a_digest_is_that_of_the_item_in_dynamodbs_own_json() -> None:
    item = {"key": "a", "program": "ü", "n": 3, "yes": True, "none": None, "b": b"\0\1", "map": {"x": "1"}}
    told = {
        "b": {"B": "AAE="},
        "key": {"S": "a"},
        "map": {"M": {"x": {"S": "1"}}},
        "n": {"N": "3"},
        "none": {"NULL": True},
        "program": {"S": "ü"},
        "yes": {"BOOL": True},
    }
    assert canonical(item) == json.dumps(told, separators=(",", ":"))
    assert digest(item) == hashlib.sha256(canonical(item).encode()).digest()


@pytest.mark.parametrize("other", ["1", True, None, b"1", {}, [1], 1.0])
def test_two_kinds_of_value_never_read_the_same(other: object) -> None:
    assert canonical({"a": 1}) != canonical({"a": other})


@pytest.mark.parametrize("key", ["SEAL#000000001", "SEALED#ROTATION#1"])
def test_nobody_but_the_sealer_writes_a_seal_or_a_mark(key: str) -> None:
    with pytest.raises(ValueError, match="reserved for the sealer"):
        type(record(1))(program=PROGRAM, key=key, what="", who="", at=NOW)


def test_a_record_is_stored_with_its_time_in_utc_and_a_digest_only_where_something_may_be_erased() -> None:
    east = datetime(2026, 3, 29, 15, tzinfo=UTC).astimezone()
    assert record(3, at=east).item == {
        "program": PROGRAM,
        "key": "VERDICT#000003",
        "what": "audit.case_judged",
        "who": "the model",
        "why": '{"code": "text.verbatim", "parameters": {"text": "three modules at the fifth attempt"}}',
        "at": "2026-03-29T15:00:00+00:00",
        "about": {"member": "m3", "decision": "d3"},
    }
    assert record(4).item["digest"] == b"\4" * 16


def test_a_seal_goes_on_from_what_the_one_before_says_it_was() -> None:
    assert make_seal(PROGRAM, [record(1).item], after=Link(7, b"x" * 32, NOW), now=NOW).item["previous"] == b"x" * 32
