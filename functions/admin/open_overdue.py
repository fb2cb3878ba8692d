"""Open a review of each badge whose review day has passed, for its owner: once for each badge and day."""

from datetime import datetime

from ladder.domain.calendar import local_day
from ladder.domain.errors import LadderError
from ladder.domain.programs.ports import Programs
from ladder.domain.reviews.opening import badge_review, overdue_badges
from ladder.domain.reviews.ports import ReviewQueue
from ladder.domain.reviews.review import Review


def open_overdue(*, programs: Programs, reviews: ReviewQueue, now: datetime) -> int:
    """How many were opened now. Running it again opens nothing, whatever was decided since.

    A program that fails keeps no other from it; then its error is raised, after all were tried.
    """
    opened, failed = 0, list[LadderError]()
    for program in programs.keys():  # noqa: SIM118 - a store, no dictionary
        try:
            opened += sum(map(reviews.open, _missing(program, programs, reviews, now)))
        except LadderError as error:
            failed.append(error)
    if failed:
        raise failed[0]
    return opened


def _missing(program: str, programs: Programs, reviews: ReviewQueue, now: datetime) -> list[Review]:
    """Looked for before they are written: the clock calls all day, and a refused write costs as much as one."""
    current = programs.current(program)
    due = overdue_badges(current, local_day(current.schedule, now))
    wanted = {review.id: review for review in (badge_review(program, badge, now=now) for badge in due)}
    known = reviews.find(program, [(review.member, review.id) for review in wanted.values()]) if wanted else ()
    return [wanted[key] for key in wanted.keys() - {review.id for review in known}]
