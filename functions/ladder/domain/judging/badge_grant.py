"""The event that grants a judged badge."""

from datetime import datetime

from ladder.domain.activities.activity import BADGE_GRANTED, LADDER, Activity


def badge_grant(*, badge: str, case: str, verdict: str, by: str, at: datetime) -> Activity:
    """Return the event that grants the badge: the same one for a badge and case, whoever grants it and how often."""
    return Activity(
        source=LADDER,
        id=f"badge:{badge}:{case}",
        type=BADGE_GRANTED,
        occurred_at=at,
        attributes={"badge": badge, "verdict": verdict, "by": by},
    )
