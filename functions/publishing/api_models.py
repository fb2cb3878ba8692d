"""Request bodies of the publishing API. Answers are the use cases' values."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from ladder.domain.programs.files import ProgramFiles
from ladder.domain.programs.json_patch import PatchOperation
from ladder.domain.programs.pausing import Pausable
from ladder.web.staff import Reason

MOST_VERSIONS = 999_999
LONGEST_REASON = 2_000
MOST_FILES = 16  # of one program

Key = Annotated[StrictStr, Field(min_length=1, max_length=64)]
FileName = Annotated[StrictStr, Field(pattern=r"^[A-Za-z0-9 _][A-Za-z0-9 ._-]{0,99}$")]


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


class PatchStepBody(BaseModel):
    """A step of a JSON Patch (RFC 6902). In `path`, an item of a list may be named by its key: /rulebook/rules/QUIZ.

    `path` leads through the version as it is stored. `reason`: why this step, beside that of the whole.
    """

    model_config = ConfigDict(extra="forbid")

    op: PatchOperation
    path: Annotated[StrictStr, Field(pattern=r"^/", max_length=500)]
    value: Any = None
    reason: Reason | None = None


class PatchBody(BaseModel):
    """`after`: the version that it was made for."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[StrictInt, Field(ge=1, le=MOST_VERSIONS)]
    reason: Reason
    operations: Annotated[list[PatchStepBody], Field(min_length=1, max_length=50)]

    @property
    def reasons(self) -> str:
        """All reasons, as whoever confirms it reads them, within the length of one."""
        steps = [f"{step.op} {step.path}: {step.reason}" for step in self.operations if step.reason]
        return "; ".join([self.reason, *steps])[:LONGEST_REASON]


class PauseBody(BaseModel):
    """`key`: of the rule, the badge or the program."""

    model_config = ConfigDict(extra="forbid")

    what: Pausable
    key: Key
    paused: StrictBool
    reason: Reason
