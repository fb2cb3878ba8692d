"""Reviews: what a decision means, which terms are none for a kind, and who may decide what."""

from dataclasses import replace
from itertools import product
from typing import get_args

import pytest

from ladder.domain.activities.activity import (
    BADGE_GRANTED,
    CORRECTED,
    DENIED,
    POINTS_GRANTED,
    RELEASED,
    REVERSED,
    UPHELD,
    validation_error,
)
from ladder.domain.errors import NotAuthorized
from ladder.domain.message import Message
from ladder.domain.points.amendments import release
from ladder.domain.points.judged_badge import badge_grant
from ladder.domain.points.ledger import Entry
from ladder.domain.reviews.decisions import consequences, effects, terms_error
from ladder.domain.reviews.opening import (
    entry_review,
    sampled,
)
from ladder.domain.reviews.permissions import REQUIRED_ROLE, ROLES, Role, Staff, StaffAction, authorize
from ladder.domain.reviews.review import Action, Kind, Terms, review_id
from ladder.messages.render import render
from tests.builders.academy_events import passed
from tests.builders.reviews import APPROVE, BADGES, DISPUTE, ENTRY, HOLD, MEMBER, NOW, REJECT, REVIEWS, VERDICT, decided

FITTING: dict[tuple[str, str], Terms] = {
    ("verdict", "change"): Terms(action="change", badge="WRITER"),
    ("unjudged", "change"): Terms(action="change", badge="WRITER"),
    ("dispute", "approve"): Terms(action="approve", remedy="reverse"),
    **{(kind, "change"): Terms(action="change", attributes={"score": 9}) for kind in ("dispute", "audit", "peer")},
}
TYPES: dict[tuple[str, str], str | None] = {
    ("verdict", "approve"): BADGE_GRANTED,
    ("verdict", "change"): BADGE_GRANTED,
    ("unjudged", "approve"): BADGE_GRANTED,
    ("unjudged", "change"): BADGE_GRANTED,
    ("hold", "approve"): RELEASED,
    ("hold", "reject"): DENIED,
    ("dispute", "approve"): REVERSED,
    ("dispute", "change"): CORRECTED,
    ("audit", "change"): CORRECTED,
    ("audit", "reject"): REVERSED,
    ("peer", "change"): CORRECTED,
    ("peer", "reject"): REVERSED,
    ("grant", "approve"): POINTS_GRANTED,
}
IMPOSSIBLE = {(kind, "change") for kind in ("hold", "miss_streak", "link", "badge", "publication", "erasure", "grant")}


def test_every_kind_is_tried() -> None:
    assert set(REVIEWS) == set(get_args(Kind))


@pytest.mark.parametrize(("kind", "action"), list(product(get_args(Kind), get_args(Action))))
def test_a_decision_has_the_effect_of_its_kind_and_no_other(kind: str, action: str) -> None:
    terms = FITTING.get((kind, action), Terms(action=action))  # type: ignore[arg-type]
    review = REVIEWS[kind]
    if (kind, action) in IMPOSSIBLE:
        assert terms_error(review, replace(terms, attributes={"score": 9}), badges=BADGES)
        assert action not in consequences(review)
        return
    assert terms_error(review, terms, badges=BADGES) is None
    assert render(consequences(review)[terms.action])
    found = effects(decided(review, terms))
    wanted = TYPES.get((kind, action))
    assert [each.type for each in found] == ([wanted] if wanted else [])
    assert not any(map(validation_error, found))
    assert all(each.target == review.event for each in found if each.type not in {BADGE_GRANTED, POINTS_GRANTED})


@pytest.mark.parametrize("kind", get_args(Kind))
def test_the_same_decision_has_the_same_effect_and_none_before_it(kind: str) -> None:
    terms = FITTING.get((kind, "approve"), APPROVE)
    assert effects(REVIEWS[kind]) == ()
    assert effects(decided(REVIEWS[kind], terms)) == effects(decided(REVIEWS[kind], terms))


def test_what_waits_is_released_under_the_id_that_time_would_release_it_under() -> None:
    (released,) = effects(decided(HOLD, APPROVE))
    source, event = ENTRY.key
    assert (released.key, released.attributes["points"]) == (("ladder", f"release:{source}:{event}:50"), 50)
    by_the_clock = release(ENTRY.key, worth=50, reason=Message("points.released_in_time"), now=NOW)
    assert by_the_clock.key == released.key


def test_a_badge_is_granted_as_a_policy_would_grant_it() -> None:
    (grant,) = effects(decided(VERDICT, APPROVE))
    assert grant == badge_grant(badge="CHAMPION", case="c" * 32, verdict=VERDICT.subject, by="review", at=NOW)


def test_nobody_who_decided_is_named_to_the_member() -> None:
    for kind, action in TYPES:
        terms = FITTING.get((kind, action), Terms(action=action))  # type: ignore[arg-type]
        assert "anna" not in str(effects(decided(REVIEWS[kind], terms)))
        assert "looked at" not in str([each.id for each in effects(decided(REVIEWS[kind], terms))])


def test_a_disputed_hold_may_be_released() -> None:
    (released,) = effects(decided(DISPUTE, Terms(action="approve", remedy="release")))
    assert (released.type, released.target) == (UPHELD, ("academy", "e#1"))
    assert released.key == ("ladder", f"review:{DISPUTE.id}")


