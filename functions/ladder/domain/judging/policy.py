"""Who is judged at all: a pilot first, then more, then everybody."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ladder.domain.judging.case import Case
from ladder.domain.judging.verdict import Verdict
from ladder.domain.members.roster import Member
from ladder.domain.programs.judged_badge import Cohort, JudgedBadge

WHOLE = 2**32


def cohorts(badge: JudgedBadge) -> tuple[Cohort, ...] | None:
    """None: everybody."""
    if badge.phase == "scale":
        return None
    return (badge.pilot,) if badge.phase == "pilot" else (badge.pilot, badge.expansion)


def in_share(badge: JudgedBadge, member: str) -> bool:
    """Whether a member's random id alone brings him in; whoever is in at a share stays in at a larger one."""
    found = cohorts(badge)
    return found is None or _place(badge.key, member) < max(each.share for each in found)


def needs_roster(badge: JudgedBadge) -> bool:
    """Whether it matters in which team, or on which channel somebody works."""
    return any(each.teams or each.channels for each in cohorts(badge) or ())


def in_team_or_channel(badge: JudgedBadge, member: Member | None) -> bool:
    if member is None:
        return False
    return any(member.team in each.teams or member.channel in each.channels for each in cohorts(badge) or ())


def _place(badge: str, member: str) -> float:
    """From 0 to 1, another one for each badge: nobody is in every pilot."""
    digest = hashlib.sha256(f"{badge}:{member}".encode()).digest()
    return int.from_bytes(digest[:4]) / WHOLE


type Outcome = Literal["nothing", "review", "grant"]


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Outcome
    because: str


def decide(verdict: Verdict, badge: JudgedBadge, case: Case, *, today: date) -> Decision:
    """`today` is a local day of the program."""
    if verdict.badge is None:
        return Decision("nothing", "the model proposes no badge")
    if verdict.confidence < badge.confidence:
        return Decision("nothing", f"its confidence of {verdict.confidence:g} is below {badge.confidence:g}")
    if today < probation_ends(badge):
        return Decision("review", f"the badge is on probation until {probation_ends(badge)}")
    if badge.policy != "auto":
        return Decision("review", f"the policy is {badge.policy}")
    if not case.vouched:
        return Decision("review", "no independent evidence: the text and its numbers came in one event")
    return Decision("grant", "the policy is auto, and the tries were recorded")


def probation_ends(badge: JudgedBadge) -> date:
    """The first day on which its own policy counts."""
    return badge.since + timedelta(days=badge.probation_days)
