"""What the door takes; what it gives are the acts' own values."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ladder.domain.activities.activity import LONGEST_ID
from ladder.domain.points.disputes import LONGEST_TEXT

MOST_ENTRIES, USUAL_ENTRIES = 100, 25  # of one page
NEWEST = 2**53  # above every entry's sequence
LONGEST_ORDER = 100


class DisputeBody(BaseModel):
    """An entry by its source and id, as the ledger has them, and what is wrong with it."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    id: Annotated[str, Field(min_length=1, max_length=LONGEST_ID)]
    text: Annotated[str, Field(pattern=r"\S", max_length=LONGEST_TEXT)]


class OrderBody(BaseModel):
    """`order`: an id of the member's own choosing; the same again is the same order."""

    model_config = ConfigDict(extra="forbid")

    order: Annotated[str, Field(min_length=1, max_length=LONGEST_ORDER)]
    item: Annotated[str, Field(min_length=1, max_length=64)]
