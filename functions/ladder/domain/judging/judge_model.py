"""The section of a program on the model that is asked about judged badges."""

from dataclasses import dataclass
from typing import Annotated, Literal

from ladder.domain.validation.constraints import Says, Text, Within

JudgeKind = Literal["bedrock", "openai"]
MOST_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeModel:
    """The model that is asked about judged badges, and what may be spent on it."""

    kind: Annotated[JudgeKind, Says("Write bedrock, or openai for anything that speaks its API.")] = "bedrock"
    model: Annotated[Text, Says("Write the model's id, as the service names it.")]
    daily_tokens: Annotated[  # of the program, in and out together
        int, Within(10_000, 1_000_000_000), Says("Write how many tokens a day may cost; a case takes about 2000.")
    ] = 200_000
    timeout_seconds: Annotated[  # of a call: a case may take two
        int, Within(1, MOST_SECONDS), Says("Write whole seconds, such as 20.")
    ] = 20
