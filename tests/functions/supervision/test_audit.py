"""The audit as admins look something up in it: what was asked for, newest first, each with the seal that proves it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ladder.domain.audit.records import Record, private, reference
from ladder.domain.audit.seal import make_seal
from ladder.domain.message import Message, verbatim
from ladder.domain.reviews.staff_names import StaffNames
from supervision.show_audit import LOOKED_AT, AuditFilter, AuditPage, show_audit
from tests.fakes.audit import MemoryAudit

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
JO, KIM, SALT = "5e" * 16, "6f" * 16, b"salt of jo"
REVIEW = "ab" * 16
NAMES = StaffNames(lambda: {"0b9d3c1e-7a52-4f0e-9d8a-3c2b1a0f9e8d": "Rita"}, {JO: "Jo"})
GRANTED = Record(
    program="bank",
    key="ASKED#1",
    what="audit.points_granted",
    who="0b9d3c1e-7a52-4f0e-9d8a-3c2b1a0f9e8d",
    at=AT,
    why=Message("audit.id_moved"),
    about={"member": KIM, "points": 5},
)
DECIDED = private(
    Record(
        program="bank",
        key=f"REVIEW#{JO}.{REVIEW}",
        what="audit.review_approved",
        who="0b9d3c1e-7a52-4f0e-9d8a-3c2b1a0f9e8e",
        at=AT + timedelta(hours=1),
        why=verbatim("it is right"),
        about={"member": JO, "decision": REVIEW},
    ),
    SALT,
)
CONFIRMED = Record(
    program="bank", key="C#1", what="audit.task_confirmed", who=JO, at=AT + timedelta(hours=2),
    about={"member": KIM, "source": "crm", "event": "e1"},
)  # fmt: skip
NIGHT = Record(
    program="bank", key="ROTATION#2026-03-03#0001", what="audit.rotation_activated", who="schedule",
    at=AT + timedelta(hours=3), about={"rotation": "2026-03-03#0001", "program_version": 1},
)  # fmt: skip


def audit(*records: Record) -> MemoryAudit:
    stored = MemoryAudit()
    for record in records or (GRANTED, DECIDED, CONFIRMED, NIGHT):
        stored.record(record)
    return stored


def page(stored: MemoryAudit, wanted: AuditFilter, before: str | None = None) -> AuditPage:
    return show_audit("bank", wanted, before=before, audit=stored, names=NAMES)


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (AuditFilter(), [NIGHT.key, CONFIRMED.key, DECIDED.key, GRANTED.key]),
        (AuditFilter(member=JO), [CONFIRMED.key, DECIDED.key]),
        (AuditFilter(member=KIM), [CONFIRMED.key, GRANTED.key]),
        (AuditFilter(decision=f"{JO}.{REVIEW}", salt=SALT), [DECIDED.key]),
        (AuditFilter(decision=f"{KIM}.{REVIEW}", salt=SALT), []),
        (AuditFilter(decision=f"{JO}.{REVIEW}", salt=b"of somebody else"), []),
        (AuditFilter(night=date(2026, 3, 3)), [NIGHT.key]),
        (AuditFilter(night=date(2026, 3, 4)), []),
    ],
)
def test_a_page_has_what_was_asked_for_newest_first(wanted: AuditFilter, keys: list[str]) -> None:
    assert [record.key for record in page(audit(), wanted).records] == keys


def test_people_are_named_and_whoever_left_is_not() -> None:
    by_key = {record.key: record for record in page(audit(), AuditFilter()).records}
    assert by_key[GRANTED.key].by_name == "Rita"
    assert by_key[DECIDED.key].by_name is None
    assert by_key[CONFIRMED.key].by_name == "Jo"
    assert by_key[NIGHT.key].by_name == "schedule"
    assert by_key[DECIDED.key].about["decision"] == reference(REVIEW, SALT)
    assert (by_key[DECIDED.key].why, by_key[GRANTED.key].why) == (None, Message("audit.id_moved"))


def test_a_sealed_record_says_when_and_one_that_was_changed_after_it_says_so() -> None:
    stored = audit(GRANTED, DECIDED, NIGHT)
    sealed_at = AT + timedelta(hours=4)
    seal = make_seal("bank", [record.item for record in (GRANTED, DECIDED)], after=None, now=sealed_at)
    assert stored.seal(seal)
    stored.stored["bank", GRANTED.key]["about"]["points"] = 500
    by_key = {record.key: record.seal for record in page(stored, AuditFilter()).records}
    changed, whole = by_key[GRANTED.key], by_key[DECIDED.key]
    assert by_key[NIGHT.key] is None
    assert whole is not None
    assert (whole.number, whole.sealed_at, whole.unchanged) == (1, sealed_at, True)
    assert changed is not None
    assert not changed.unchanged
    stored.stored["bank", seal.item["key"]]["sealed_at"] = AT.isoformat()
    assert not any(record.seal.unchanged for record in page(stored, AuditFilter()).records if record.seal)


def test_a_page_looks_at_a_bounded_number_and_the_next_one_goes_on_where_it_ended() -> None:
    records = [replace(GRANTED, key=f"ASKED#{n}", at=AT + timedelta(seconds=n)) for n in range(LOOKED_AT + 20)]
    stored = audit(*records, replace(GRANTED, key="ASKED#twin", at=records[20].at))
    first = page(stored, AuditFilter(member=KIM))
    assert first.looked_at == LOOKED_AT + 1  # two of one moment are on one page
    rest = page(stored, AuditFilter(member=KIM), first.before)
    assert rest.before is None
    keys = [record.key for record in (*first.records, *rest.records)]
    assert sorted(keys) == sorted(record.key for record in (*records, replace(GRANTED, key="ASKED#twin")))


def test_what_somebody_spoiled_is_passed_over_and_breaks_no_page() -> None:
    stored = audit(GRANTED, NIGHT)
    stored.stored["bank", GRANTED.key]["about"] = "nothing"
    stored.stored["bank", NIGHT.key]["what"] = "now this"
    [record] = page(stored, AuditFilter()).records
    assert record.what == verbatim("now this")
