"""Check a draft against the version that is live: an edit costs nobody what they have, or it is refused or said."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from ladder.domain.challenges.check_edits import check_challenge_edits
from ladder.domain.credentials.check import check_credential_edits
from ladder.domain.errors import ProgramRefused, Rejected
from ladder.domain.points.check_edits import check_rulebook_edits
from ladder.domain.points.rulebook import DAYS_OF_THE_WEEK
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.domain.validation.edits import moved_keys
from ladder.domain.validation.problem import Problem, warning

MOST_EARLIER = 50  # versions that are read where a draft has keys that the live one has not
RULEBOOK = ("rules", "streaks", "unlocks", "paths", "badges", "judged", "teams", "catalogue")
CHALLENGES = ("metrics", "categories")


def with_earlier_keys(live: Program, draft: Program, programs: Programs) -> Program:
    """Return the live version with those items of earlier ones whose keys the draft brings back, as they were last.

    What members have under such a key has waited for them.
    """
    lacks = {(name, key) for name, key, _ in _items(draft)} - {(name, key) for name, key, _ in _items(live)}
    returning = dict[str, list[Any]]()
    for number in range(live.version - 1, max(live.version - 1 - MOST_EARLIER, 0), -1):
        if not lacks:
            break
        with suppress(ProgramRefused, Rejected):
            for name, key, item in _items(programs.version(live.key, number)):
                if (name, key) in lacks:
                    lacks.remove((name, key))
                    returning.setdefault(name, []).append(item)
    rulebook, rules = (
        replace(section, **{name: (*getattr(section, name), *returning.get(name, ())) for name in names})
        for section, names in _sections(live)
    )
    return replace(live, rulebook=rulebook, challenges=rules)


def _sections(program: Program) -> tuple[tuple[Any, tuple[str, ...]], ...]:
    """Return the sections that members have something of, and what they consist of there."""
    return (program.rulebook, RULEBOOK), (program.challenges, CHALLENGES)


def _items(program: Program) -> Iterator[tuple[str, str, Any]]:
    for section, names in _sections(program):
        yield from ((name, item.key, item) for name in names for item in getattr(section, name))


def check_edits(live: Program, draft: Program, *, today: date) -> Iterator[Problem]:
    yield from check_rulebook_edits(live.rulebook, draft.rulebook, today=today)
    yield from check_challenge_edits(live.challenges, draft.challenges)
    yield from check_credential_edits(live.credentials, draft.credentials)
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
