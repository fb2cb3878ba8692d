"""The Bedrock models that a program may name; the first is the default.

Adding one grants it: to the badges function, to publishing, and to `ladder program check`. AWS serves current models
through inference profiles only, which forward a request to a region of their geography.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

AMERICA = ("us-east-1", "us-east-2", "us-west-1", "us-west-2")
EUROPE = ("eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3")
WORLD = ("*",)
NOVA_2_LITE_ENDS = date(2027, 5, 27)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`regions`: those that its profile may forward a request to.

    `ends`: the day on which AWS ends it; where none is announced, the earliest that its lifecycle policy allows. Read
    https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html, and change the day or name another model.
    """

    profile: str
    regions: tuple[str, ...]
    ends: date

    @property
    def foundation(self) -> str:
        return self.profile.partition(".")[2]


GRANTED = (
    Model(profile="us.amazon.nova-2-lite-v1:0", regions=AMERICA, ends=NOVA_2_LITE_ENDS),
    Model(profile="eu.amazon.nova-2-lite-v1:0", regions=EUROPE, ends=NOVA_2_LITE_ENDS),
    Model(profile="global.amazon.nova-2-lite-v1:0", regions=WORLD, ends=NOVA_2_LITE_ENDS),
)
MODELS: Mapping[str, date] = {model.profile: model.ends for model in GRANTED}  # with the day on which each ends
DEFAULT = GRANTED[0].profile
