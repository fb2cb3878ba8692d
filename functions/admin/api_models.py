"""Request bodies of the admin API, and the responses that its routes document. Answers are the use cases' values."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from admin.review_queue import RequestedKind, To
from ladder.domain.programs.files import ProgramFiles
from ladder.domain.programs.pausing import Pausable
from ladder.domain.reviews.review import Action, Remedy, Terms
from ladder.domain.validation.constraints import LARGEST_WHOLE
from ladder.web.app import Responses, documented_responses

PROGRAM = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
MEMBER = r"^[0-9a-f]{32}$"
REVIEW = r"^[0-9a-f]{32}\.[0-9a-f]{32}$"
SUBJECT = r"^[A-Za-z0-9._:@-]{1,128}$"
POSITION = r"^[0-9]{17}\.[0-9a-f]{32}\.[0-9a-f]{32}$"
MOST_REVIEWS, USUAL_REVIEWS = 100, 25  # of one page
LONGEST_WAIT = 24 * 365
MOST_ATTRIBUTES = 24
MOST_VERSIONS = 999_999
MOST_FILES = 16  # of one program
LONGEST_ID = 300  # of an entry: those of Ladder contain the id of the event that they are about

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Whole = Annotated[StrictInt, Field(ge=-LARGEST_WHOLE, le=LARGEST_WHOLE)]
Share = Annotated[float, Field(allow_inf_nan=False)]
Text = Annotated[StrictStr, Field(max_length=1000)]
Key = Annotated[StrictStr, Field(min_length=1, max_length=64)]
FileName = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9 _][A-Za-z0-9 ._-]{0,99}$")]
Reason = Annotated[StrictStr, Field(pattern=r"\S", min_length=3, max_length=500)]
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


class DecisionBody(BaseModel):
    """`reason`: for a dispute, the member reads it. `badge`, `remedy` and `attributes`: as the kind requires."""

    model_config = ConfigDict(extra="forbid")

    decision: Action
    reason: Reason
    badge: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    remedy: Remedy | None = None
    attributes: Annotated[dict[Name, StrictBool | Whole | Share | Text | None], Field(max_length=MOST_ATTRIBUTES)] = (
        Field(default_factory=dict)
    )

    @property
    def terms(self) -> Terms:
        return Terms(action=self.decision, badge=self.badge, remedy=self.remedy, attributes=self.attributes)


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


class FilesBody(BaseModel):
    """`file`: the name of the program file, YAML or JSON; `texts`: by name, it and the files that it names."""

    model_config = ConfigDict(extra="forbid")

    file: FileName
    texts: Annotated[dict[FileName, StrictStr], Field(min_length=1, max_length=MOST_FILES)]

    @property
    def files(self) -> ProgramFiles:
        return ProgramFiles(file=self.file, texts=self.texts)


class DraftBody(BaseModel):
    """A program: `files` as people write them, or `program` with every section as in a published version."""

    model_config = ConfigDict(extra="forbid")

    program: dict[str, Any] | None = None
    files: FilesBody | None = None


class VersionBody(DraftBody):
    """`after`: the version that the draft was made from; 0 where there was none."""

    after: Annotated[StrictInt, Field(ge=0, le=MOST_VERSIONS)]
    reason: Reason


class PauseBody(BaseModel):
    """`key`: of the rule, the badge or the program."""

    model_config = ConfigDict(extra="forbid")

    what: Pausable
    key: Key
    paused: StrictBool
    reason: Reason


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


class EvaluationBody(CommandBody):
    pass


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


ERRORS: Mapping[int, str] = {
    403: "Your role does not allow this, or it is your own case",
    404: "Not found in this program",
    409: "Conflict: see `detail`",
}
ONE = (404,)
POSTING = (404, 409, 413, 415)


def responses(*, good: Mapping[int, str], refused: tuple[int, ...] = ()) -> Responses:
    return documented_responses(ERRORS, good=good, refused=refused)
