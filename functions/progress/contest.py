"""Contest a verdict that proposed no badge: a member says that it is wrong, and a person decides."""

from datetime import datetime

from ladder.domain.errors import Conflict, NotFound
from ladder.domain.message import Message
from ladder.domain.points.compiled import CompiledProgram
from ladder.domain.reviews.contest import Contest, VerdictForMember, contested, for_member
from ladder.domain.reviews.ports import MemberVerdicts
from ladder.web.me import Me


def show_verdicts(
    me: Me, *, now: datetime, compiled: CompiledProgram, verdicts: MemberVerdicts, latest: bool = False
) -> tuple[VerdictForMember, ...]:
    """Return what was judged of the member, newest first. `latest`: only of the last day on which anything was."""
    badges = {badge.key: badge for badge in compiled.rulebook.judged}
    if latest and not badges:
        return ()
    found = (verdicts.latest if latest else verdicts.of)(me.program, me.member)
    newest = sorted(found, key=lambda stored: (stored.result.at, stored.key), reverse=True)
    return tuple(for_member(stored, badges.get(stored.badge), now=now) for stored in newest)


def contest(
    me: Me, *, verdict: str, text: str, now: datetime, compiled: CompiledProgram, verdicts: MemberVerdicts
) -> tuple[VerdictForMember, bool]:
    """Open the review of a contested verdict; return the verdict, and whether it was contested in these words before.

    Raises NotFound where the member has no such verdict; Conflict where it cannot be contested, no longer, or not
    today, and where it was contested in other words.
    """
    stored = verdicts.find(me.program, me.member, verdict)
    if stored is None:
        raise NotFound(Message("judging.no_such_verdict"))
    badge = next((badge for badge in compiled.rulebook.judged if badge.key == stored.badge), None)
    raised = Contest(program=me.program, member=me.member, verdict=verdict, text=text, raised_at=now)
    shown = for_member(stored, badge, now=now)
    if shown.until is None and not shown.contested:
        raise Conflict(Message("judging.not_contestable"))
    existing = verdicts.contest(stored, raised)
    if existing is not None and existing.text != text:
        raise Conflict(Message("judging.contested_before"))
    if existing is None:
        stored = contested(stored, raised, case="")
    return for_member(stored, badge, now=now), existing is not None
