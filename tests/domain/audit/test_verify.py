"""Whatever is done to a sealed audit is found, and named."""

from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ladder.domain.audit.records import digest
from ladder.domain.audit.seal import Anchor, make_seal, read_anchor
from ladder.domain.audit.verify import Broken, Verified
from tests.builders import audit_chain
from tests.builders.audit_chain import NOW, PROGRAM, Item, chain, leaves, record

ITEMS, ANCHORS = chain(11)
BY_KEY = {item["key"]: item for item in ITEMS}


def verified(items: list[Item], anchors: list[Anchor] | None = None, *, now: datetime = NOW) -> Verified:
    return audit_chain.verified(items, ANCHORS if anchors is None else anchors, now=now)


def broken(items: list[Item], anchors: list[Anchor] | None = None, *, now: datetime = NOW) -> Broken:
    found = verified(items, anchors, now=now).broken
    assert found is not None
    return found


def without(*keys: str) -> list[Item]:
    return [item for item in ITEMS if item["key"] not in keys]


def test_a_chain_that_nobody_touched_holds_in_whatever_order_it_is_read() -> None:
    assert verified(ITEMS[::-1]) == Verified(program=PROGRAM, records=11, seals=4, unsealed=0, anchors=1, broken=None)


def test_an_empty_audit_holds() -> None:
    assert verified([], []).holds


@st.composite
def tampered(draw: st.DrawFn) -> tuple[str, list[Item]]:
    """One bit of one value of one item, and the key of that item as it was."""
    place = draw(st.integers(0, len(ITEMS) - 1))
    item = deepcopy(ITEMS[place])
    path, value = draw(st.sampled_from(list(leaves(item))))
    inner = item
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = _one_bit_other(draw, value)
    assume(item["key"] == ITEMS[place]["key"] or item["key"] not in BY_KEY)  # a table has one item of a key
    return ITEMS[place]["key"], [*ITEMS[:place], item, *ITEMS[place + 1 :]]


def _one_bit_other(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, int):
        return value ^ 1 << draw(st.integers(0, 40))
    at, bit = draw(st.integers(0, len(value) - 1)), draw(st.integers(0, 6))
    if isinstance(value, bytes):
        return value[:at] + bytes([value[at] ^ 1 << bit]) + value[at + 1 :]
    return value[:at] + chr(ord(value[at]) ^ 1 << bit) + value[at + 1 :]


@given(tampered())
@settings(max_examples=600, deadline=None)
def test_any_bit_of_any_item_that_is_tampered_with_is_found_and_named(case: tuple[str, list[Item]]) -> None:
    key, items = case
    assert broken(items).where == key


@given(st.sampled_from(sorted(BY_KEY)), st.data())
@settings(max_examples=200, deadline=None)
def test_a_name_or_a_value_that_was_added_taken_away_or_is_of_another_kind_is_found(
    key: str, data: st.DataObject
) -> None:
    path, value = data.draw(
        st.sampled_from([each for each in leaves(BY_KEY[key]) if each[0][0] not in {"program", "key"}])
    )
    item = deepcopy(BY_KEY[key])
    inner = item
    for name in path[:-1]:
        inner = inner[name]
    match data.draw(st.sampled_from(["added", "gone", "kind"])):
        case "added":
            inner["more"] = "x"
        case "gone":
            del inner[path[-1]]
        case _:
            inner[path[-1]] = [value]
    assert broken([item if each["key"] == key else each for each in ITEMS]).where == key


@given(st.sampled_from(sorted(BY_KEY)))
def test_any_item_that_is_missing_is_found_and_named(key: str) -> None:
    assert broken(without(key)).where == key


SEALS = sorted(key for key in BY_KEY if key.startswith("SEAL#"))


