"""What the door takes; what it gives are the acts' own values."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from admin.assign_review import To
from ladder.domain.reviews.review import Action, Remedy, Terms

MEMBER = r"^[0-9a-f]{32}$"
REVIEW = r"^[0-9a-f]{32}\.[0-9a-f]{32}$"
POSITION = r"^[0-9]{17}\.[0-9a-f]{32}\.[0-9a-f]{32}$"
MOST_REVIEWS, USUAL_REVIEWS = 100, 25  # of one page
LONGEST_WAIT = 24 * 365
MOST_ATTRIBUTES = 24
LARGEST_WHOLE = 2**53

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Whole = Annotated[StrictInt, Field(ge=-LARGEST_WHOLE, le=LARGEST_WHOLE)]
Share = Annotated[float, Field(allow_inf_nan=False)]
Text = Annotated[StrictStr, Field(max_length=1000)]


class AssignmentBody(BaseModel):
    """`fewest`: whoever of the program's reviewers has the least to do."""

    model_config = ConfigDict(extra="forbid")

    to: To


class DecisionBody(BaseModel):
    """`reason`: of a dispute, the member reads it. `badge`, `remedy` and `attributes`: as the kind asks for them."""

    model_config = ConfigDict(extra="forbid")

    decision: Action
    reason: Annotated[str, Field(pattern=r"\S", min_length=3, max_length=500)]
    badge: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    remedy: Remedy | None = None
    attributes: Annotated[dict[Name, StrictBool | Whole | Share | Text | None], Field(max_length=MOST_ATTRIBUTES)] = (
        Field(default_factory=dict)
    )

    @property
    def terms(self) -> Terms:
        return Terms(action=self.decision, badge=self.badge, remedy=self.remedy, attributes=self.attributes)
