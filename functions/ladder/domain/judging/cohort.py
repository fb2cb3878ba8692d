"""Who is judged at all: a pilot first, then more, then everybody."""

import hashlib

from ladder.domain.members.roster import Member
from ladder.domain.programs.judged_badge import Cohort, JudgedBadge

WHOLE = 2**32


def cohorts(badge: JudgedBadge) -> tuple[Cohort, ...] | None:
    """None: everybody."""
    if badge.phase == "scale":
        return None
    return (badge.pilot,) if badge.phase == "pilot" else (badge.pilot, badge.expansion)


def drawn(badge: JudgedBadge, member: str) -> bool:
    """Whether a member's random id alone brings him in; whoever is in at a share stays in at a larger one."""
    found = cohorts(badge)
    return found is None or _place(badge.key, member) < max(each.share for each in found)


def asks_for_place(badge: JudgedBadge) -> bool:
    """Whether it matters in which team, or on which channel somebody works."""
    return any(each.teams or each.channels for each in cohorts(badge) or ())


def placed(badge: JudgedBadge, member: Member | None) -> bool:
    if member is None:
        return False
    return any(member.team in each.teams or member.channel in each.channels for each in cohorts(badge) or ())


def _place(badge: str, member: str) -> float:
    """From 0 to 1, another one for each badge: nobody is in every pilot."""
    digest = hashlib.sha256(f"{badge}:{member}".encode()).digest()
    return int.from_bytes(digest[:4]) / WHOLE
