"""Programs beside each other: whose agents and groups are the same, and who asks an agent that is enrolled in both.

Of two programs, the one whose key comes first in the alphabet has what both name. So it does not matter whose night
runs first, or runs again: an agent plays a metric in one of them, and is paid once for a day and metric.
"""

from collections.abc import Iterable, Iterator, Set
from contextlib import suppress

from ladder.domain.challenges.rules import TIERS, Platform
from ladder.domain.errors import ProgramRefused, Rejected
from ladder.domain.programs.ports import Programs
from ladder.domain.programs.program import Program
from ladder.domain.validation.problem import Problem, error, warning


def other_programs(program: Program, programs: Programs) -> list[Program]:
    """Return all other programs of this deployment, as they are published now.

    One that cannot be read has no nights, and stops nobody else's.
    """
    others = list[Program]()
    for key in programs.keys():  # noqa: SIM118  a port, not a dict
        with suppress(ProgramRefused, Rejected):
            others += [programs.current(key)] if key != program.key else []
    return others


def programs_beside(program: Program, others: Iterable[Program]) -> list[Program]:
    """Return those with nights of the same instance."""
    return [other for other in others if _beside(program, other)]


def has_precedence(program: Program, other: Program) -> bool:
    return program.key < other.key


def contested_metrics(program: Program, other: Program, asked: Set[str]) -> frozenset[str]:
    """Return the metrics that the program cannot ask an agent for whom the other one asks for `asked`.

    None where their agents are others. Where joining a group leaves every other one, an agent has room for one program.
    """
    if not asked or not _beside(program, other):
        return frozenset()
    ours, platforms = program.challenges.asked_metrics, _outside(program, other)
    one_group = len(platforms) > 1 and any(platform.membership == "replaces" for platform in platforms)
    return ours if one_group else ours & asked


def groups_of(programs: Iterable[Program]) -> frozenset[str]:
    """Return the platform's groups that the programs move members into."""
    return frozenset(
        group
        for program in programs
        if program.challenges.outside_platform
        for category in program.challenges.categories
        for group in category.groups
    )


def check_groups(program: Program, programs: Programs) -> Iterator[Problem]:
    """Check that no group is another program's on the same platform, too.

    No problem names another program: who looks after one need not know which others there are.
    """
    taken = groups_of(programs_beside(program, other_programs(program, programs)))
    for category in program.challenges.categories if program.challenges.outside_platform else ():
        for tier, challenge in zip(TIERS, category.tiers, strict=True):
            if challenge.group_id in taken:
                yield error(
                    ("challenge_library", category.key, f"tier_{tier}", "group_id"),
                    f"{challenge.group_id} is a group of another program, so each would move the other's members",
                    "Give it a group of its own, or write platform.instance where it is a group of another platform.",
                )


def check_shared_agents(
    program: Program, programs: Programs, *, listed: Iterable[str] | None = None
) -> Iterator[Problem]:
    """Warn of agents and exclusive metrics that another program has, too.

    `listed`: the users who are to be its agents; None: those who are.
    """
    enrolled = (member.user for member in programs.roster(program.key) if member.active)
    users = set(enrolled if listed is None else listed)
    for other in programs_beside(program, other_programs(program, programs)):
        if other.paused:
            continue
        common = sorted(contested_metrics(program, other, other.challenges.asked_metrics))
        shared = sum(member.active and member.user in users for member in programs.roster(other.key)) if common else 0
        if shared:
            whom = "this program" if has_precedence(program, other) else "the other one"
            yield warning(
                ("program",),
                f"{shared:,} of its agents are enrolled in another program, too; so that nobody is paid twice for one "
                f"day, only {whom}, whose key comes first, asks them for {', '.join(common)}",
                "Enrol them in one program, let the two ask for different metrics, or write platform.instance where "
                "the same ids are those of other people.",
            )
        both, platforms = program.challenges.asked_metrics & other.challenges.asked_metrics, _outside(program, other)
        if both and len(platforms) > 1 and any(platform.one_active_per_metric for platform in platforms):
            yield warning(
                ("platform", "one_active_per_metric"),
                f"another program has challenges on {', '.join(sorted(both))}, too, and the platform allows one a day: "
                "whichever night launches first has it, the other one goes without",
                "Let the two programs ask for different metrics.",
            )


def _beside(program: Program, other: Program) -> bool:
    ours, theirs = program.challenges, other.challenges
    return ours.has_nights and theirs.has_nights and ours.instance == theirs.instance


def _outside(*programs: Program) -> list[Platform]:
    platforms = (program.challenges.outside_platform for program in programs)
    return [platform for platform in platforms if platform]
