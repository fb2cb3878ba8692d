"""Request bodies of the members' API, and its documented responses. Answers are the use cases' own values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from ladder.domain.activities.activity import LONGEST_ID
from ladder.domain.members.objections import Objection
from ladder.domain.points.disputes import LONGEST_TEXT
from ladder.domain.reviews.contest import LONGEST_CONTEST, VerdictForMember
from ladder.domain.reviews.ports import KnownBy
from ladder.web.app import Responses, documented_responses

MOST_ENTRIES, USUAL_ENTRIES = 100, 25  # of one page
MOST_DAYS, USUAL_DAYS = 92, 28
NEWEST = 2**53  # above every entry's sequence
LONGEST_ORDER = 100
ERRORS: Mapping[int, str] = {
    403: "The login is not linked to a member",
    404: "Not found: see `detail`",
    409: "Conflict: see `detail`",
}
POSTING = (404, 409, 413, 415)


def responses(*, good: Mapping[int, str], refused: tuple[int, ...] = ()) -> Responses:
    return documented_responses(ERRORS, good=good, refused=refused)


class DisputeBody(BaseModel):
    """An entry by its source and id, as in the ledger, and what is wrong with it."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    id: Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]
    text: Annotated[str, Field(pattern=r"\S", max_length=LONGEST_TEXT)]


class ContestBody(BaseModel):
    """A verdict by its id, and why it is wrong."""

    model_config = ConfigDict(extra="forbid")

    verdict: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    text: Annotated[str, Field(pattern=r"\S", max_length=LONGEST_CONTEST)]


class ConfirmationBody(BaseModel):
    """A colleague's task, as in the list of those that wait."""

    model_config = ConfigDict(extra="forbid")

    member: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    source: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    id: Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]


class OrderBody(BaseModel):
    """`order`: an id that the member chooses; the same id again is the same order."""

    model_config = ConfigDict(extra="forbid")

    order: Annotated[str, Field(min_length=1, max_length=LONGEST_ORDER)]
    item: Annotated[str, Field(min_length=1, max_length=64)]


class ParticipationBody(BaseModel):
    """`takes_part`: whether challenges of the category are for you, from the next night on."""

    model_config = ConfigDict(extra="forbid")

    takes_part: StrictBool


class ObjectionBody(BaseModel):
    """`objects`: whether you object, from now on."""

    model_config = ConfigDict(extra="forbid")

    objects: StrictBool


@dataclass(frozen=True, slots=True, kw_only=True)
class MyObjections:
    """Everything that a member may object to, and whether they do."""

    objections: Sequence[Objection]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    verdicts: Sequence[VerdictForMember]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLinks:
    """By which systems' ids, and by how many logins, a member is known; never the ids themselves. Oldest first.

    Those that a system introduced itself come first, as nobody noted when. A login that somebody else linked is among
    them, with its date.
    """

    links: Sequence[KnownBy]
