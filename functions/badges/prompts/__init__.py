"""Prompts: versioned files beside this one. New words are a new file, and cases may be judged again under it."""

from functools import cache
from pathlib import Path
from string import Template

from ladder.domain.judging.case import Case
from ladder.domain.judging.evaluation import schema
from ladder.domain.judging.question import DelimiterSource, Question, data_field
from ladder.domain.points.judged_badge import JudgedBadge

SEPARATOR = "=====\n"  # between the system prompt and the case
NOTHING = "(nothing)"
COMMUNITY, PERSEVERANCE, SKILL = "community-v1", "perseverance-v1", "skill-v1"


def question(badge: JudgedBadge, case: Case, *, new_delimiter: DelimiterSource) -> Question:
    """Render the prompt. What a learner wrote is inside its data field and nowhere else."""
    version = PERSEVERANCE if badge.perseverance else SKILL if badge.pieces else COMMUNITY
    written = data_field(case.texts, new_delimiter)
    system, user = (Template(part) for part in _read(version).split(SEPARATOR))
    return Question(
        version=version,
        system=system.substitute(
            badge=f"{badge.key} ({badge.name})", criteria=badge.criteria, delimiter=written.delimiter
        ),
        user=user.substitute(facts="\n".join(case.facts), text=written.text or NOTHING, delimiter=written.delimiter),
        schema=schema(badge.key),
    )


@cache
def _read(version: str) -> str:
    return Path(__file__).with_name(f"{version}.md").read_text(encoding="utf-8")
