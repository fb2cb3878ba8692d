"""What makes a program unplayable, and what makes it doubtful, as far as it shows only across fields and sections.

What one value may be stands beside its field, and is checked at the doors: see `constraints`.

Every problem names its place in the program file, says what is wrong and how to mend it. An error refuses the
program, a warning does not.
"""

from ladder.domain.program_check.caps import check_caps, check_reward_rules
from ladder.domain.program_check.categories import check_categories
from ladder.domain.program_check.contacts import check_contact_types, check_hard_contacts
from ladder.domain.program_check.draws import check_draw
from ladder.domain.program_check.guards import check_guard
from ladder.domain.program_check.members import check_members
from ladder.domain.program_check.metric_files import check_metric_files
from ladder.domain.program_check.metrics import check_metrics
from ladder.domain.program_check.nights import check_nights
from ladder.domain.program_check.payers import check_payer
from ladder.domain.program_check.platforms import check_platform
from ladder.domain.program_check.problem import Problem, Severity, error, nearest, warning
from ladder.domain.program_check.rulebook import check_rulebook
from ladder.domain.program_check.rulebook.judged import Models, ending, ungranted
from ladder.domain.program_check.schedule import check_schedule
from ladder.domain.program_check.sources import check_sources
from ladder.domain.program_check.tiers import check_tier_rule
from ladder.domain.programs.places import Path
from ladder.domain.programs.program import Program

__all__ = [
    "Models",
    "Path",
    "Problem",
    "Severity",
    "check",
    "check_members",
    "ending",
    "error",
    "nearest",
    "ungranted",
    "warning",
]

_CHECKS = (
    check_schedule,
    check_nights,
    check_payer,
    check_platform,
    check_sources,
    check_metrics,
    check_contact_types,
    check_metric_files,
    check_guard,
    check_categories,
    check_draw,
    check_reward_rules,
    check_hard_contacts,
    check_caps,
    check_tier_rule,
    check_rulebook,
)


def check(program: Program) -> tuple[Problem, ...]:
    """Everything at once, in the order of the program file. Playable is what has no error."""
    return tuple(problem for part in _CHECKS for problem in part(program))