@pytest.mark.parametrize(("one", "other"), [(a, b) for a in SEALS for b in SEALS if a < b])
def test_two_seals_in_each_others_place_are_named_by_the_first(one: str, other: str) -> None:
    swapped = {one: {**BY_KEY[other], "key": one}, other: {**BY_KEY[one], "key": other}}
    found = broken([swapped.get(item["key"], item) for item in ITEMS])
    assert (found.where, "out of order" in found.why) == (one, True)


@given(
    st.lists(
        st.sampled_from([k for k in sorted(BY_KEY) if k.startswith("VERDICT")]), min_size=2, max_size=2, unique=True
    )
)
def test_two_records_in_each_others_place_are_found(pair: list[str]) -> None:
    one, other = pair
    swapped = {one: {**BY_KEY[other], "key": one}, other: {**BY_KEY[one], "key": other}}
    assert broken([swapped.get(item["key"], item) for item in ITEMS]).where in pair


def test_a_seal_that_was_made_anew_does_not_fit_into_the_chain() -> None:
    """As somebody would who knows how: record, seal and its digest all agree."""
    forged = {**BY_KEY["VERDICT#000004"], "who": "nobody"}
    seal = BY_KEY[SEALS[1]]
    seal = {**seal, "records": {**seal["records"], "VERDICT#000004": digest(forged)}}
    seal["digest"] = digest({name: value for name, value in seal.items() if name != "digest"})
    found = broken([{forged["key"]: forged, seal["key"]: seal}.get(item["key"], item) for item in ITEMS])
    assert str(found) == "SEAL#000000003 does not follow seal 2: another one stood before it"


def test_a_chain_that_was_made_anew_does_not_fit_its_anchor() -> None:
    shorter, _ = chain(10)
    assert verified(shorter, []).holds
    assert str(broken(shorter)) == "anchor of 2026-03-29 for seal 4 attests another seal 4 than there is"


def test_a_chain_that_was_cut_off_lacks_what_the_anchor_attests() -> None:
    cut, _ = chain(6)
    assert str(broken(cut)) == "SEAL#000000003 is missing"
    assert str(broken(chain(9)[0])) == "SEAL#000000004 is missing, which the anchor of 2026-03-29 for seal 4 attests"


def test_a_seal_of_another_program_or_with_nothing_in_it_is_no_link() -> None:
    empty = make_seal(PROGRAM, [], after=None, now=NOW)
    assert str(broken([dict(empty.item)], [])) == "SEAL#000000001 lists no records"


def test_a_record_in_two_seals_is_named() -> None:
    first = record(1).item
    one = make_seal(PROGRAM, [first], after=None, now=NOW)
    two = make_seal(PROGRAM, [first, record(2).item], after=one.link, now=NOW)
    items = [first, record(2).item, dict(one.item), dict(two.item), *one.marks, *two.marks[1:]]
    assert str(broken(items, [])) == "VERDICT#000001 is in seal 1 and again in seal 2"


def test_a_mark_without_a_seal_and_what_only_looks_like_a_seal_are_named() -> None:
    mark = {"program": PROGRAM, "key": "SEALED#VERDICT#9", "seal": 1}
    assert broken([*ITEMS, mark]) == Broken("SEALED#VERDICT#9", "marks a record that no seal has")
    assert broken([*ITEMS, {"program": PROGRAM, "key": "SEAL#9"}]) == Broken("SEAL#9", "is no seal of ours")


@pytest.mark.parametrize(("waited", "holds"), [(timedelta(minutes=59), True), (timedelta(minutes=61), False)])
def test_a_record_may_wait_an_hour_for_its_seal(waited: timedelta, holds: bool) -> None:  # noqa: FBT001
    items = [*ITEMS, record(90, at=NOW - waited).item, record(91, at=NOW).item]
    found = verified(items)
    assert (found.holds, found.unsealed) == (holds, 2)
    assert holds or str(found.broken) == (
        "VERDICT#000090 is unsealed since 2026-03-29T10:59:00+00:00: the sealer does not run"
    )


