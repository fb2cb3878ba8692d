"""A verdict as its member reads it, and the contest of a "no": once, within a time, and so many a day.

A member never reads what a model wrote: whoever can dictate a model's answer could speak to them by it. They read a
reason of ours and the published criteria. A contest opens the review that a proposal would have opened, so a person
decides, under the same id, and grants the badge or does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from ladder.domain.activities.activity import Key
from ladder.domain.audit.records import Record
from ladder.domain.judging.evaluation import CONTEST_DAYS, EvaluationResult, Outcome
from ladder.domain.message import Message
from ladder.domain.points.judged_badge import JudgedBadge
from ladder.domain.reviews.review import Review

MOST_A_DAY = 3  # contests of one member (UTC)
LONGEST_CONTEST = 1_000  # characters of what the member says

type State = Literal["waiting", "given", "declined"]

STATES: Mapping[Outcome, State] = {"grant": "given", "review": "waiting", "nothing": "declined"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVerdict:
    """A result with what it was about. `review`: the one that it, or its contest, opened."""

    key: str
    badge: str
    case: str
    event: Key | None  # None: it was stored before events were
    result: EvaluationResult
    review: Review | None = None

    @property
    def state(self) -> State:
        if self.review and self.review.decided:
            return "declined" if self.review.decided.terms.action == "reject" else "given"
        if self.review and self.review.status == "open":
            return "waiting"
        return STATES[self.result.decision.outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One for each verdict at most. `text`: why the member thinks that it is wrong."""

    program: str
    member: str
    verdict: str
    text: str
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictForMember:
    """`verdict`: its id, to contest it by. `until`: the moment until which it can be contested; None where it cannot.

    `source` and `id`: the entry that it was about.
    """

    verdict: str
    badge: str
    name: str
    source: str | None
    id: str | None
    at: datetime
    state: State
    reason: Message
    contested: bool
    until: datetime | None


def for_member(stored: StoredVerdict, badge: JudgedBadge | None, *, now: datetime) -> VerdictForMember:
    """Return the verdict as its member reads it. `badge` None: the program has it no longer."""
    state, contested = stored.state, stored.result.decision.outcome == "nothing" and stored.review is not None
    names = {"badge": badge.name if badge else stored.badge, "criteria": badge.criteria if badge else ""}
    reason = Message("judging.member_waits", names)
    if state == "given":
        reason = Message("judging.member_has_it", names)
    elif state == "declined" and stored.review:
        reason = Message("judging.member_person_declined", names)
    elif state == "declined":
        unsure = stored.result.verdict is not None and stored.result.verdict.badge is not None
        reason = Message("judging.member_not_sure" if unsure else "judging.member_not_seen", names)
    until = stored.result.at + CONTEST_DAYS
    open_to_contest = badge is not None and state == "declined" and stored.review is None and now < until
    source, event = stored.event or (None, None)
    return VerdictForMember(
        verdict=stored.key,
        badge=stored.badge,
        name=names["badge"],
        source=source,
        id=event,
        at=stored.result.at,
        state=state,
        reason=reason,
        contested=contested,
        until=until if open_to_contest else None,
    )


def contest_review(stored: StoredVerdict, contest: Contest, *, case: str) -> Review:
    """Return the review of a contested verdict. `case`: what the model was shown; "" where it is gone by now."""
    summary = {"badge": stored.badge, "case": stored.case, "text": case, "contest": contest.text}
    if stored.event:
        summary["event"] = "#".join(stored.event)
    return Review(
        id=stored.key,
        kind="verdict",
        program=contest.program,
        member=contest.member,
        subject=stored.key,
        because=(Message("judging.contested"), stored.result.decision.because),
        summary=summary,
        created_at=contest.raised_at,
    )


def contested(stored: StoredVerdict, contest: Contest, *, case: str) -> StoredVerdict:
    return replace(stored, review=contest_review(stored, contest, case=case))


def contest_raised(contest: Contest, *, salted: bytes) -> Record:
    """Return the audit record. `salted`: the digest of what the member said, with a salt that is kept beside it."""
    return Record(
        program=contest.program,
        key=f"CONTEST#{contest.verdict}",
        what="audit.verdict_contested",
        who=contest.member,
        at=contest.raised_at,
        about={"member": contest.member, "decision": contest.verdict},
        digest=salted,
    )
