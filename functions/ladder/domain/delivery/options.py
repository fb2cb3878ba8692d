"""What each kind of channel leaves to configuration, checked before a program is published."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ladder.domain.activities.source import MARKER
from ladder.domain.delivery.rules import ChannelKind, ChannelRules
from ladder.domain.validation.problem import Path, Problem, error, nearest, warning


@dataclass(frozen=True, slots=True)
class KindOptions:
    """`marks`: a course or group stands for each badge, by the option marker.<badge>."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    marks: bool = False


MARKING = KindOptions(marks=True)
OPTIONS: Mapping[ChannelKind, KindOptions] = {
    "webhook": KindOptions(),
    "eventbridge": KindOptions(optional=("bus",)),
    "slack": KindOptions(optional=("answers",)),
    "teams": KindOptions(),
    "mail": KindOptions(("from",), ("unsubscribe", "configuration_set", "replies")),
    "connect": KindOptions(("instance",), ("priority",)),
    "genesys": KindOptions(),
    "xapi": KindOptions(("home_page", "activities")),
    "points_api": KindOptions(("reason_code",), ("takes_keys",)),
    "ispring": KindOptions(),
    "docebo": MARKING,
    "absorb": MARKING,
    "cornerstone": MARKING,
    "talentlms": MARKING,
    "moodle": MARKING,
    "lti": MARKING,
}


def check_options(channel: ChannelRules, badges: Collection[str], path: Path) -> Iterator[Problem]:
    """Check the options of a channel, which is at `path`. `badges`: the keys of the program's badges."""
    kind, place = OPTIONS[channel.kind], (*path, "options")
    known, markers = (*kind.required, *kind.optional), set[str]()
    for name in channel.options:
        if kind.marks and name.startswith(MARKER):
            markers.add(name.removeprefix(MARKER))
        elif name not in known:
            hint = nearest(name, known) if known else "Leave it out."
            yield error((*place, name), f"a channel of kind {channel.kind} has no such option", hint)
    for name in kind.required:
        if name not in channel.options:
            message = f"a channel of kind {channel.kind} needs the option {name}"
            yield error(place, message, f"Write options: {{{name}: …}}.")
    for badge in sorted(markers - {*badges}):
        yield error((*place, f"{MARKER}{badge}"), "there is no such badge", nearest(badge, badges))
    if not kind.marks:
        return
    if not markers:
        hint = f"Write options: {{{MARKER}<badge>: the id of the course or group}}."
        yield error(place, f"a channel of kind {channel.kind} needs what stands for a badge there", hint)
    elif unmarked := sorted({*badges} - markers):
        message = f"nothing there stands for {', '.join(unmarked)}, so they are not written there"
        yield warning(place, message, f"Write {MARKER}{unmarked[0]} and the id of its course or group.")
