"""Request bodies of the members' API, and its documented responses. Answers are the use cases' own values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from ladder.domain.activities.activity import LONGEST_ID
from ladder.domain.activities.sessions import Answer
from ladder.domain.delivery.kudos import LONGEST_TEXT as LONGEST_THANKS
from ladder.domain.delivery.occasion import Occasion
from ladder.domain.members.objections import Objection
from ladder.domain.members.preferences import Preferences, QuietHours, Recognition
from ladder.domain.points.disputes import LONGEST_TEXT
from ladder.domain.reviews.contest import LONGEST_CONTEST, VerdictForMember
from ladder.domain.reviews.ports import KnownBy
from ladder.domain.validation.constraints import LARGEST_WHOLE
from ladder.messages.render import languages
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


class KudosBody(BaseModel):
    """Thanks to a colleague. `kudos`: an id that you choose, so that a repeated request is the same."""

    model_config = ConfigDict(extra="forbid")

    kudos: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,64}$")]
    to: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    value: Annotated[str, Field(min_length=1, max_length=64)]
    text: Annotated[str, Field(max_length=LONGEST_THANKS)] = ""


class AnswerBody(BaseModel):
    """A session by its id, as in the list of appointments, and whether you come."""

    model_config = ConfigDict(extra="forbid")

    appointment: Annotated[str, Field(pattern=r"^[0-9a-f]{32}\.[a-z0-9-]{1,30}@ladder$")]
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionAnswer:
    appointment: str
    answer: Answer


class OrderBody(BaseModel):
    """`order`: an id that the member chooses; the same id again is the same order."""

    model_config = ConfigDict(extra="forbid")

    order: Annotated[str, Field(min_length=1, max_length=LONGEST_ORDER)]
    item: Annotated[str, Field(min_length=1, max_length=64)]


class ParticipationBody(BaseModel):
    """`takes_part`: whether challenges of the category are for you, from the next night on."""

    model_config = ConfigDict(extra="forbid")

    takes_part: StrictBool


Clock = Annotated[StrictStr, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Names = Annotated[list[Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]], Field(max_length=32)]


class QuietHoursBody(BaseModel):
    """Local times, "20:00"; `ends` is on the next day where it is the earlier of the two."""

    model_config = ConfigDict(extra="forbid")

    begins: Clock
    ends: Clock

    @property
    def hours(self) -> QuietHours:
        return QuietHours(begins=time.fromisoformat(self.begins), ends=time.fromisoformat(self.ends))


class SettingsBody(BaseModel):
    """All settings, as in `GET`; what is left out is as if nobody had set it. `after`: the `version` that was read."""

    model_config = ConfigDict(extra="forbid")

    language: Annotated[StrictStr, Field(pattern=f"^({'|'.join(sorted(languages()))})$")] | None = None
    recognition: Recognition = "private"
    time_zone: Annotated[StrictStr, Field(max_length=64)] | None = None
    quiet_hours: QuietHoursBody | None = None
    muted: Annotated[list[Occasion], Field(max_length=32)] = []
    channels_off: Names = []
    after: Annotated[StrictInt, Field(ge=0, le=LARGEST_WHOLE)]

    @property
    def preferences(self) -> Preferences:
        return Preferences(
            language=self.language,
            recognition=self.recognition,
            time_zone=self.time_zone,
            quiet_hours=self.quiet_hours.hours if self.quiet_hours else None,
            muted=frozenset(self.muted),
            channels_off=frozenset(self.channels_off),
            version=self.after,
        )


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
