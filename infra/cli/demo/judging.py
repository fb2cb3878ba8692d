"""Judged badges in the demonstration: last posts, one with a prompt injection, decisions of staff, and the audit."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property

from infra.cli.audit.records import about, find_records, seal_now, verify_program
from infra.cli.demo.activity_feed import POSTED, Event, ForumFeed
from infra.cli.demo.document import Audit, Decision, Injection, JudgedCase, Judging, OpenReview
from infra.cli.demo.learning_system import LearningSystem
from infra.cli.demo.staff import ADMIN, REVIEWER, Staff
from infra.cli.replay.drive import Queues, drain
from infra.cli.stack import Stack
from infra.local.stage import Stage
from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.adapters.dynamodb.verdicts import DynamoVerdicts
from ladder.domain.activities.activity import BADGE_GRANTED, Key
from ladder.domain.judging.case import is_judged
from ladder.domain.points.judged_badge import JudgedBadge
from ladder.domain.points.ledger import Entry
from ladder.domain.programs.program import Program

FEW_POLLS, MANY_POLLS = 3, 12  # polls of an empty queue: the ledger's stream delivers a second or two later
PATIENCE_SECONDS = 120.0
APPROVED = "I read the whole post, and the quotation is correct"
REJECTED = "it gives instructions to the model and answers no question"
REVOKED = "the text was copied from the handbook"


@dataclass(frozen=True)
class JudgingRecords:
    """Reads cases, grants and the audit from the stage."""

    stage: Stage

    @cached_property
    def users(self) -> Mapping[str, str]:
        return {member.id: member.user for member in self.stage.roster}

    @cached_property
    def members(self) -> Mapping[str, str]:
        return {user: member for member, user in self.users.items()}

    def cases(self) -> list[JudgedCase]:
        """Return the cases in the order in which they were judged."""
        program, verdicts = self.stage.program.key, self._verdicts
        cases = []
        for record in find_records(self._stack, program, lambda item: item.get("what") == "case judged"):
            details = about(record.item)
            member, verdict = str(details["member"]), str(details["decision"])
            result = verdicts.existing(program, member)[verdict]
            cases.append(
                JudgedCase(
                    id=verdict,
                    agent=self.users[member],
                    badge=str(details["badge"]),
                    model=result.model,
                    outcome=result.decision.outcome,
                    reason=result.decision.because,
                    evidence=result.verdict.evidence if result.verdict else (),
                )
            )
        return cases

    def grant(self, agent: str, badge: str) -> Key | None:
        """Return the key of the entry that granted an agent a badge."""
        grants = (entry.activity for entry in self.entries(agent) if entry.activity.type == BADGE_GRANTED)
        return next((grant.key for grant in grants if grant.attributes["badge"] == badge), None)

    def has_badge(self, agent: str, badge: str) -> bool:
        state, _ = self._ledger.load(self.stage.program.key, self.members[agent], [])
        return badge in state.badges

    def entries(self, agent: str) -> list[Entry]:
        return self._ledger.entries(self.stage.program.key, self.members[agent])

    def audit(self) -> Audit:
        """Seal what is still open, as no schedule does it here, and verify the chain."""
        seal_now(self._stack)
        result = verify_program(self._stack, self.stage.program.key, now=datetime.now(UTC))
        problem = str(result.broken or "")
        return Audit(records=result.records, seals=result.seals, anchors=result.anchors, problem=problem)

    @property
    def _stack(self) -> Stack:
        return Stack(self.stage.aws.client, self.stage.outputs)

    @property
    def _ledger(self) -> DynamoLedger:
        return self.stage.members.ledger(self.stage.program)

    @property
    def _verdicts(self) -> DynamoVerdicts:
        return DynamoVerdicts(self.stage.members.members, audit=self.stage.outputs["AuditTable"])


def judge_and_decide(stage: Stage, learning: LearningSystem, forum: ForumFeed, day: date) -> Judging:
    """Post, judge, decide and verify. The posts of a last evening give work to decide on, however few the nights."""
    stored, staff = JudgingRecords(stage), Staff.logged_in(stage)
    badge = badge_for_posts(stage.program)
    authors = [agent for agent, member in stored.members.items() if is_judged(badge, member, lambda: None)] or list(
        stored.members
    )
    learning.post(forum.last_evening(day, authors))
    settle(stage, polls=MANY_POLLS)
    attack = forum.injection(day, authors)
    with _obedient_model(stage):
        learning.post([attack])
        settle(stage)
    cases, queue = stored.cases(), staff.review_queue()["kinds"]
    attack_case = next(case for case in reversed(cases) if case.agent == attack["member"])
    reviews = [
        OpenReview(
            id=review["id"],
            subject=review["subject"],
            agent=stored.users[review["member"]],
            badge=review["about"]["badge"],
        )
        for review in staff.review_queue(kind="verdict")["reviews"]
    ]
    decisions = _decide(stage, stored, staff, reviews, attack_case)
    settle(stage)
    fake = " (answered here by a fake model with simple rules)" if stage.model.asked else ""
    return Judging(
        model=f"{attack_case.model}{fake}",
        posts=forum.posts.total(),
        cases=tuple(cases),
        review_queue=queue,
        open_reviews=tuple(reviews),
        decisions=tuple(
            replace(decision, has_badge=stored.has_badge(decision.agent, decision.badge)) for decision in decisions
        ),
        injection=_injection(attack, attack_case, stored),
        audit=stored.audit(),
    )


def badge_for_posts(program: Program) -> JudgedBadge:
    """Return the first badge for which one post is enough."""
    badges = (badge for badge in program.rulebook.judged if POSTED in badge.match.types)
    return next(badge for badge in badges if not (badge.pieces or badge.perseverance))


def settle(stage: Stage, *, polls: int = FEW_POLLS) -> None:
    """Wait until every posted event is in the ledgers and judged, and its grants are in the ledgers too."""
    for name, times in (("Activities", FEW_POLLS), ("Cases", polls), ("Activities", FEW_POLLS)):
        queues = Queues(stage.aws.client("sqs"), stage.outputs, name)
        drain(queues, tell=lambda _: None, patience=PATIENCE_SECONDS, looks=times)


@contextmanager
def _obedient_model(stage: Stage) -> Iterator[None]:
    """Make the fake model follow instructions in a text. A real model is left as it is."""
    stage.model.obedient = True
    try:
        yield
    finally:
        stage.model.obedient = False


def _decide(
    stage: Stage, stored: JudgingRecords, staff: Staff, reviews: Sequence[OpenReview], attack: JudgedCase
) -> list[Decision]:
    """Approve one badge and revoke it, approve another, and reject the injected post.

    Badges for recorded events come before badges for posts. Without an open review of the attack, the last is rejected.
    """
    honest = [review for review in reviews if review.subject != attack.id]
    honest.sort(key=lambda review: review.badge == attack.badge)
    decisions: list[Decision] = []

    def decided(action: str, review: OpenReview, by: str, reason: str) -> None:
        decision = Decision(
            action=action, agent=review.agent, badge=review.badge, by=by, reason=reason, has_badge=False
        )
        decisions.append(decision)

    for review in honest[1:][-1:]:
        staff.decide(review.id, "approve", APPROVED)
        decided("approved", review, REVIEWER, APPROVED)
        settle(stage)
        if grant := stored.grant(review.agent, review.badge):
            source, event = grant
            staff.revoke(stored.members[review.agent], source=source, event=event, reason=REVOKED)
            decided("revoked", review, ADMIN, REVOKED)
    for review in honest[:1]:
        staff.decide(review.id, "approve", APPROVED)
        decided("approved", review, REVIEWER, APPROVED)
    attacks = [review for review in reviews if review.subject == attack.id]
    for review in [*attacks, *honest[1:-1][::-1]][:1]:
        staff.decide(review.id, "reject", REJECTED)
        decided("rejected", review, REVIEWER, REJECTED)
    return decisions


def _injection(post: Event, case: JudgedCase, stored: JudgingRecords) -> Injection:
    return Injection(
        agent=case.agent,
        text=post["attributes"]["text"],
        model_complied=case.outcome != "nothing",
        reason=case.reason,
        points=sum(entry.points for entry in stored.entries(case.agent) if entry.activity.id == post["id"]),
        has_badge=stored.has_badge(case.agent, case.badge),
    )