@pytest.mark.parametrize(
    ("kind", "terms", "code"),
    [
        ("verdict", Terms(action="change"), "badge_only_for_change"),
        ("verdict", Terms(action="change", badge="CHAMPION"), "badge_was_proposed"),
        ("verdict", Terms(action="change", badge="GENIUS"), "no_such_judged_badge"),
        ("verdict", Terms(action="approve", badge="WRITER"), "badge_only_for_change"),
        ("verdict", Terms(action="approve", remedy="release"), "badge_has_no_remedy"),
        ("verdict", Terms(action="reject", attributes={"a": 1}), "badge_has_no_remedy"),
        ("hold", Terms(action="approve", badge="WRITER"), "badge_not_proposed"),
        ("hold", Terms(action="approve", remedy="release"), "remedy_only_for_upheld_dispute"),
        ("dispute", APPROVE, "remedy_only_for_upheld_dispute"),
        ("dispute", Terms(action="reject", remedy="reverse"), "remedy_only_for_upheld_dispute"),
        ("dispute", Terms(action="change"), "attributes_only_for_change"),
        ("dispute", Terms(action="change", attributes={"id": "other"}), "identity_is_not_changed"),
        ("audit", Terms(action="approve", attributes={"a": 1}), "attributes_only_for_change"),
    ],
)
def test_terms_of_another_kind_are_refused_with_what_is_wrong(kind: str, terms: Terms, code: str) -> None:
    error = terms_error(REVIEWS[kind], terms, badges=BADGES)
    assert error
    assert error.code == f"reviews.{code}"


def test_a_badge_that_the_program_gave_up_is_not_granted_and_may_be_rejected() -> None:
    gone = Message("reviews.no_such_judged_badge", {"badge": "CHAMPION"})
    assert terms_error(VERDICT, APPROVE, badges=("WRITER",)) == gone
    assert terms_error(VERDICT, REJECT, badges=()) is None


def test_what_ladder_itself_reported_is_not_corrected() -> None:
    """A completed challenge, too: whoever could change it would say themselves how many points it pays."""
    for source in ("ladder", "rotation"):
        own = entry_review("audit", "academy", MEMBER, (source, "order:1"), now=NOW)
        error = terms_error(own, Terms(action="change", attributes={"points": 1_000_000}), badges=())
        assert error == Message("reviews.own_event_is_reversed")


def test_a_hold_says_what_waits_and_why_and_leaves_out_what_others_lost() -> None:
    reason = Message("points.reason", {"reason": "quality is not known yet"})
    assert (HOLD.summary["points"], HOLD.because) == ("50", (reason,))
    assert HOLD.event == ENTRY.key


@pytest.mark.parametrize(("per_thousand", "least", "most"), [(0, 0, 0), (100, 70, 130), (1000, 1000, 1000)])
def test_chance_draws_about_its_share_and_the_same_ones_each_time(per_thousand: int, least: int, most: int) -> None:
    paid = [replace(ENTRY, activity=passed(f"m{n}"), lines=(), points=5) for n in range(1000)]
    found = [[sampled("academy", MEMBER, each, per_thousand=per_thousand) for each in paid] for _ in range(2)]
    assert found[0] == found[1]
    assert least <= sum(found[0]) <= most


@pytest.mark.parametrize("entry", [ENTRY, replace(ENTRY, lines=(), points=0), replace(ENTRY, lines=(), points=-5)])
def test_what_waits_or_paid_nothing_is_not_drawn(entry: Entry) -> None:
    assert not sampled("academy", MEMBER, entry, per_thousand=1000)


def test_an_event_of_a_verdict_may_have_any_character() -> None:
    assert VERDICT.event == ("forum", "post#1")


def test_each_cause_has_an_id_of_its_own() -> None:
    told = [review_id(kind, *about) for kind in get_args(Kind) for about in (("a", "b"), ("ab", ""), ("a#b",))]
    assert len(set(told)) == len(told)
    assert all(len(each) == 32 for each in told)
    assert HOLD.address == f"{MEMBER}.{HOLD.id}"


@pytest.mark.parametrize(("act", "role"), list(product(get_args(StaffAction), ROLES)))
def test_a_role_may_do_what_it_is_for_and_what_lower_ones_are(act: StaffAction, role: Role) -> None:
    staff = Staff("anna", "academy", role, frozenset({MEMBER}), declared=True)
    if ROLES.index(role) < ROLES.index(REQUIRED_ROLE[act]):
        with pytest.raises(NotAuthorized, match=f"admin.role_required role={REQUIRED_ROLE[act]}"):
            authorize(staff, act)
    else:
        authorize(staff, act)


@pytest.mark.parametrize("act", ["assign", "decide", "open", "administer"])
def test_nobody_acts_in_their_own_case_whatever_their_role(act: StaffAction) -> None:
    with pytest.raises(NotAuthorized, match=r"admin\.own_case"):
        authorize(Staff("anna", "academy", "admin", frozenset({"other", MEMBER}), declared=True), act, member=MEMBER)
    authorize(Staff("anna", "academy", "admin", frozenset({"other"}), declared=True), act, member=MEMBER)
    authorize(Staff("anna", "academy", "admin", declared=True), act, member=MEMBER)


@pytest.mark.parametrize("act", get_args(StaffAction))
def test_nobody_decides_anything_before_they_said_who_they_are(act: StaffAction) -> None:
    """A second account that is linked to nobody would hide whose case it is."""
    undeclared = Staff("anna", "academy", "admin")
    if act in {"read", "declare"}:
        authorize(undeclared, act)
        return
    with pytest.raises(NotAuthorized, match=r"admin\.declare_first program=academy"):
        authorize(undeclared, act)


def test_one_may_read_their_own_case() -> None:
    authorize(Staff("anna", "academy", "viewer", frozenset({MEMBER})), "read", member=MEMBER)
