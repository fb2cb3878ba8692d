"""Request bodies of the admin API. Answers are the use cases' values."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from admin.review_queue import RequestedKind, To
from ladder.domain.validation.constraints import LARGEST_WHOLE
from ladder.web.staff import Reason

MEMBER = r"^[0-9a-f]{32}$"
SUBJECT = r"^[A-Za-z0-9._:@-]{1,128}$"
POSITION = r"^[0-9]{17}\.[0-9a-f]{32}\.[0-9a-f]{32}$"
MOST_REVIEWS, USUAL_REVIEWS = 100, 25  # of one page
LONGEST_WAIT = 24 * 365
LONGEST_ORDER = 100
MOST_TEXT = 1_000_000  # characters of a list of members
LONGEST_ID = 300  # of an entry: those of Ladder contain the id of the event that they are about

Key = Annotated[StrictStr, Field(min_length=1, max_length=64)]
Request = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


class AssignmentBody(BaseModel):
    """`fewest`: the reviewer of the program with the fewest open reviews."""

    model_config = ConfigDict(extra="forbid")

    to: To


class OpeningBody(BaseModel):
    """`source` and `id`: of the entry, as in the ledger; `to`: the subject of a login, as in the queue's `workload`.

    `reason`: stays in the audit; name nobody in it.
    """

    model_config = ConfigDict(extra="forbid")

    kind: RequestedKind
    member: Annotated[StrictStr, Field(pattern=MEMBER)]
    source: Annotated[StrictStr, Field(min_length=1, max_length=64)]
    id: Annotated[StrictStr, Field(min_length=1, max_length=LONGEST_ID)]
    reason: Reason
    to: Annotated[StrictStr, Field(pattern=SUBJECT)] | None = None


class MemberBody(BaseModel):
    """`member`: your own random id, as in the roster and in your progress."""

    model_config = ConfigDict(extra="forbid")

    member: Annotated[StrictStr, Field(pattern=MEMBER)]


class UserBody(BaseModel):
    """`user`: your own name on the program's platform, as in the roster."""

    model_config = ConfigDict(extra="forbid")

    user: Annotated[StrictStr, Field(min_length=1, max_length=LONGEST_ID)]


class NotPlayingBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    plays: Literal[False]


class CommandBody(BaseModel):
    """`request`: an id that the caller chooses, a new one for each request; the same id again is the same request."""

    model_config = ConfigDict(extra="forbid")

    request: Request
    reason: Reason


class RotationBody(CommandBody):
    """`date`: must be the current one."""

    date: date


class PointsGrantBody(CommandBody):
    points: Annotated[StrictInt, Field(ge=1, le=LARGEST_WHOLE)]


class BadgeGrantBody(CommandBody):
    badge: Key
    tier: Annotated[StrictInt, Field(ge=1, le=LARGEST_WHOLE)] = 1


class RevocationBody(CommandBody):
    """`source` and `id`: of the entry, as in the ledger."""

    source: Annotated[StrictStr, Field(min_length=1, max_length=64)]
    id: Annotated[StrictStr, Field(min_length=1, max_length=LONGEST_ID)]


class OrderStepBody(BaseModel):
    """`order`: its id, as in the list of orders.

    `reason`: the member reads it; it stays in the audit, so name nobody in it.
    """

    model_config = ConfigDict(extra="forbid")

    order: Annotated[StrictStr, Field(min_length=1, max_length=LONGEST_ORDER)]
    step: Literal["approve", "hand_over"]
    reason: Reason | None = None


class OrderRefusalBody(BaseModel):
    """As for another step; here the reason is required. The points come back to the member."""

    model_config = ConfigDict(extra="forbid")

    order: Annotated[StrictStr, Field(min_length=1, max_length=LONGEST_ORDER)]
    step: Literal["refuse"]
    reason: Reason


class EvaluationBody(CommandBody):
    pass


class RosterFileBody(BaseModel):
    """`text`: of a CSV file, with a header; `apply`: make it the roster; otherwise only say what it would change.

    `leaving`: how many members shall leave, where many would. `request`: an id that the caller chooses.
    """

    model_config = ConfigDict(extra="forbid")

    text: Annotated[StrictStr, Field(min_length=1, max_length=MOST_TEXT)]
    apply: StrictBool = False
    leaving: Annotated[StrictInt, Field(ge=0, le=LARGEST_WHOLE)] | None = None
    request: Request


class ErasureBody(BaseModel):
    """`reason`: stays in the audit; name nobody in it."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class LoginBody(BaseModel):
    """`source`: one of the program's, or `login`; `user`: the member's id there.

    `reason`: read by whoever confirms a link that is not the first; it stays in the audit, so name nobody in it.
    """

    model_config = ConfigDict(extra="forbid")

    source: Key
    user: Annotated[StrictStr, Field(pattern=r"\S", max_length=200)]
    reason: Reason | None = None


class UnlinkBody(BaseModel):
    """As for linking; here the reason is required."""

    model_config = ConfigDict(extra="forbid")

    source: Key
    user: Annotated[StrictStr, Field(pattern=r"\S", max_length=200)]
    reason: Reason
