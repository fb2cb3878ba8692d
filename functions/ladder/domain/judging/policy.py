"""Who is judged for a badge, and what a verdict results in: nothing, a review, or the badge.

Why a text alone never grants anything, whatever the policy: everything in a verdict, the confidence of 1.0 and the
evidence quoted word for word included, can be dictated by whoever wrote the text, to a model that obeys it. A quote
from an attack is a true quote. So no check of the answer can tell an honest verdict from a dictated one, and no
threshold can. Nor can a number that came in the same event, such as `helpful: 3`: whoever sent the text sent the number
too, and nothing shows that three other people stand behind it. `auto` therefore asks for two independent signals, the
model's and a record that no text came with (`Case.corroborated`): tries that were recorded. Without it the case goes to
a person, as under `approve`, who sees the numbers (`confirmed_by`) beside the text. The worst that a text can then do
is to cost a reviewer a minute, and the budget of cases per member and day bounds how many.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ladder.domain.judging.case import Case
from ladder.domain.judging.verdict import Verdict
from ladder.domain.members.roster import Member
from ladder.domain.programs.judged_badge import Cohort, JudgedBadge

type Outcome = Literal["nothing", "review", "grant"]


@dataclass(frozen=True, slots=True)
class Decision:
    outcome: Outcome
    because: str


def cohorts(badge: JudgedBadge) -> tuple[Cohort, ...] | None:
    """Return the cohorts of the badge's phase: a pilot first, then more; None for everybody."""
    if badge.phase == "scale":
        return None
    return (badge.pilot,) if badge.phase == "pilot" else (badge.pilot, badge.expansion)


def in_share(badge: JudgedBadge, member: str) -> bool:
    """Return whether a member's random id alone includes them; who is included at a share stays at a larger one.

    Each badge draws differently, so that nobody is in every pilot.
    """
    allowed = cohorts(badge)
    if allowed is None:
        return True
    digest = hashlib.sha256(f"{badge.key}:{member}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32 < max(cohort.share for cohort in allowed)


def needs_roster(badge: JudgedBadge) -> bool:
    """Return whether a member's team or channel matters."""
    return any(cohort.teams or cohort.channels for cohort in cohorts(badge) or ())


def in_team_or_channel(badge: JudgedBadge, member: Member | None) -> bool:
    if member is None:
        return False
    return any(member.team in cohort.teams or member.channel in cohort.channels for cohort in cohorts(badge) or ())


def decide(verdict: Verdict, badge: JudgedBadge, case: Case, *, today: date) -> Decision:
    """Decide on a verdict; `today` is a local day of the program."""
    if verdict.badge is None:
        return Decision("nothing", "the model proposes no badge")
    if verdict.confidence < badge.confidence:
        return Decision("nothing", f"its confidence of {verdict.confidence:g} is below {badge.confidence:g}")
    if today < probation_ends(badge):
        return Decision("review", f"the badge is on probation until {probation_ends(badge)}")
    if badge.policy != "auto":
        return Decision("review", f"the policy is {badge.policy}")
    if not case.corroborated:
        return Decision("review", "no independent evidence: the text and its numbers came in one event")
    return Decision("grant", "the policy is auto, and the tries were recorded")


def probation_ends(badge: JudgedBadge) -> date:
    """Return the first day on which the badge's own policy applies."""
    return badge.since + timedelta(days=badge.probation_days)
