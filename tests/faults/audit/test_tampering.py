"""Every byte of every item of a sealed audit, of every kind that is written: whichever is another, it is named."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from ladder.domain.audit.records import Record
from ladder.domain.audit.seal import Anchor
from ladder.domain.challenges.rotation import Claim, Rotation, rotation_activated
from ladder.domain.message import verbatim
from ladder.domain.points.disputes import Dispute, dispute_raised
from ladder.domain.points.ledger import event_refused
from ladder.domain.reviews.audit_records import id_unlinked, requested, review_decided
from ladder.domain.reviews.review import ReviewDecision
from sealing.seal import seal
from tests.builders.academy_events import passed
from tests.builders.audit_chain import NOW, PROGRAM, Item, record, verified
from tests.builders.planning import program
from tests.builders.reviews import APPROVE, HOLD, VERDICT
from tests.fakes import MemoryPrograms
from tests.fakes.audit import MemoryAnchors, MemoryAudit

SALTED = bytes(range(32))
DECIDED = ReviewDecision(terms=APPROVE, reason="looked at it", by="anna", at=NOW)
BY_ANNA: dict[str, Any] = {"by": "anna", "why": verbatim("looked at it"), "at": NOW}


def records() -> list[Record]:
    """One of each kind."""
    claim = Claim(program=PROGRAM, date=NOW.date(), revision=1, attempt=1)
    night = Rotation(claim=claim, program_version=1, actor="clock", reason="the night", claimed_at=NOW)
    said = Dispute(program=PROGRAM, member="m1", source="lms", id="e1", text="no", raised_at=NOW)
    reviews = [review_decided(each, DECIDED, salted=SALTED) for each in (HOLD, VERDICT)]
    return [
        rotation_activated(night, at=NOW),
        event_refused(PROGRAM, "m1", passed("e1"), at=NOW),
        dispute_raised(said, salted=SALTED),
        *(replace(each, program=PROGRAM) for each in reviews),
        requested(PROGRAM, "r1", what="audit.points_granted", about={"member": "m1", "points": 50}, **BY_ANNA),
        id_unlinked(PROGRAM, "m2", "lms", **BY_ANNA),
        Record(program=PROGRAM, key="PUBLISHED#000001", what="audit.program_published", who="anna", at=NOW),
        Record(program=PROGRAM, key="ERASED#m2", what="audit.member_erased", who="anna", at=NOW),
        record(1),
    ]


@cache
def sealed_audit() -> tuple[tuple[Item, ...], tuple[Anchor, ...]]:
    """Sealed twice, as days are; and anchored."""
    programs, audit, anchors = MemoryPrograms(), MemoryAudit(), MemoryAnchors()
    programs.publish(program(key=PROGRAM))
    for half, day in ((slice(0, 5), 0), (slice(5, None), 1)):
        for each in records()[half]:
            audit.record(each)
        now = NOW + timedelta(days=day)
        assert not seal(programs=programs, audit=audit, anchors=anchors, now=now, pause=lambda tries: None).failed
    return tuple(audit.items(PROGRAM)), tuple(anchors.of(PROGRAM))


ITEMS, ANCHORS = sealed_audit()
LATER = NOW + timedelta(days=2)


def named(items: list[Item]) -> str:
    broken = verified(items, ANCHORS, now=LATER).broken
    return broken.where if broken else ""


def other(place: int, item: Item) -> list[Item]:
    return [*ITEMS[:place], item, *ITEMS[place + 1 :]]


def tampered(value: Any) -> Iterator[Any]:
    """The value with one byte, digit, character or name another, one by one."""
    match value:
        case dict():
            for name, each in value.items():
                yield from ({**value, name: changed} for changed in tampered(each))
                rest = {key: kept for key, kept in value.items() if key != name}
                yield from ({**rest, changed: each} for changed in tampered(name))
        case int():
            yield from (value ^ 1 << bit for bit in range(16))
        case bytes():
            yield from (value[:at] + bytes([each ^ 1]) + value[at + 1 :] for at, each in enumerate(value))
        case str():
            yield from (value[:at] + chr(ord(each) ^ 1) + value[at + 1 :] for at, each in enumerate(value))
        case _:
            raise TypeError(f"no item has a {type(value)}")


def test_what_is_tampered_with_is_whole_before_and_of_every_kind() -> None:
    assert named(list(ITEMS)) == ""
    kinds = {item["key"].partition("#")[0] for item in ITEMS}
    records_of = {"ROTATION", "REFUSED", "DISPUTE", "REVIEW", "PUBLISHED", "ASKED", "ERASED", "UNLINKED", "VERDICT"}
    assert kinds == records_of | {"SEAL", "SEALED"}
    assert len(ANCHORS) == 2


@pytest.mark.parametrize("place", range(len(ITEMS)), ids=[item["key"].partition("#")[0] for item in ITEMS])
def test_each_byte_of_it_that_is_another_is_found_and_it_is_named(place: int) -> None:
    item, tried = ITEMS[place], 0
    values = {name: value for name, value in item.items() if name not in {"program", "key"}}
    for changed in tampered(values):
        assert named(other(place, {"program": item["program"], "key": item["key"], **changed})) == item["key"], changed
        tried += 1
    assert tried >= len("".join(map(str, values)))


@pytest.mark.parametrize("place", range(len(ITEMS)), ids=[item["key"].partition("#")[0] for item in ITEMS])
def test_an_item_under_another_key_is_missed_under_its_own(place: int) -> None:
    taken = {item["key"] for item in ITEMS}
    for key in tampered(ITEMS[place]["key"]):
        if key not in taken:
            assert named(other(place, {**ITEMS[place], "key": key})) == ITEMS[place]["key"], key


@pytest.mark.parametrize("place", range(len(ITEMS)), ids=[item["key"].partition("#")[0] for item in ITEMS])
def test_an_item_that_is_gone_is_named(place: int) -> None:
    assert named([*ITEMS[:place], *ITEMS[place + 1 :]]) == ITEMS[place]["key"]


def test_any_two_of_a_kind_in_each_others_place_are_found_and_one_of_them_is_named() -> None:
    pairs = 0
    for one, two in combinations(range(len(ITEMS)), 2):
        a, b = ITEMS[one]["key"], ITEMS[two]["key"]
        if _kind(a) != _kind(b):
            continue
        swapped = list(ITEMS)
        swapped[one], swapped[two] = {**ITEMS[two], "key": a}, {**ITEMS[one], "key": b}
        if swapped[one] != ITEMS[one]:  # two marks of one seal are alike
            assert named(swapped) in {a, b}
            pairs += 1
    assert pairs > len(ITEMS)


def _kind(key: str) -> str:
    head = key.partition("#")[0]
    return head if head in {"SEAL", "SEALED"} else "record"


@pytest.mark.parametrize("bit", range(8))
def test_an_anchor_that_attests_another_seal_is_named(bit: int) -> None:
    for anchor in ANCHORS:
        forged = Anchor(anchor.program, anchor.day, anchor.n, bytes([anchor.digest[0] ^ 1 << bit]) + anchor.digest[1:])
        anchors = [forged if each == anchor else each for each in ANCHORS]
        broken = verified(ITEMS, anchors, now=LATER).broken
        assert broken is not None
        assert broken.where == f"anchor of {anchor.day} for seal {anchor.n}"
