"""Versions of a program: publish one, alone or by two, and pause or resume a part of what is published."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ladder.domain.audit.records import NO_MEMBER, Record
from ladder.domain.errors import Conflict, NotFound, Rejected
from ladder.domain.judging.check import Models
from ladder.domain.message import Message, verbatim
from ladder.domain.points.edit_effects import EffectSummary
from ladder.domain.programs.pausing import Pausable, pausable, pauses, with_pauses
from ladder.domain.programs.ports import Programs, Publication, Publications, current_of
from ladder.domain.programs.program import Program
from ladder.domain.reviews.colleagues import Alone, SecondAdmin, Waiting
from ladder.domain.reviews.opening import confirmation_review
from ladder.domain.reviews.permissions import Staff, authorize
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import Review
from publishing.drafts import candidate, doubts, read_draft

TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """`again`: the same was published before. `alone`: why one admin was enough. `warnings`: see `doubts`.

    `effects`: what it gives or takes at once from the members who were looked at, with some of their ids.
    """

    program: str
    version: int
    by: str | None
    at: datetime | None
    again: bool
    alone: Alone | None = None
    warnings: tuple[str, ...] = ()
    looked_at: int = 0
    effects: tuple[EffectSummary, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingVersion(Waiting):
    """A version that another admin has to confirm, and what it would give or take at once: see `Published`."""

    looked_at: int
    effects: tuple[EffectSummary, ...]


def publish(
    staff: Staff,
    draft: Program,
    *,
    after: int,
    reason: str,
    now: datetime,
    models: Models,
    programs: Programs,
    publications: Publications,
    second: SecondAdmin,
    reviews: ReviewQueue,
) -> Published | Waiting:
    """Make a draft the version that everybody plays by, or ask another admin to. Running it again changes nothing.

    The version that is live says whether one admin is enough, so that a draft cannot let itself through.
    `after`: the version that the draft was made from; 0 where there was none. `models`: those that a judge may use.

    Raises InvalidRequest with every problem where the draft cannot be played; Conflict, with who and when, where
    somebody else published in the meantime.
    """
    authorize(staff, "administer")
    current = current_of(staff.program, programs)
    base = current
    if after != (current.version if current else None):
        try:
            base = programs.version(staff.program, after) if after else None
        except Rejected as error:
            missing: dict[str, str | int] = {"program": staff.program, "version": after}
            raise Conflict(Message("admin.no_version_to_follow", missing)) from error
    version = candidate(draft, base, staff.program, after=after, models=models, today=now.date(), programs=programs)
    if current and replace(current, version=0) == replace(version, version=0):
        return Published(program=current.key, version=current.version, by=None, at=None, again=True)
    alone = second.alone(staff, needed=second.rules(current, draft).publishing)
    if alone is None:
        require_current(after, current, publications)
        return ask_to_confirm(
            staff, draft, after=after, reason=reason, now=now, publications=publications, second=second, reviews=reviews
        )
    what, about = "audit.program_published", {"alone": alone}
    published = _publish(staff, version, what=what, about=about, reason=reason, now=now, publications=publications)
    return replace(
        published, alone=alone, warnings=tuple(map(str, doubts(version, current, programs, today=now.date())))
    )


def ask_to_confirm(
    staff: Staff,
    draft: Program,
    *,
    after: int,
    reason: str,
    now: datetime,
    publications: Publications,
    second: SecondAdmin,
    reviews: ReviewQueue,
) -> Waiting:
    """Keep the draft, and open the review by which another admin makes it the version after `after`."""
    digest, number = publications.keep_draft(replace(draft, version=after)), str(after + 1)
    review = confirmation_review(
        "publication",
        staff.program,
        NO_MEMBER,
        number,
        digest[:16],
        by=staff.subject,
        reason=reason,
        now=now,
        version=number,
        digest=digest,
    )
    return second.ask(staff, review, reviews)


def confirmed_publication(
    review: Review, *, by: str, now: datetime, models: Models, programs: Programs, publications: Publications
) -> tuple[Program, Record]:
    """Return the version that another admin confirms, as it is today, and its record.

    Raises InvalidRequest where it cannot be played any more, Conflict where the draft has expired, or where another
    version was published since.
    """
    draft = publications.draft(review.program, review.summary["digest"])
    if draft is None:
        raise Conflict(Message("admin.draft_expired"))
    after, current = int(review.summary["version"]) - 1, current_of(review.program, programs)
    require_current(after, current, publications)
    version = candidate(
        read_draft(draft), current, review.program, after=after, models=models, today=now.date(), programs=programs
    )
    about = {"decision": review.id, "opened_by": str(review.opened_by)}
    reason = verbatim(review.summary["reason"])
    return version, _publication(version, what="audit.program_published", by=by, why=reason, now=now, about=about)


def _published_meanwhile(newer: Publication) -> Message:
    """Say which version was published instead, by whom and when, if a person did it."""
    version = newer.program.version
    if newer.by is None or newer.at is None:
        return Message("admin.published_meanwhile", {"version": version})
    day, time = newer.at.date().isoformat(), f"{newer.at:%H:%M}"
    return Message("admin.published_meanwhile_by", {"version": version, "by": newer.by, "day": day, "time": time})


def require_current(after: int, current: Program | None, publications: Publications) -> None:
    """Raise Conflict where another version was published after that one."""
    if current and after != current.version:
        raise Conflict(_published_meanwhile(publications.find(current)))


def pause(
    staff: Staff,
    what: Pausable,
    key: str,
    *,
    paused: bool,
    reason: str,
    now: datetime,
    programs: Programs,
    publications: Publications,
) -> Published:
    """Pause or resume a rule, a badge or the whole program, from the next evaluation on.

    Running it again changes nothing. It applies to whatever others publish at the same time. Raises NotFound where the
    program has no such rule or badge.
    """
    authorize(staff, "administer")
    for _ in range(TRIES):
        current = current_of(staff.program, programs)
        if current is None:
            raise NotFound(Message("admin.never_published", {"program": staff.program}))
        if (what, key) not in set(pausable(current)):
            nothing = {"program": current.key, "what": what, "key": key}
            raise NotFound(Message("admin.nothing_to_pause", nothing))
        changed = with_pauses(
            current, {*pauses(current), (what, key)} if paused else {*pauses(current)} - {(what, key)}
        )
        if changed == current:
            return Published(program=current.key, version=current.version, by=None, at=None, again=True)
        try:
            return _publish(
                staff,
                replace(changed, version=current.version + 1),
                what="audit.paused" if paused else "audit.resumed",
                reason=reason,
                now=now,
                publications=publications,
                about={"what": what, "key": key},
            )
        except Conflict:
            continue
    raise Conflict(Message("admin.others_keep_publishing", {"program": staff.program}))


def _publish(
    staff: Staff,
    version: Program,
    *,
    what: str,
    reason: str,
    now: datetime,
    publications: Publications,
    about: Mapping[str, str],
) -> Published:
    """Publish, with a record to which the store adds a digest. Raises Conflict where another one has that number."""
    record = _publication(version, what=what, by=staff.subject, why=verbatim(reason), now=now, about=about)
    published = publications.publish(version, record)
    if published is None:
        before: dict[str, str | int] = {"program": version.key, "version": version.version - 1}
        raise Conflict(Message("admin.no_version_to_follow", before))
    if published.program != version:
        raise Conflict(_published_meanwhile(published))
    return Published(
        program=version.key,
        version=version.version,
        by=published.by,
        at=published.at,
        again=(published.by, published.at) != (staff.subject, now),
    )


def _publication(
    version: Program, *, what: str, by: str, why: Message, now: datetime, about: Mapping[str, str]
) -> Record:
    return Record(
        program=version.key,
        key=f"PUBLISHED#{version.version:06d}",
        what=what,
        who=by,
        why=why,
        at=now,
        about={"program_version": version.version, **about},
    )
