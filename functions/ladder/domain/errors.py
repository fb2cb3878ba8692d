"""Every error that Ladder raises on purpose.

LadderError
├── ProgramRefused         the program cannot be played as written: correct the file
├── MemberErased           the member was erased: whatever was meant for them is dropped
├── Superseded             another claim holds this rotation: end quietly
├── Unavailable            the other side is busy or down: try the same step again
│   └── Throttled          it did nothing because too much was asked of it at once: try again later
└── Rejected               the other side understood and said no: trying again will not help
    ├── MetricTaken        another challenge is active on the metric, and the platform allows one
    └── NotCarried         a queue said so of some messages, and has all the others
"""


class LadderError(Exception):
    """The root of the tree."""


class ProgramRefused(LadderError):
    """The program cannot be played as written."""


class MemberErased(LadderError):
    """The member was erased."""


class Superseded(LadderError):
    """A newer claim holds this rotation."""


class Unavailable(LadderError):
    """The other side is busy or down."""


class Throttled(Unavailable):
    """The other side did nothing, because too much was asked of it at once."""


class Rejected(LadderError):
    """The other side refused this request for good."""


class MetricTaken(Rejected):
    """The platform allows one active challenge on the metric, and there is one."""


class NotCarried(Rejected):
    """`bodies`: of the messages that a queue refuses for good; it has all others that were sent with them."""

    def __init__(self, why: str, bodies: tuple[str, ...]) -> None:
        super().__init__(why)
        self.bodies = bodies


class RequestRefused(LadderError):
    """Nothing was done."""


class NotAuthenticated(RequestRefused):
    """The token is invalid or has expired."""


class NotAMember(RequestRefused):
    """The login is not linked to a member."""


class NotAuthorized(RequestRefused):
    """The caller may not do this."""


class NotFound(RequestRefused):
    """What was asked for does not exist."""


class InvalidRequest(RequestRefused):
    """The request is not as described."""


class Conflict(RequestRefused):
    """The current state does not allow the request."""
