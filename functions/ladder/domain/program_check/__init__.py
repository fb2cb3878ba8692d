"""Checks of a program across fields and sections: what makes it unplayable, and what makes it doubtful.

The constraints of one value are beside its field (see `constraints`), and are validated when a file or a draft is read.

Every problem names its path in the program file, says what is wrong and what to write instead. An error refuses the
program, a warning does not.
"""

from ladder.domain.program_check.activities import check_filters, check_sources
from ladder.domain.program_check.caps import check_caps, check_members, check_reward_rules
from ladder.domain.program_check.challenges import (
    check_categories,
    check_draw,
    check_payer,
    check_platform,
    check_schedule,
    check_tier_rule,
)
from ladder.domain.program_check.goals import (
    check_cycles,
    check_levels,
    check_paths,
    check_requirements,
    check_teams,
)
from ladder.domain.program_check.judged_badges import (
    Models,
    check_judged_badges,
    check_model_end,
    check_model_granted,
)
from ladder.domain.program_check.metrics import (
    check_contact_types,
    check_guard,
    check_hard_contacts,
    check_metric_files,
    check_metrics,
)
from ladder.domain.program_check.problem import Problem, Severity, error, nearest, similar, warning
from ladder.domain.program_check.rules import check_keys, check_rules
from ladder.domain.programs.places import Path
from ladder.domain.programs.program import Program

__all__ = [
    "Models",
    "Path",
    "Problem",
    "Severity",
    "check",
    "check_members",
    "check_model_end",
    "check_model_granted",
    "error",
    "nearest",
    "similar",
    "warning",
]

_CHECKS = (
    check_schedule,
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
    check_keys,
    check_filters,
    check_rules,
    check_levels,
    check_paths,
    check_requirements,
    check_cycles,
    check_judged_badges,
    check_teams,
)


def check(program: Program) -> tuple[Problem, ...]:
    """Return every problem at once, in the order of the program file. A program without an error is playable."""
    return tuple(problem for check_section in _CHECKS for problem in check_section(program))
