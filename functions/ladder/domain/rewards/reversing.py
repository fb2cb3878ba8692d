"""Taking an entry back: the event that says so, and which entries it may speak of."""

import hashlib
from datetime import datetime

from ladder.domain.activity import AMENDMENTS, LADDER, REBUILT, REVERSED, Activity, Key
from ladder.domain.rewards.soundness import LONGEST_ID


def reversal(key: Key, *, reason: str, actor: str, now: datetime) -> Activity:
    """Its id follows from what it takes back, so a second one is the same event."""
    source, event = key
    return Activity(
        source=LADDER,
        id=reversal_key(key)[1],
        type=REVERSED,
        occurred_at=now,
        attributes={"source": source, "id": event, "reason": reason, "actor": actor},
    )


def irreversible(activity: Activity) -> str:
    """Why it cannot be taken back; "" where it can."""
    if activity.type == REVERSED:
        return "this is a reversal itself, and stays: let its source send the event again under another id"
    if activity.type in AMENDMENTS or activity.type == REBUILT:
        return f"this is {activity.type}, which earned nothing itself: reverse the event that it speaks of"
    return ""


def reversal_key(key: Key) -> Key:
    told = f"reverse:{key[0]}#{key[1]}"
    return LADDER, told if len(told) <= LONGEST_ID else f"reverse:{hashlib.sha256(told.encode()).hexdigest()}"
