"""Check a draft against the version that is live: an edit costs nobody what they have, or it is refused or said."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ladder.domain.challenges.check_edits import check_challenge_edits
from ladder.domain.points.check_edits import check_rulebook_edits
from ladder.domain.points.rulebook import DAYS_OF_THE_WEEK
from ladder.domain.programs.program import Program
from ladder.domain.validation.edits import moved_keys
from ladder.domain.validation.problem import Problem, warning


def check_edits(live: Program, draft: Program, *, today: date) -> Iterator[Problem]:
    yield from check_rulebook_edits(live.rulebook, draft.rulebook, today=today)
    yield from check_challenge_edits(live.challenges, draft.challenges)
    for old, new in moved_keys(
        live.sources, draft.sources, lambda source: source.key, lambda source: replace(source, key="")
    ):
        yield warning(
            ("sources", new),
            f"looks like {old} under another key: an event is known by its source's key and its id, so what {old} has "
            f"reported would count again, and members' ids at {old} would have to be linked anew",
            f"Keep the key {old}, unless {new} is another system.",
        )
    before, after = live.schedule, draft.schedule
    if (before.time_zone, before.day_starts_at) != (after.time_zone, after.day_starts_at):
        place = "time_zone" if before.time_zone != after.time_zone else "day_starts_at"
        message = "days begin at another moment than before: the running day lasts until the new ones have caught up"
        yield warning((place,), message, "Publish it when nobody is at work.")
    first, now = live.rulebook.work_days[0], draft.rulebook.work_days[0]
    if first != now:
        names = {number: name for name, number in DAYS_OF_THE_WEEK.items()}
        message = f"weeks begin on {names[now]} and not on {names[first]} as before: the running week lasts until a "
        message += f"{names[now]} that is seven days after it began, or later"
        yield warning(("work_days",), message, f"Name {names[first]} first to keep weeks as they are.")
