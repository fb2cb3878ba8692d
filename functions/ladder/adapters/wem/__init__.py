"""The WEM dialect of a contact-centre platform, spoken over HTTPS. One adapter among others.

The paths come from the article that the rotation engine was first described in; they are in no published API. What
was never seen in an official text is marked *unconfirmed* where it is used, and is the part to change first.
"""

from collections.abc import Callable

from ladder.adapters.secrets import Secret
from ladder.adapters.wem.connection import Connection, read_connection
from ladder.adapters.wem.link import Link, link_to
from ladder.adapters.wem.metrics import WemMetrics
from ladder.adapters.wem.platform import WemPlatform
from ladder.adapters.wem.transport import Transport, unhurried
from ladder.domain.programs.program import Platform
from ladder.usage import Usage

__all__ = [
    "Connection",
    "Link",
    "Transport",
    "WemMetrics",
    "WemPlatform",
    "challenge_platform",
    "link_to",
    "metric_source",
    "read_connection",
]


def challenge_platform(
    platform: Platform, secret: Secret, *, usage: Usage, deadline: Callable[[], float] = unhurried
) -> WemPlatform:
    """The platform a program names; `secret`: the program's own for it; `deadline`: the seconds left."""
    link = link_to(read_connection(secret.name, secret.text))
    return WemPlatform(Transport(link, usage=usage, deadline=deadline), membership=platform.membership)


def metric_source(
    platform: Platform,  # noqa: ARG001 - every dialect is opened with the same arguments
    secret: Secret,
    *,
    usage: Usage,
    deadline: Callable[[], float] = unhurried,
    agents: int = 0,
) -> WemMetrics:
    """The same platform's metrics; shares connections, token and pace with `challenge_platform`."""
    link = link_to(read_connection(secret.name, secret.text))
    return WemMetrics(Transport(link, usage=usage, deadline=deadline, reads_metrics=True), agents=agents)
