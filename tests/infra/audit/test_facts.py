"""What was decided about a member and has no record in the audit, or another one, is named."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from infra.cli.audit.facts import facts_of, program_facts, unrecorded
from infra.cli.ledger.members import MemberKey
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.ledger import to_item
from ladder.adapters.dynamodb.review_items import decision, decision_digest, opened
from ladder.adapters.dynamodb.reviews import granted
from ladder.adapters.dynamodb.table import iso
from ladder.domain.activities.activity import (
    BADGE_GRANTED,
    LADDER,
    POINTS_GRANTED,
    RELEASED,
    Activity,
)
from ladder.domain.audit.records import Record, private
from ladder.domain.members.objections import objection_recorded
from ladder.domain.message import verbatim
from ladder.domain.points.amendments import release, reversal
from ladder.domain.points.ledger import Entry
from ladder.domain.points.task_confirmations import TaskConfirmation, confirmation_record
from ladder.domain.reviews.audit_records import (
    id_linked,
    id_unlinked,
    requested,
    review_decided,
    review_opened,
    staff_declared,
)
from ladder.domain.reviews.decisions import effects
from ladder.domain.reviews.opening import entry_review
from ladder.domain.reviews.review import ReviewDecision, Terms
from progress.confirm import CONFIRMED
from tests.builders.reviews import APPROVE, DISPUTE, HOLD, MEMBER, NOW, REJECT, REVIEWS, VERDICT

PROGRAM = "academy"
DECIDED = ReviewDecision(terms=APPROVE, reason="I read it", by="anna", at=NOW)
SALT = bytes(range(16))


def entry(activity: Activity) -> dict[str, Any]:
    recorded = Entry(activity=activity, program_version=1, lines=(), points=0, spent=0, held=0, recorded_at=NOW)
    return dict(to_item(keys.member(PROGRAM, MEMBER), recorded))


def ours(kind: str, event: str, **attributes: Any) -> Activity:
    return Activity(source=LADDER, id=event, type=kind, occurred_at=NOW, attributes=attributes)


def review(of: Any = VERDICT, terms: Terms = APPROVE) -> tuple[dict[str, Any], Record]:
    decided = replace(DECIDED, terms=terms)
    item = {**opened(of).item, **decision(decided, SALT)}
    return item, review_decided(of, decided, salted=decision_digest(item))


def asked(request: str, what: str, **about: Any) -> Record:
    return requested(
        PROGRAM, request, what=what, by="anna", why=verbatim("a reason"), at=NOW, about={"member": MEMBER, **about}
    )


PERSON = MemberKey(PROGRAM, MEMBER)


def named(items: list[Mapping[str, Any]], *records: Record) -> list[str]:
    """The facts without a record that agrees, where the audit has these, as it stores them."""
    facts = [fact for item in items for fact in facts_of(item)]
    stored = [private(record, SALT).item for record in records]
    return [str(broken) for broken in unrecorded(facts, PROGRAM, stored, {PERSON: SALT})]


POINTS = entry(ours(POINTS_GRANTED, "grant:r1", points=50, by="admin", reason="a reason"))
OF_POINTS = asked("r1", "audit.points_granted", points=50)
[BADGE_EFFECT] = effects(replace(VERDICT, decided=DECIDED))
[HOLD_EFFECT] = effects(replace(HOLD, decided=DECIDED))
REVOKED = entry(reversal(("lms", "e1"), reason="wrong", actor="admin", now=NOW))
OF_REVOKED = asked("r2", "audit.entry_revoked", source="lms", event="e1")


@pytest.mark.parametrize(
    ("item", "record"),
    [
        (POINTS, OF_POINTS),
        (
            entry(ours(BADGE_GRANTED, "grant:r3", badge="GUIDE", tier=2)),
            asked("r3", "audit.badge_granted", badge="GUIDE", tier=2),
        ),
        review(),
        review(HOLD, REJECT),
        (entry(BADGE_EFFECT), review()[1]),
        (entry(HOLD_EFFECT), review(HOLD)[1]),
        (REVOKED, OF_REVOKED),
    ],
    ids=["points", "badge", "review", "hold", "badge of a review", "release of a review", "revocation"],
)
def test_a_decision_holds_with_its_record_and_is_named_without_it(item: Mapping[str, Any], record: Record) -> None:
    assert named([item], record) == []
    [missing] = named([item])
    assert missing.endswith(f"of member {MEMBER} has no record in the audit")


def test_a_grant_of_other_points_than_its_record_says_is_named() -> None:
    more = entry(ours(POINTS_GRANTED, "grant:r1", points=5_000, by="admin", reason="a reason"))
    assert named([more], OF_POINTS) == [
        f"the entry ladder#grant:r1 of member {MEMBER} differs from its record {private(OF_POINTS, SALT).key}"
    ]


def test_a_release_or_a_change_of_other_points_than_somebody_saw_is_named() -> None:
    seen = replace(DECIDED, terms=Terms(action="approve", remedy="release"), seen={"points": 50})
    changed = replace(
        DECIDED, terms=Terms(action="change", attributes={"score": 9}), seen={"settled": 50, "released": 20}
    )
    for of, decided in ((HOLD, DECIDED), (DISPUTE, seen), (DISPUTE, changed)):
        record = review_decided(of, decided, salted=b"")
        (made,) = effects(replace(of, decided=decided))
        assert named([entry(made)], record) == []
        for name in made.attributes.keys() & {"points", "settled", "released"}:
            forged = replace(made, attributes={**made.attributes, name: 5_000})
            assert len(named([entry(forged)], record)) == 1


def test_a_grant_with_the_record_of_somebody_elses_is_named() -> None:
    other = asked("r1", "audit.points_granted", points=50)
    other = replace(other, about={**other.about, "member": "6f" * 16})
    assert named([POINTS], other) != []


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "nobody read it"},
        {"decided_by": "eve"},
        {"decided_at": (NOW + timedelta(days=1)).isoformat()},
        {"terms": '{"action": "reject", "badge": null, "remedy": null, "attributes": {}}'},
    ],
    ids=["reason", "who", "when", "terms"],
)
def test_a_decision_that_was_changed_after_it_was_recorded_is_named(change: dict[str, str]) -> None:
    item, record = review()
    [broken] = named([{**item, **change}], record)
    assert broken.startswith("the decision of review")
    assert "differs from its record" in broken


def test_a_badge_by_policy_needs_a_verdict_that_grants() -> None:
    granted = entry(ours(BADGE_GRANTED, "badge:PERSEVERANCE:c1", badge="PERSEVERANCE", verdict="v1", by="policy"))
    verdict = Record(
        program=PROGRAM,
        key="VERDICT#v1",
        what="audit.case_judged",
        who="a model",
        at=NOW,
        about={"member": MEMBER, "decision": "v1", "outcome": "grant"},
    )
    assert named([granted], verdict) == []
    assert named([granted], replace(verdict, about={**verdict.about, "outcome": "review"})) != []
    assert named([granted]) != []


def test_points_in_ladders_name_under_an_id_that_it_never_writes_are_named() -> None:
    assert named([entry(ours(POINTS_GRANTED, "gift", points=50))], OF_POINTS) != []


def test_a_release_by_the_clock_needs_no_record_and_neither_does_what_sources_send() -> None:
    reason = '{"code": "points.released_by_time", "parameters": {"days": 14}}'
    clock = ours(RELEASED, "release:lms#e1", source="lms", id="e1", reason=reason)
    sent = Activity(source="lms", id="e1", type="learner.completed_module", occurred_at=NOW)
    assert named([entry(clock), entry(sent)]) == []


def test_of_an_erased_member_nothing_is_compared() -> None:
    erased = Record(
        program=PROGRAM,
        key=f"ERASED#{MEMBER}",
        what="audit.member_erased",
        who="anna",
        at=NOW,
        about={"member": MEMBER},
    )
    assert named([POINTS], erased) == []


def test_another_programs_record_is_none_of_ours() -> None:
    facts = [*facts_of(POINTS)]
    assert unrecorded(facts, "bank", [], {}) == []
    assert len(unrecorded(facts, PROGRAM, [], {})) == 1


LINK = {"pk": keys.member(PROGRAM, MEMBER), "sk": keys.identity("5f" * 32), "source": "lms", "linked_at": iso(NOW)}
UNLINKED = {**LINK, "unlinked_at": iso(NOW + timedelta(hours=1))}
OF_LINK = id_linked(PROGRAM, MEMBER, "lms", number=3, by="anna", at=NOW)
OF_UNLINKED = id_unlinked(PROGRAM, MEMBER, "lms", by="anna", why=verbatim("Jo left"), at=NOW + timedelta(hours=1))
RELIEF = next(granted(replace(REVIEWS["miss_streak"], decided=DECIDED))).item
ERASED = {"pk": keys.member(PROGRAM, MEMBER), "sk": keys.STATE, "erased_at": iso(NOW)}
OF_ERASED = Record(
    program=PROGRAM, key=f"ERASED#{MEMBER}", what="audit.member_erased", who="anna", at=NOW, about={"member": MEMBER}
)
OBJECTED = {"pk": keys.objections(PROGRAM, "judging"), "sk": MEMBER, "objects": True, "since": iso(NOW)}
DECLARED = {"pk": keys.staff(PROGRAM, "anna"), "sk": keys.DECLARATION, "version": 2, "member": MEMBER}
OPENED = entry_review("peer", PROGRAM, MEMBER, ("lms", "e1"), now=NOW, opened_by="anna", reason="Jo asked for it")


@pytest.mark.parametrize(
    ("item", "records"),
    [
        (LINK, [OF_LINK]),
        (UNLINKED, [OF_LINK, OF_UNLINKED]),
        (RELIEF, [review(REVIEWS["miss_streak"])[1]]),
        (ERASED, [OF_ERASED]),
        (DECLARED, [staff_declared(PROGRAM, "anna", MEMBER, times=2, at=NOW)]),
        (dict(opened(OPENED).item), [review_opened(OPENED, by="anna")]),
        (OBJECTED, [objection_recorded(PROGRAM, MEMBER, "judging", objects=True, at=NOW)]),
    ],
    ids=[
        "link",
        "unlinked",
        "easier challenges",
        "erasure",
        "declaration",
        "review that somebody asked for",
        "objection",
    ],
)
def test_what_was_decided_beside_points_holds_with_its_records_and_is_named_without_one(
    item: Mapping[str, Any], records: list[Record]
) -> None:
    assert named([item], *records) == []
    assert len(named([item], *records[:-1])) == 1
    another = replace(records[-1], at=NOW + timedelta(days=2), about={**records[-1].about, "member": "6f" * 16})
    assert len(named([item], *records[:-1], another)) == 1


def published(version: int, text: str = "{}", **by: str) -> dict[str, Any]:
    return {"pk": PROGRAM, "sk": keys.config(version), "program": text, **by}


def test_a_version_that_differs_from_what_its_record_says_or_has_none_is_named() -> None:
    record = Record(
        program=PROGRAM,
        key=keys.config(2).replace("CONFIG", "PUBLISHED"),
        what="audit.program_published",
        who="anna",
        at=NOW,
        digest=sha256(b"{}").digest(),
    ).item
    begins = published(1)  # a local stage asks nobody
    good, slipped_in = published(2, by="anna"), published(3)
    for items, broken in (
        ([begins, good], []),
        ([begins, published(2, "{ }", by="anna")], ["version 2 differs from its record PUBLISHED#000002"]),
        ([begins, good, slipped_in], ["version 3 has no record in the audit"]),
    ):
        assert [str(one) for one in unrecorded(program_facts(PROGRAM, items), PROGRAM, [record], {})] == broken


def test_what_a_colleague_confirmed_has_their_record_and_a_forged_word_of_one_has_none() -> None:
    confirmation = TaskConfirmation(
        program=PROGRAM,
        member=MEMBER,
        event=("lms", "e1"),
        worth=50,
        by="b" * 32,
        day=NOW.date(),
        at=NOW,
        flagged=False,
    )
    item = entry(release(("lms", "e1"), worth=50, reason=CONFIRMED, now=NOW))
    assert named([item], confirmation_record(confirmation)) == []
    assert len(named([item])) == 1
    for other in (replace(confirmation, event=("lms", "e2")), replace(confirmation, worth=40)):
        assert len(named([item], confirmation_record(other))) == 1


def test_a_grant_of_two_has_the_record_of_its_review_with_the_points() -> None:
    item, record = review(REVIEWS["grant"])
    (given,) = effects(replace(REVIEWS["grant"], decided=DECIDED))
    opened_by = review_opened(REVIEWS["grant"], by="ole")
    assert named([item, entry(given)], record, opened_by) == []
    more = replace(given, attributes={**given.attributes, "points": 5_000})
    assert len(named([entry(more)], record)) == 1
    assert len(named([entry(given)])) == 1
