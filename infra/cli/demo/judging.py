"""Judged badges in the demonstration: last posts, one with a prompt injection, decisions of staff, and the audit.

A reviewer and an admin have logins of their own, and work through the API.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode

from infra.cli.audit.records import about, find_records, seal_now, verify_program
from infra.cli.demo.activity_feed import ANSWERS, INJECTED, POSTED, ForumFeed
from infra.cli.demo.document import Audit, Decision, Injection, JudgedCase, Judging, OpenReview
from infra.cli.driver.sending import JSON, Queue, Sender
from infra.cli.stack import Stack
from infra.cli.texts import Texts
from infra.local.api import Api
from infra.local.login import Login
from infra.local.stage import Stage
from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.adapters.dynamodb.member_records import member_salt
from ladder.adapters.dynamodb.verdicts import DynamoVerdicts
from ladder.domain.activities.activity import BADGE_GRANTED, Key
from ladder.domain.audit.records import reference
from ladder.domain.judging.case import is_judged
from ladder.domain.points.ledger import Entry

REVIEWER, ADMIN = "rita", "adam"
PAGE_SIZE = 100  # reviews
FEW_POLLS, MANY_POLLS = 3, 12  # polls of an empty queue: the ledger's stream delivers a second or two later


@dataclass(frozen=True, slots=True)
class StaffLogins:
    api: Api
    program: str
    reviewer: str = field(repr=False)  # token
    admin: str = field(repr=False)  # token

    @classmethod
    def create(cls, stage: Stage) -> Self:
        login, program, api = Login(stage.aws, stage.outputs), stage.program.key, Api(stage.aws, stage.outputs)
        reviewer = login.token(REVIEWER, program=program, role="reviewer")
        admin = login.token(ADMIN, program=program, role="admin")
        for token in (reviewer, admin):  # who decides must declare first that they do not play
            api.put(f"/admin/programs/{program}/me", b'{"plays": false}', JSON, token=token).json()
        return cls(api, program, reviewer, admin)

    def review_queue(self, **filters: str | int) -> Any:
        """Return the first page as the API sends it."""
        query = urlencode({"limit": PAGE_SIZE, **filters})
        return self.api.get(f"/admin/reviews?{query}", token=self.reviewer).json()

    def post(self, path: str, token: str, body: Mapping[str, str]) -> None:
        self.api.post(f"/admin/{path}", json.dumps(body).encode(), JSON, token=token).json()


@dataclass(frozen=True)
class JudgingRecords:
    """Reads cases, grants and the audit from the stage."""

    stage: Stage
    say: Texts

    @cached_property
    def users(self) -> Mapping[str, str]:
        return {member.id: member.user for member in self.stage.roster}

    @cached_property
    def members(self) -> Mapping[str, str]:
        return {user: member for member, user in self.users.items()}

    def cases(self) -> list[JudgedCase]:
        """Return the cases in the order in which they were judged."""
        program, cases = self.stage.program.key, list[JudgedCase]()
        verdicts = DynamoVerdicts(self.stage.members.members, audit=self.stage.outputs["AuditTable"])
        for record in find_records(self.stack, program, lambda item: item.get("what") == "audit.case_judged"):
            details = about(record.item)
            member = str(details["member"])
            salt = member_salt(self.stage.members.members, program, member)
            results = verdicts.existing(program, member).items()
            verdict, result = next(
                (verdict, result) for verdict, result in results if reference(verdict, salt) == details["decision"]
            )
            cases.append(
                JudgedCase(
                    id=verdict,
                    agent=self.users[member],
                    badge=str(details["badge"]),
                    model=result.model,
                    outcome=result.decision.outcome,
                    reason=self.say.of(result.decision.because),
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

    @property
    def stack(self) -> Stack:
        return Stack(self.stage.aws.client, self.stage.outputs)

    @property
    def _ledger(self) -> DynamoLedger:
        return self.stage.members.ledger(self.stage.program)


def judge_and_decide(stage: Stage, sender: Sender, forum: ForumFeed, day: date, *, say: Texts) -> Judging:
    """Post, judge, decide and verify. The posts of a last evening give work to decide on, however few the nights."""
    stored, staff = JudgingRecords(stage, say), StaffLogins.create(stage)
    # the first badge for which one post is enough
    badge = next(
        badge
        for badge in stage.program.rulebook.judged
        if POSTED in badge.match.types and not badge.pieces and not badge.perseverance
    )
    judged = [agent for agent, member in stored.members.items() if is_judged(badge, member, lambda: None)]
    authors = judged or list(stored.members)
    helped = zip(forum.rng.sample(ANSWERS, 3), (5, 2, 2), strict=True)  # one answer helped many, two helped few
    sender.post(forum.by_least_active(day, authors, dict(helped)))
    settle(stage, polls=MANY_POLLS)
    attack, *confirmations = forum.by_least_active(day, authors, {INJECTED: 2})  # two colleagues play along
    stage.model.obedient = True  # the fake model follows instructions in this text; a real one is left as it is
    sender.post([attack, *confirmations])
    settle(stage)
    stage.model.obedient = False
    cases, queue = stored.cases(), staff.review_queue()["kinds"]
    case = next(case for case in reversed(cases) if case.agent == attack["member"])
    reviews = [
        OpenReview(
            id=review["id"],
            subject=review["subject"],
            agent=stored.users[review["member"]],
            badge=review["about"]["badge"],
        )
        for review in staff.review_queue(kind="verdict")["reviews"]
    ]
    decisions = _decide(stored, staff, reviews, case)
    settle(stage)
    seal_now(stored.stack)  # no schedule does it here
    audit = verify_program(stored.stack, stage.program.key, now=datetime.now(UTC))
    return Judging(
        model=say("demo.fake_model", model=case.model) if stage.model.asked else case.model,
        posts=forum.posts.total(),
        confirmations=forum.confirmations,
        cases=tuple(cases),
        review_queue=queue,
        open_reviews=tuple(reviews),
        decisions=tuple(
            replace(decision, has_badge=stored.has_badge(decision.agent, decision.badge)) for decision in decisions
        ),
        injection=Injection(
            agent=case.agent,
            text=attack["attributes"]["text"],
            model_complied=case.outcome != "nothing",
            reason=case.reason,
            points=sum(entry.points for entry in stored.entries(case.agent) if entry.activity.id == attack["id"]),
            has_badge=stored.has_badge(case.agent, case.badge),
        ),
        audit=Audit(records=audit.records, seals=audit.seals, anchors=audit.anchors, problem=str(audit.broken or "")),
    )


def settle(stage: Stage, *, polls: int = FEW_POLLS) -> None:
    """Wait until every sent event is in the ledgers and judged, and its grants are in the ledgers too."""
    for name, reads in (("Activities", FEW_POLLS), ("Cases", polls), ("Activities", FEW_POLLS)):
        Queue(stage.aws.client("sqs"), stage.outputs, name).drain(reads=reads)


def _decide(
    stored: JudgingRecords, staff: StaffLogins, reviews: Sequence[OpenReview], attack: JudgedCase
) -> list[Decision]:
    """Approve one badge and revoke it, approve another, and reject the injected post.

    Badges for recorded events come before badges for posts. Without an open review of the attack, the last is rejected.
    """
    honest = [review for review in reviews if review.subject != attack.id]
    honest.sort(key=lambda review: review.badge == attack.badge)
    decisions: list[Decision] = []

    def decide(action: str, review: OpenReview) -> None:
        member, reason = stored.members[review.agent], stored.say(f"demo.reason_{action}")
        if action == "revoked":
            source, event = stored.grant(review.agent, review.badge) or ("", "")
            body = {"source": source, "id": event, "reason": reason, "request": f"take-back-{member[:8]}"}
            staff.post(f"programs/{staff.program}/members/{member}/revocations", staff.admin, body)
        else:
            body = {"decision": {"approved": "approve", "rejected": "reject"}[action], "reason": reason}
            staff.post(f"reviews/{review.id}/decision", staff.reviewer, body)
        by = ADMIN if action == "revoked" else REVIEWER
        decisions.append(
            Decision(action=action, agent=review.agent, badge=review.badge, by=by, reason=reason, has_badge=False)
        )

    for review in honest[1:][-1:]:
        decide("approved", review)
        settle(stored.stage)
        if stored.grant(review.agent, review.badge):
            decide("revoked", review)
    for review in honest[:1]:
        decide("approved", review)
    attacks = [review for review in reviews if review.subject == attack.id]
    for review in [*attacks, *honest[1:-1][::-1]][:1]:
        decide("rejected", review)
    return decisions
