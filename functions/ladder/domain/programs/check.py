"""Check a program: what makes it unplayable, and what makes it doubtful.

The constraints of one value are beside its field (see `validation.constraints`), and are validated when a file or a
draft is read. What shows across the fields of a section is checked beside its subject; what shows across
sections, here.

Every problem names its path in the program file, says what is wrong and what to write instead. An error refuses the
program, a warning does not.
"""

from collections.abc import Iterator
from operator import attrgetter

from ladder.domain.activities.check import check_sources
from ladder.domain.challenges.check import check_challenges
from ladder.domain.credentials.check import check_credentials
from ladder.domain.delivery.check import check_delivery
from ladder.domain.delivery.options import check_options
from ladder.domain.judging.check import check_judged_badges
from ladder.domain.points.check import check_rulebook
from ladder.domain.programs.program import Program
from ladder.domain.validation.problem import Problem, error, warning


def check(program: Program) -> tuple[Problem, ...]:
    """Return every problem at once. A program without an error is playable."""
    own_types = {kind for source in program.sources for kind in source.events.values()}
    return (
        *_payer(program),
        *check_sources(program.sources),
        *check_challenges(program.challenges, program.caps, program.schedule),
        *check_rulebook(program.rulebook, program.caps, own_types),
        *check_judged_badges(program.rulebook.judged),
        *check_delivery(program.delivery, program.rulebook),
        *check_credentials(program.credentials, program.rulebook),
        *_channel_options(program),
        *_second_person(program),
    )


def _channel_options(program: Program) -> Iterator[Problem]:
    badges = [*(badge.key for badge in program.rulebook.badges), *(badge.key for badge in program.rulebook.judged)]
    for channel in program.delivery.channels:
        yield from check_options(channel, badges, ("delivery", "channels", channel.key))


def _second_person(program: Program) -> Iterator[Problem]:
    """Warn of what the program lets one admin do alone; production does not."""
    asked, most = program.second_person, program.rulebook.most_granted
    for key, act in (("publishing", "publish a version"), ("erasing", "erase a member")):
        if not getattr(asked, key):
            message = f"lets one admin {act} alone; in production it changes nothing, there two are needed"
            yield warning(("second_person", key), message, f"Leave {key} out, so that it is the same everywhere.")
    if asked.granted_alone(most) > most:
        message = f"lets one admin give {asked.grants_above:,} points a day alone; in production they give {most:,}"
        yield warning(("second_person", "grants_above"), message, f"Write {most} or less, or leave it out.")


def _payer(program: Program) -> Iterator[Problem]:
    """Check that members can earn something, and that whoever pays can keep the program's promises.

    A platform that pays does so at once and by one target, so nothing can be held back or made fairer.
    """
    challenges = program.challenges
    if not challenges.has_nights and not program.rulebook.rules:
        yield error(
            ("rules",),
            "there is neither a rule nor a challenge, so nobody can earn anything",
            "Write rules, or rotation_time, metrics, metric_files and challenge_library.",
        )
    if challenges.payer == "ladder":
        return
    if challenges.outside_platform is None:
        yield error(("payer",), "there is no platform that could pay", "Write payer: ladder, or leave it out.")
        return
    for metric in challenges.metrics:
        path = ("metrics", metric.key)
        if metric.speed:
            message = "speed is paid only once quality is known, but this platform pays at once"
            yield error((*path, "speed"), message, "Write payer: ladder, or reward another metric.")
        elif metric.quality_gate:
            message = "a quality gate holds points back, but this platform pays at once"
            yield error((*path, "quality_gate"), message, "Write payer: ladder, or leave the gate out.")
    for key in ("hold", "confirm"):
        for rule in filter(attrgetter(key), program.rulebook.rules):
            message = "it holds points back, but this platform pays at once"
            yield error(("rules", rule.key, key), message, f"Write payer: ladder, or leave {key} out.")
    for key, effect in (("guard", "the guard holds points back"), ("hard_contacts", "hard contacts add points")):
        if getattr(challenges, key) is not None:
            yield error(
                (key,), f"{effect}, but this platform pays at once", f"Write payer: ladder, or leave {key} out."
            )
    if challenges.peers.by_channel or challenges.peers.tenure_bands_days:
        yield warning(
            ("payer",),
            "the platform pays by one target a group, so targets are the whole program's, whatever peers says",
            "Write payer: ladder, or peers: {by_channel: false, tenure_bands_days: []}.",
        )
