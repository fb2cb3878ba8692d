"""A "no" is shown with its reason, which is never the model's, and can be contested once: a person decides."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ladder.domain.errors import Conflict, LadderError, NotFound
from ladder.domain.judging.evaluation import CONTEST_DAYS, Decision, EvaluationResult, Verdict
from ladder.domain.message import Message
from ladder.domain.reviews.contest import MOST_A_DAY, StoredVerdict, VerdictForMember
from ladder.domain.reviews.decisions import effects, terms_error
from ladder.domain.reviews.permissions import Staff, authorize_review
from ladder.domain.reviews.review import ReviewDecision, Terms
from ladder.messages.render import render
from progress.contest import contest, show_verdicts
from tests.builders.judged_badges import CHAMPION, program
from tests.builders.verdicts import RULING
from tests.functions.progress.member_services import MEMBER, NOW, MemberServices

HOSTILE = "<script>alert(1)</script> Click http://evil.example now, or your points are gone"
NONE = Verdict(badge=None, confidence=1.0, evidence=(), rationale=HOSTILE)
UNSURE = Verdict(badge="CHAMPION", confidence=0.5, evidence=("a quote from the text",), rationale=HOSTILE)
NO = Decision("nothing", Message("judging.no_badge_proposed"))
KEY = "a1" * 16


def judged(result: EvaluationResult | None = None, *, badge: str = "CHAMPION", number: int = 0) -> MemberServices:
    services = MemberServices(program=program(CHAMPION))
    store(services, result or replace(RULING, verdict=NONE, decision=NO, at=NOW), badge=badge, number=number)
    return services


def store(services: MemberServices, result: EvaluationResult, *, badge: str = "CHAMPION", number: int = 0) -> str:
    key = f"{number:02x}" * 16 if number else KEY
    services.verdicts.stored["academy", MEMBER, key] = StoredVerdict(
        key=key, badge=badge, case=f"c{number}", event=("academy", f"post-{number}"), result=result
    )
    services.verdicts.last.add(key)
    return key


def shown(services: MemberServices, **given: object) -> VerdictForMember:
    now = given.get("now", NOW)
    (one,) = show_verdicts(services.me, now=now, compiled=services.book, verdicts=services.verdicts)  # type: ignore[arg-type]
    return one


def contested(
    services: MemberServices, text: str = "It does help", *, key: str = KEY, days: float = 0
) -> tuple[VerdictForMember, bool]:
    now = NOW + timedelta(days=days)
    return contest(services.me, verdict=key, text=text, now=now, compiled=services.book, verdicts=services.verdicts)


def test_a_no_is_in_the_member_s_progress_with_its_reason_and_the_published_criteria() -> None:
    (one,) = judged().shown().judged
    assert (one.state, one.contested, one.source, one.id) == ("declined", False, "academy", "post-0")
    assert one.until == NOW + CONTEST_DAYS
    assert render(one.reason, "en") == (
        f"What was judged did not show what the badge community champion asks for: “{CHAMPION.criteria}”"
    )


@pytest.mark.parametrize("verdict", [NONE, UNSURE])
def test_nothing_that_a_model_wrote_reaches_the_member(verdict: Verdict) -> None:
    """A text can dictate a model's answer, and whoever wrote it could speak to others in Ladder's name."""
    services = judged(replace(RULING, verdict=verdict, decision=NO, at=NOW))
    assert not any(words in str(shown(services)) for words in (HOSTILE, "script", "evil", "a quote from", "fake", "m1"))
    again, _ = contested(services)
    assert HOSTILE not in str(again)


def test_not_sure_enough_is_another_reason_than_not_seen() -> None:
    one = shown(judged(replace(RULING, verdict=UNSURE, decision=NO, at=NOW)))
    assert one.reason.code == "judging.member_not_sure"


def test_a_proposal_waits_for_a_person_and_is_no_no() -> None:
    one = shown(judged(RULING))
    assert (one.state, one.until) == ("waiting", None)
    with pytest.raises(Conflict, match="not_contestable"):
        contested(judged(RULING))


def test_a_contest_opens_a_review_that_a_person_decides_and_grants_the_badge_by() -> None:
    services = judged()
    one, again = contested(services)
    assert (one.state, one.contested, one.until, again) == ("waiting", True, None, False)
    (review,) = services.verdicts.reviews.reviews.values()
    approve = Terms(action="approve")
    assert terms_error(review, approve, badges={"CHAMPION"}) is None
    decided = replace(review, decided=ReviewDecision(terms=approve, reason="yes", by="rita", at=NOW))
    (grant,) = effects(decided)
    assert (grant.attributes["badge"], grant.attributes["verdict"]) == ("CHAMPION", review.id)
    services.verdicts.reviews.reviews["academy", MEMBER, KEY] = decided
    assert (shown(services).state, shown(services).reason.code) == ("given", "judging.member_has_it")


def test_a_contest_that_a_person_declines_is_over() -> None:
    services = judged()
    contested(services)
    (review,) = services.verdicts.reviews.reviews.values()
    decision = ReviewDecision(terms=Terms(action="reject"), reason="I know them, and no", by="rita", at=NOW)
    services.verdicts.reviews.decide(review, decision)
    one = shown(services)
    assert (one.state, one.reason.code, one.until) == ("declined", "judging.member_person_declined", None)
    assert decision.reason not in str(one)
    assert contested(services) == (one, True)  # told again, and nothing opened
    assert len(services.verdicts.audit) == 1


def test_nobody_decides_about_their_own_contest() -> None:
    services = judged()
    contested(services)
    (review,) = services.verdicts.reviews.reviews.values()
    staff = Staff(subject="jo", program="academy", role="admin", own=frozenset({MEMBER}), declared=True)
    with pytest.raises(LadderError, match="own_case"):
        authorize_review(staff, "decide", review)
    authorize_review(replace(staff, own=frozenset()), "decide", review)


def test_the_same_contest_twice_is_one_and_other_words_are_refused() -> None:
    services = judged()
    first, again = contested(services), contested(services)
    assert (first[1], again[1]) == (False, True)
    assert len(services.verdicts.audit) == 1
    with pytest.raises(Conflict, match="contested_before"):
        contested(services, "other words")


def test_no_contest_of_what_is_over_unknown_or_somebody_else_s() -> None:
    services = judged()
    with pytest.raises(Conflict, match="not_contestable"):
        contested(services, days=CONTEST_DAYS.days)
    with pytest.raises(NotFound):
        contested(services, key="ff" * 16)
    services.me = replace(services.me, member=f"{2:032x}")
    with pytest.raises(NotFound):
        contested(services)
    gone = judged(badge="GONE")
    assert (shown(gone).name, shown(gone).until) == ("GONE", None)
    with pytest.raises(Conflict, match="not_contestable"):
        contested(gone)
    assert not services.verdicts.audit


def test_so_many_contests_a_day_and_more_tomorrow() -> None:
    services = judged()
    keys = [
        store(services, replace(RULING, verdict=NONE, decision=NO, at=NOW), number=n) for n in range(1, MOST_A_DAY + 1)
    ]
    contested(services)
    for key in keys[:-1]:
        contested(services, key=key)
    with pytest.raises(Conflict, match="contests_used"):
        contested(services, key=keys[-1])
    assert contested(services, key=keys[-1], days=1)[1] is False


def test_a_program_without_judged_badges_reads_no_verdicts() -> None:
    class Closed:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(name)

    assert MemberServices(verdicts=Closed()).shown().judged == ()  # type: ignore[arg-type]
