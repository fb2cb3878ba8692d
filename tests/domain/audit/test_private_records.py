"""The record of a member says nothing that somebody could guess once the member's salt is deleted with them."""

from dataclasses import replace
from hashlib import sha256

import pytest

from ladder.domain.activities.activity import Activity
from ladder.domain.audit.records import Record, private
from ladder.domain.message import Message, verbatim
from ladder.domain.points.disputes import Dispute, dispute_raised
from ladder.domain.points.ledger import event_refused
from ladder.domain.reviews.audit_records import requested, review_assigned, review_decided, review_opened
from ladder.domain.reviews.opening import entry_review
from ladder.domain.reviews.review import ReviewDecision, Terms, review_id
from tests.builders.reviews import NOW

JO = "5e" * 16
EVENT = "ticket-4711-Jo-Doe"
SALT, OTHER = bytes(range(16)), bytes(range(16, 32))
REVIEW = entry_review("peer", "academy", JO, ("crm", EVENT), now=NOW, opened_by="anna", reason="Jo Doe asked for it")
DISPUTED = Dispute(program="academy", member=JO, source="crm", id=EVENT, text="no", raised_at=NOW)
SENT = Activity(source="crm", id=EVENT, type="task.completed", occurred_at=NOW)
RECORDS = {
    "refused": event_refused("academy", JO, SENT, at=NOW),
    "disputed": dispute_raised(DISPUTED, salted=bytes(32)),
    "opened": review_opened(REVIEW, by="anna"),
    "assigned": review_assigned(REVIEW, "ben", by="anna", at=NOW),
    "decided": review_decided(
        REVIEW, ReviewDecision(terms=Terms(action="approve"), reason="fine", by="ben", at=NOW), salted=bytes(32)
    ),
    "revoked": requested(
        "academy",
        "Jo-Doe-4711",
        what="audit.entry_revoked",
        by="anna",
        why=verbatim("Jo Doe did not do it"),
        at=NOW,
        about={"member": JO, "source": "crm", "event": EVENT},
    ),
}
GUESSES = (
    EVENT,
    f"crm#{EVENT}",
    "Jo-Doe-4711",
    "Jo Doe asked for it",
    "Jo Doe did not do it",
    review_id("peer", "crm", EVENT),
)


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_a_record_holds_neither_ids_nor_reasons_nor_a_digest_that_anybody_could_make_of_them(record: Record) -> None:
    stored = str(private(record, SALT).item)
    for guess in GUESSES:
        assert guess not in stored
        assert sha256(guess.encode()).hexdigest()[:32] not in stored
    assert "Doe" not in stored


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)
def test_while_the_salt_exists_the_same_decision_is_the_same_record_and_no_other_member_s(record: Record) -> None:
    assert private(record, SALT) == private(record, SALT)
    assert private(record, SALT).key != private(record, OTHER).key
    assert private(record, SALT).key.partition("#")[0] == record.key.partition("#")[0]
    assert (private(record, SALT).member, private(record, SALT).at) == (JO, NOW)


def test_four_refusals_of_one_event_stay_four_and_no_more() -> None:
    refused = [
        private(event_refused("academy", JO, replace(SENT, attributes={"n": number}), at=NOW), SALT).key
        for number in range(200)
    ]
    assert len(set(refused)) == 4


def test_the_reason_of_a_rule_and_records_of_no_member_stay_as_they_are() -> None:
    judged = Record(
        program="academy", key="VERDICT#v1", what="audit.case_judged", who="m", at=NOW, why=Message("judging.no_proof"),
        about={"member": JO, "decision": "v1"},
    )  # fmt: skip
    assert private(judged, SALT).why == judged.why
    published = Record(
        program="academy", key="PUBLISHED#000001", what="audit.program_published", who="anna", at=NOW,
        why=verbatim("a new rule"),
    )  # fmt: skip
    assert private(published, SALT) == published