@pytest.mark.parametrize("at", [None, "yesterday", 7, "2026-03-29T10:59:00"])
def test_a_record_that_waits_and_does_not_say_since_when_is_named(at: object) -> None:
    assert broken([*ITEMS, {**record(90).item, "at": at}]).where == "VERDICT#000090"


@pytest.mark.parametrize(
    "key",
    [
        *(
            "",
            "bank",
            "bank/2026-03-28",
            "bank/2026-03-28/",
            "bank/2026-03-28/readme.txt",
            "bank/2026-02-30/" + "0" * 9,
        ),
        f"bank/2026-02-30/000000004-{'0' * 64}",
        f"bank/2026-03-28/4-{'0' * 64}",
        f"bank/2026-03-28/000000004-{'0' * 63}x",
        f"bank/2026-03-28/000000004-{'0' * 64}.json",
        f"a/bank/2026-03-28/000000004-{'0' * 64}",
        f"bank/2026-03-28/00000000٤-{'0' * 64}",
    ],
)
def test_a_name_that_the_sealer_never_writes_is_no_anchor(key: str) -> None:
    assert read_anchor(key) is None


def test_an_anchor_of_no_seal_is_named() -> None:
    nothing = Anchor(PROGRAM, NOW.date(), 0, bytes(32), "v1")
    assert str(broken(ITEMS, [*ANCHORS, nothing])) == "anchor of 2026-03-29 for seal 0 (version v1) attests no seal"


def test_every_version_of_an_anchor_has_to_agree() -> None:
    forged = Anchor(PROGRAM, NOW.date(), 2, bytes(32), "v2")
    assert broken(ITEMS, [*ANCHORS, forged]).where == "anchor of 2026-03-29 for seal 2 (version v2)"


@pytest.mark.parametrize(("days", "holds"), [(-20, False), (-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_an_anchor_that_was_not_put_there_on_its_day_is_named(days: int, holds: bool) -> None:  # noqa: FBT001
    """Beforehand, it would stand where the sealer wants to put that day's, and what is cut off later would not show."""
    written = NOW.date() + timedelta(days=days)
    anchor = replace(ANCHORS[0], copy="v1", written=written)
    found = verified(ITEMS, [anchor])
    assert found.holds == holds
    assert holds or str(found.broken) == f"anchor of 2026-03-29 for seal 4 (version v1) was put there on {written}"


@pytest.mark.parametrize(("waited", "holds"), [(timedelta(hours=2), True), (timedelta(hours=2, seconds=1), False)])
def test_a_seal_may_wait_two_hours_for_its_anchor(waited: timedelta, holds: bool) -> None:  # noqa: FBT001
    anchor_of_the_third = Anchor(PROGRAM, NOW.date(), 3, BY_KEY[SEALS[2]]["digest"])
    found = verified(ITEMS, [anchor_of_the_third], now=NOW + waited)
    assert found.holds == holds
    assert holds or str(found.broken) == (
        "SEAL#000000004 is in no anchor although one is due for every seal: it could be cut off unseen"
    )


def test_an_anchor_reads_as_it_was_written() -> None:
    [anchor] = ANCHORS
    assert read_anchor(anchor.key) == anchor


def test_of_several_broken_links_the_first_in_the_order_of_the_chain_is_named() -> None:
    """Later ones may follow from it: a record of the second seal, then the third seal itself."""
    spoiled: dict[str, Item] = {"VERDICT#000004": {"who": "nobody"}, SEALS[2]: {"n": 9}}
    assert broken([{**item, **spoiled.get(item["key"], {})} for item in ITEMS]).where == "VERDICT#000004"


def test_a_digest_in_a_seal_that_is_none_matches_no_record() -> None:
    seal = BY_KEY[SEALS[3]]
    for other in (None, "x", b"", bytes(31), 7):
        spoiled = {**seal, "records": dict.fromkeys(seal["records"], other)}
        spoiled["digest"] = digest({name: value for name, value in spoiled.items() if name != "digest"})
        assert broken([spoiled if item is seal else item for item in ITEMS], []).where in seal["records"]
