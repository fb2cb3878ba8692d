"""The WEM dialect of a contact-centre platform over HTTPS. One adapter among others.

The paths come from the article that first described the rotation engine; they are in no published API. What no
official text confirms is marked *unconfirmed* where it is used, and is the part to change first.
"""

from collections.abc import Callable

from ladder.adapters.secrets import Secret
from ladder.adapters.wem.metrics import WemMetrics
from ladder.adapters.wem.platform import WemPlatform
from ladder.adapters.wem.session import Connection, Session, read_connection, shared_session
from ladder.adapters.wem.transport import Transport, no_deadline
from ladder.domain.challenges.rules import Platform
from ladder.usage import Usage

__all__ = [
    "Connection",
    "Session",
    "Transport",
    "WemMetrics",
    "WemPlatform",
    "challenge_platform",
    "metric_source",
    "read_connection",
    "shared_session",
]


def challenge_platform(
    platform: Platform, secret: Secret, *, usage: Usage, deadline: Callable[[], float] = no_deadline
) -> WemPlatform:
    """Return the platform that a program names; `secret`: the program's own for it; `deadline`: the seconds left."""
    session = shared_session(read_connection(secret.name, secret.text))
    return WemPlatform(Transport(session, usage=usage, deadline=deadline), membership=platform.membership)


def metric_source(
    platform: Platform,  # noqa: ARG001 - every dialect is opened with the same arguments
    secret: Secret,
    *,
    usage: Usage,
    deadline: Callable[[], float] = no_deadline,
    agents: int = 0,
) -> WemMetrics:
    """Return the platform's metrics; shares connections, token and rate limiter with `challenge_platform`."""
    session = shared_session(read_connection(secret.name, secret.text))
    return WemMetrics(Transport(session, usage=usage, deadline=deadline, reads_metrics=True), agents=agents)
