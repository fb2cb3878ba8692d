"""Why somebody is not given what he asks for.

NotGiven
├── NotLoggedIn   the token says no longer who it is, or is no login's
├── NotAMember    the login is good, and no member's
├── NotAllowed    his role does not reach that far, or it is his own case
├── NotThere      there is no such thing of his
├── Unreadable    what was sent cannot be read
└── InConflict    something else stands where it would go
"""

from ladder.domain.errors import LadderError


class NotGiven(LadderError):
    """Nothing was done."""


class NotLoggedIn(NotGiven):
    """The token does not prove who asks."""


class NotAMember(NotGiven):
    """Who asks is known, and has nothing here."""


class NotAllowed(NotGiven):
    """Who asks is known, and somebody else may do it."""


class NotThere(NotGiven):
    """There is no such thing."""


class Unreadable(NotGiven):
    """What was sent is not of the kind that it should be."""


class InConflict(NotGiven):
    """What is there already, or is not there any more, is in its way."""
