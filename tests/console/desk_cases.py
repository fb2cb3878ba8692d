"""Reviews that wait on the desk of the tests: some of each way in which they are decided."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

from infra.cli.driver.sending import JSON
from infra.local.api import Api
from ladder.adapters.dynamodb.reviews import DynamoReviewQueue
from ladder.domain.audit.records import NO_MEMBER
from ladder.domain.message import Message
from ladder.domain.reviews.opening import confirmation_review, entry_review
from ladder.domain.reviews.review import Review, review_id
from tests.console.site import PlayedSite

QUOTE = "restart the terminal, then clear its cache"
POST = (
    "Hi all,\nfor the frozen card screen: first {quote}. If it is still frozen, call the branch desk.\n"
    "It worked for me three times this week."
)
NUMBERS = count(1)


def declare(site: PlayedSite, role: str) -> None:
    """Say for somebody of the staff that they do not play."""
    path = f"/admin/programs/{site.program}/me"
    Api(site.aws, site.outputs).put(path, b'{"plays": false}', JSON, token=site.token(role)).json()


def colleague(site: PlayedSite, role: str) -> str:
    """Return the subject of another one of the staff, who has declared, too."""
    token = site.token_of(f"second-{role}", role)
    path = f"/admin/programs/{site.program}/me"
    Api(site.aws, site.outputs).put(path, b'{"plays": false}', JSON, token=token).json()
    return site.subject_of(f"second-{role}", role)


def open_badge_case(
    site: PlayedSite, *, hours: int = 30, text: str = POST.format(quote=QUOTE), quote: str = QUOTE
) -> Review:
    """Open a review of a proposed badge, for a post of its own."""
    number, member = next(NUMBERS), site.live.roster[0]
    badge = site.live.program.rulebook.judged[0].key
    review = Review(
        id=review_id("verdict", f"case {number}"),
        kind="verdict",
        program=site.program,
        member=member.id,
        subject=review_id("verdict", f"case {number}"),
        because=(Message("judging.policy_asks_a_person", {"policy": "approve"}),),
        facts=(Message("judging.fact_without_values", {"days": 0, "event": "forum posted"}),),
        summary={
            "badge": badge,
            "case": f"{number:032x}",
            "event": f"forum#desk-{number}",
            "text": text,
            "confidence": "0.82",
            "evidence": quote,
            "rationale": "The post gives steps that a colleague can follow.",
            "model": "stub",
        },
        created_at=datetime.now(UTC) - timedelta(hours=hours),
    )
    queue(site).open(review)
    return review


def open_erasure(site: PlayedSite, *, by: str, slot: int = 5, reason: str = "They asked for it in writing.") -> Review:
    member, now = site.live.roster[slot], datetime.now(UTC)
    review = confirmation_review("erasure", site.program, member.id, member.id, by=by, reason=reason, now=now)
    queue(site).open(review)
    return review


def open_publication(site: PlayedSite, *, by: str, reason: str = "The cap is lowered from December on.") -> Review:
    version, now = site.live.program.version + 1, datetime.now(UTC)
    review = confirmation_review(
        "publication",
        site.program,
        NO_MEMBER,
        str(version),
        f"{next(NUMBERS):064x}",
        by=by,
        reason=reason,
        now=now,
        version=str(version),
        digest="0" * 64,
    )
    queue(site).open(review)
    return review


def open_second_look(site: PlayedSite, *, by: str, reason: str = "Looks as if it came twice.") -> Review:
    """Ask for a second look at the newest entry of the member that a source has sent."""
    member = next(member for member in site.live.roster if member.user == site.users["member"])
    entries = site.ask("/members/me/ledger")["entries"]
    entry = next(entry for entry in entries if entry["source"] not in {"ladder", "rotation"})
    key, now = (entry["source"], entry["id"]), datetime.now(UTC) - timedelta(hours=80)
    because = (Message("reviews.requested"),)
    review = entry_review("peer", site.program, member.id, key, because=because, now=now, opened_by=by, reason=reason)
    queue(site).open(review)
    return review


def open_cases(site: PlayedSite) -> Mapping[str, Review]:
    """Open one review of each kind that looks different, asked for by colleagues."""
    admin, reviewer = colleague(site, "admin"), colleague(site, "reviewer")
    return {
        "verdict": open_badge_case(site),
        "peer": open_second_look(site, by=reviewer),
        "erasure": open_erasure(site, by=admin),
        "publication": open_publication(site, by=admin),
    }


def queue(site: PlayedSite) -> DynamoReviewQueue:
    return DynamoReviewQueue(site.live.members.members, audit=site.outputs["AuditTable"])
