"""A member's verdicts and their contests, in memory, with what the audit knows of them."""

from dataclasses import dataclass, field, replace
from datetime import UTC

from ladder.domain.errors import Conflict
from ladder.domain.judging.evaluation import case_shown
from ladder.domain.message import Message
from ladder.domain.reviews.contest import MOST_A_DAY, Contest, StoredVerdict, contest_review
from tests.fakes.member_texts import MemoryMemberTexts
from tests.fakes.reviews import MemoryReviewQueue


@dataclass(slots=True)
class MemoryMemberVerdicts:
    """`stored`: by program, member and key; `last`: the keys of the last day; `audit`: contests, in their order."""

    stored: dict[tuple[str, str, str], StoredVerdict] = field(default_factory=dict)
    last: set[str] = field(default_factory=set)
    reviews: MemoryReviewQueue = field(default_factory=MemoryReviewQueue)
    texts: MemoryMemberTexts = field(default_factory=MemoryMemberTexts)
    contests: dict[tuple[str, str, str], Contest] = field(default_factory=dict)
    audit: list[Contest] = field(default_factory=list)

    def of(self, program: str, member: str) -> list[StoredVerdict]:
        mine = (stored for at, stored in self.stored.items() if at[:2] == (program, member))
        return [
            replace(stored, review=next(iter(self.reviews.find(program, [(member, stored.key)])), None))
            for stored in mine
        ]

    def latest(self, program: str, member: str) -> list[StoredVerdict]:
        return [stored for stored in self.of(program, member) if stored.key in self.last]

    def find(self, program: str, member: str, verdict: str) -> StoredVerdict | None:
        return next((stored for stored in self.of(program, member) if stored.key == verdict), None)

    def contest(self, stored: StoredVerdict, contest: Contest) -> Contest | None:
        at = contest.program, contest.member, contest.verdict
        if at in self.contests:
            return self.contests[at]
        day = contest.raised_at.astimezone(UTC).date()
        raised = [
            one.raised_at.astimezone(UTC).date() for (of, by, _), one in self.contests.items() if (of, by) == at[:2]
        ]
        if raised.count(day) >= MOST_A_DAY:
            raise Conflict(Message("judging.contests_used", {"most": MOST_A_DAY}))
        shown = case_shown(stored.key)
        case = self.texts.texts(contest.program, contest.member, [shown], now=contest.raised_at).get(shown, "")
        self.contests[at] = contest
        self.reviews.open(contest_review(stored, contest, case=case))
        self.audit.append(contest)
        return None
