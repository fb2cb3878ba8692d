"""Every error that Ladder raises on purpose.

LadderError
├── ProgramRefused         the program cannot be played as written: correct the file
├── MemberErased           the member was erased: whatever was meant for them is dropped
├── Superseded             another claim holds this rotation: end quietly
├── Unavailable            the other side is busy or down: try the same step again
│   ├── Throttled          it did nothing because too much was asked of it at once: try again later
│   └── AnswerLost         it may have done what was asked: look, or ask again where that changes nothing
├── Rejected               the other side understood and said no: trying again will not help
│   ├── MetricTaken        another challenge is active on the metric, and the platform allows one
│   ├── NotCarried         a queue said so of some messages, and has all the others
│   └── ChannelClosed      nothing can be sent this way until a person mends it
├── RequestRefused         nothing of what a person asked for was done
│   └── NotAuthenticated, NotAMember, NotAuthorized, NotFound, InvalidRequest, Conflict
└── IngestError            nothing of what a source sent was done
    ├── InvalidSignature   the signature is missing, wrong, too old or too new
    │   └── Unknown        there is no such program or source: the sender hears the same
    ├── TooLarge           more than is read in one request
    ├── Unsupported        a content encoding, or a form of event, that is not read
    └── Malformed          says where, and what to send instead
"""

from collections.abc import Sequence
from typing import Self

MAX_REASONS = 20  # in one answer


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
    """The other side did nothing, because too much was asked of it at once. `seconds`: to wait; None: unknown."""

    def __init__(self, *args: object, seconds: float | None = None) -> None:
        super().__init__(*args)
        self.seconds = seconds


class AnswerLost(Unavailable):
    """The other side may have done what was asked; its answer did not arrive."""


class Rejected(LadderError):
    """The other side refused this request for good."""


class MetricTaken(Rejected):
    """The platform allows one active challenge on the metric, and there is one."""


class NotCarried(Rejected):
    """`bodies`: of the messages that a queue refuses for good; it has all others that were sent with them."""

    def __init__(self, why: str, bodies: tuple[str, ...]) -> None:
        super().__init__(why)
        self.bodies = bodies


class ChannelClosed(Rejected):
    """A channel's credentials were revoked, or its address is gone: a person has to mend it."""


class RequestRefused(LadderError):
    """Nothing was done."""


class NotAuthenticated(RequestRefused):
    """The token is invalid or has expired."""


class NotAMember(RequestRefused):
    """The login is not linked to a member."""


class NotAuthorized(RequestRefused):
    """The caller may not do this."""


class NotFound(RequestRefused):
    """The thing that was asked for does not exist."""


class InvalidRequest(RequestRefused):
    """The request is not as described."""


class Conflict(RequestRefused):
    """The current state does not allow the request."""


class IngestError(LadderError):
    """Nothing of the request was done."""


class InvalidSignature(IngestError):
    """The request does not prove that it comes from the source."""

    def __init__(self, what: str = "the call is not signed by the source") -> None:
        super().__init__(what)


class Unknown(InvalidSignature):
    """There is no such program or source. Answered like a forged request, so that nobody learns which there are."""


class TooLarge(IngestError):
    """The request carries more than is read."""


class Unsupported(IngestError):
    """The body's encoding, or the form of its events, is not read."""


class Malformed(IngestError):
    """The request is genuine and cannot be read, or nothing of it can be accepted."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place}: {what}")

    @classmethod
    def whole(cls, reasons: Sequence[str]) -> Self:
        """Return the error of a request whose events are all refused, with the first of the reasons."""
        first, more = reasons[:MAX_REASONS], len(reasons) - MAX_REASONS
        place, _, what = "\n".join([*first, *([f"… and {more} more"] if more > 0 else [])]).partition(": ")
        return cls(place, what)
