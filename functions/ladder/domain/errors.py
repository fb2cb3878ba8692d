"""Every error Ladder raises on purpose.

LadderError
├── ProgramRefused         the program cannot be played as written: mend the file
├── Gone                   the member was erased: whatever was meant for him is dropped
├── Superseded             another claim holds this rotation: end quietly
├── Unavailable            the other side is busy or down: try the same step again
│   └── Throttled          it did nothing because too much was asked of it at once: try again later
└── Rejected               the other side understood and said no: trying again will not help
    ├── MetricTaken        another active challenge stands on the metric, and the platform allows one
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
    """The token does not prove who asks."""


class NotAMember(RequestRefused):
    """Who asks is known, and has nothing here."""


class NotAuthorized(RequestRefused):
    """Who asks is known, and somebody else may do it."""


class NotFound(RequestRefused):
    """There is no such thing."""


class InvalidRequest(RequestRefused):
    """What was sent is not of the kind that it should be."""


class Conflict(RequestRefused):
    """What is there already, or is not there any more, is in its way."""
