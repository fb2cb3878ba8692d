"""What an event makes of a world's badges, and the posts of a writer whose badge asks for several."""

from dataclasses import replace
from datetime import timedelta

from ladder.domain.activities.activity import LADDER, REVERSED, Activity
from tests.builders.judged_badges import NOW, WRITER, BadgeEvaluations, post, program


def picked(evaluations: BadgeEvaluations, done: Activity, **given: object) -> list[str]:
    return [badge.key for badge, _ in evaluations.cases(done, **given)]  # type: ignore[arg-type]


def essays(*days: int) -> list[Activity]:
    """Posts of so many days ago, each with words of its own."""
    return [
        post(number, f"Essay {number} explains it step by step.", at=NOW - timedelta(days=ago))
        for number, ago in enumerate(days, start=1)
    ]


def reversed_(done: Activity) -> Activity:
    told = {"source": done.source, "id": done.id, "reason": "posted for somebody else"}
    return Activity(source=LADDER, id=f"reverse:{done.id}", type=REVERSED, occurred_at=NOW, attributes=told)


def writers(**changed: object) -> BadgeEvaluations:
    return BadgeEvaluations(program=program(replace(WRITER, **changed)))  # type: ignore[arg-type]
