"""A member's verdicts and their contests: in memory and in DynamoDB the same promises."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from infra.cli.audit.facts import facts_of
from ladder.adapters.dynamodb.disputes import DynamoDisputes
from ladder.adapters.dynamodb.member_verdicts import DynamoMemberVerdicts
from ladder.adapters.dynamodb.personal_data import DynamoErasures
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.adapters.dynamodb.table import decode
from ladder.adapters.dynamodb.verdicts import DynamoMemberTexts, DynamoVerdicts
from ladder.domain.audit.records import private_key, reference
from ladder.domain.errors import Conflict, MemberErased
from ladder.domain.judging.evaluation import CONTEST_DAYS, Decision, EvaluationRequest, Lease, case_shown
from ladder.domain.message import Message
from ladder.domain.reviews.contest import MOST_A_DAY, Contest, StoredVerdict
from ladder.domain.reviews.ports import MemberVerdicts
from ladder.domain.reviews.review import Review, ReviewDecision, Terms
from tests.builders.stores import Tables
from tests.builders.verdicts import ASKED, NOW, RULING
from tests.fakes.member_verdicts import MemoryMemberVerdicts

NO = replace(RULING, verdict=None, decision=Decision("nothing", Message("judging.no_badge_proposed")))
SECRET = "why I am right, in words of my own"
SHOWN = "what the model was shown"


@dataclass(frozen=True, slots=True)
class JudgedMember:
    verdicts: MemberVerdicts
    judged: Callable[[EvaluationRequest], object]  # with a "no"
    reviews: Any

    def raised(self, key: str = ASKED.key, text: str = SECRET, *, days: float = 0) -> Contest | None:
        stored = self.verdicts.find("bank", "m", key)
        assert stored
        raised_at = NOW + timedelta(days=days)
        contest = Contest(program="bank", member="m", verdict=key, text=text, raised_at=raised_at)
        return self.verdicts.contest(stored, contest)

    def review(self, key: str = ASKED.key) -> Review:
        (review,) = self.reviews.find("bank", [("m", key)])
        found: Review = review
        return found


@pytest.fixture(params=["memory", "dynamodb"])
def member(request: pytest.FixtureRequest) -> JudgedMember:
    if request.param == "memory":
        memory = MemoryMemberVerdicts()

        def remember(asked: EvaluationRequest) -> None:
            memory.stored["bank", asked.member, asked.key] = StoredVerdict(
                key=asked.key, badge=asked.badge, case=asked.case, event=asked.event, result=NO
            )
            memory.last = {asked.key}
            memory.texts.save("bank", asked.member, case_shown(asked.key), SHOWN, until=NOW + CONTEST_DAYS)

        return JudgedMember(memory, remember, memory.reviews)
    tables: Tables = request.getfixturevalue("tables")
    stored = DynamoVerdicts(tables.table(), audit=tables.audit)

    def judge(asked: EvaluationRequest) -> None:
        lease = stored.claim(
            replace(asked, daily_cases=9, daily_tokens=10**6, member_tokens=10**6), now=NOW, lease_seconds=9
        )
        assert isinstance(lease, Lease)
        stored.record(lease, NO)
        DynamoMemberTexts(tables.table()).save(
            "bank", asked.member, case_shown(asked.key), SHOWN, until=NOW + CONTEST_DAYS
        )

    queue = DynamoReviewQueue(tables.table(), audit=tables.audit)
    return JudgedMember(DynamoMemberVerdicts(tables.table(), audit=tables.audit), judge, queue)


def test_a_verdict_is_read_with_what_it_was_about_and_by_nobody_else(member: JudgedMember) -> None:
    member.judged(ASKED)
    expected = StoredVerdict(key=ASKED.key, badge="CHAMPION", case=ASKED.case, event=("forum", "p#1"), result=NO)
    assert member.verdicts.of("bank", "m") == [expected]
    assert member.verdicts.find("bank", "m", ASKED.key) == expected
    assert member.verdicts.find("bank", "n", ASKED.key) is None
    assert (member.verdicts.of("bank", "n"), member.verdicts.latest("bank", "n")) == ([], [])


def test_the_latest_are_those_of_the_last_day_on_which_anything_was_judged(member: JudgedMember) -> None:
    tomorrow = replace(ASKED, criteria="k2", day=ASKED.day + timedelta(days=1))
    member.judged(ASKED)
    member.judged(tomorrow)
    assert [stored.key for stored in member.verdicts.latest("bank", "m")] == [tomorrow.key]
    assert len(member.verdicts.of("bank", "m")) == 2


def test_a_contest_opens_one_review_with_the_case_as_it_was_shown_and_its_words_once(member: JudgedMember) -> None:
    member.judged(ASKED)
    assert member.raised() is None
    again = member.raised(text="other words", days=1)
    assert again is not None
    assert (again.text, again.raised_at) == (SECRET, NOW)
    review = member.review()
    assert (review.kind, review.subject, review.status) == ("verdict", ASKED.key, "open")
    assert (review.summary["text"], review.summary["contest"]) == (SHOWN, SECRET)
    assert (review.summary["badge"], review.summary["case"], review.event) == ("CHAMPION", ASKED.case, ("forum", "p#1"))
    assert review.because[0] == Message("judging.contested")
    stored = member.verdicts.find("bank", "m", ASKED.key)
    assert stored
    assert stored.state == "waiting"
    decision = ReviewDecision(terms=Terms(action="approve"), reason="right", by="rita", at=NOW)
    assert member.reviews.decide(review, decision)
    decided = member.verdicts.find("bank", "m", ASKED.key)
    assert decided
    assert decided.state == "given"


def test_what_was_shown_is_gone_after_the_days_in_which_a_verdict_can_be_contested(member: JudgedMember) -> None:
    member.judged(ASKED)
    member.raised(days=CONTEST_DAYS.days)
    assert member.review().summary["text"] == ""


def test_a_member_contests_so_many_verdicts_a_day_and_goes_on_the_next(member: JudgedMember) -> None:
    asked = [replace(ASKED, criteria=f"k{number}") for number in range(MOST_A_DAY + 1)]
    for one in asked:
        member.judged(one)
    for one in asked[:-1]:
        assert member.raised(one.key) is None
    with pytest.raises(Conflict, match="contests_used"):
        member.raised(asked[-1].key)
    assert member.raised(asked[0].key) is not None  # what stands is told again
    assert member.raised(asked[-1].key, days=1) is None


def test_the_audit_has_the_contest_and_none_of_its_words(tables: Tables) -> None:
    verdicts = DynamoVerdicts(tables.table(), audit=tables.audit)
    verdicts.record(ASKED, NO)
    members = DynamoMemberVerdicts(tables.table(), audit=tables.audit)
    (stored,) = members.of("bank", "m")
    members.contest(stored, Contest(program="bank", member="m", verdict=ASKED.key, text=SECRET, raised_at=NOW))
    records = [decode(item) for item in tables.client.scan(TableName=tables.audit)["Items"]]
    (record,) = [item for item in records if item["what"] == "audit.verdict_contested"]
    items = [decode(item) for item in tables.client.scan(TableName=tables.programs)["Items"]]
    (salt,) = [item["salt"] for item in items if item["sk"] == "SALT"]
    assert (record["who"], record["about"]) == ("m", {"member": "m", "decision": reference(ASKED.key, salt)})
    assert SECRET not in str(records)
    (contest,) = [item for item in items if item["sk"].startswith("CONTEST#")]
    (fact,) = facts_of(contest)
    by_domain_names = {"program": record.pop("pk"), "key": record.pop("sk"), **record}
    assert private_key(fact.record, salt) == by_domain_names["key"]
    assert fact.agrees(by_domain_names, salt)
    (changed,) = facts_of({**contest, "text": "what I never said"})
    assert not changed.agrees(by_domain_names, salt)


def test_nothing_is_contested_by_or_kept_of_somebody_who_was_erased(tables: Tables) -> None:
    DynamoVerdicts(tables.table(), audit=tables.audit).record(ASKED, NO)
    members = DynamoMemberVerdicts(tables.table(), audit=tables.audit)
    (stored,) = members.of("bank", "m")
    contest = Contest(program="bank", member="m", verdict=ASKED.key, text=SECRET, raised_at=NOW)
    members.contest(stored, contest)
    erasures = DynamoErasures(tables.table(), tables.table())
    erasures.close("bank", "m", at=NOW)
    erasures.forget("bank", "m", user=None)
    assert SECRET not in str(tables.client.scan(TableName=tables.programs)["Items"])
    with pytest.raises(MemberErased):
        members.contest(stored, contest)


def test_a_contest_is_no_dispute_of_an_entry(tables: Tables) -> None:
    DynamoVerdicts(tables.table(), audit=tables.audit).record(ASKED, NO)
    members = DynamoMemberVerdicts(tables.table(), audit=tables.audit)
    (stored,) = members.of("bank", "m")
    members.contest(stored, Contest(program="bank", member="m", verdict=ASKED.key, text=SECRET, raised_at=NOW))
    assert DynamoDisputes(tables.table(), audit=tables.audit).of("bank", "m") == []
