"""The shape of a program file.

Every key carries its mend: the sentence that a person reads when the value is missing or wrong. Keys that may be left
out are None here; their defaults are the domain's. `stand_in` is a harmless value for a required key.
"""

import math
import re
from datetime import time
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from ladder.domain.program import Direction, Membership, Payer

LARGEST = 10**12  # no number of a program is larger
_WAY_BACK = {"home_after_days", "home_kept_days", "return_after_days", "return_margin"}
_LITERAL_FIXES = {"up", "down", "smoothing_days"} | _WAY_BACK


def says(mend: str, *, stand_in: object = None) -> Any:
    return Field(description=mend, examples=[stand_in])


def _clock(value: object) -> object:
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("is not a time of day")
    return time(int(found[1]), int(found[2]))


def _whole(value: object) -> object:
    """JSON may write 50 as 50.0."""
    return int(value) if isinstance(value, float) and math.isfinite(value) and value.is_integer() else value


def _by_key(value: object) -> object:
    """Keys alone may be written as a list."""
    if not isinstance(value, list):
        return value
    twice = next((key for place, key in enumerate(value) if key in value[:place]), None)
    if twice is not None:
        raise ValueError(f"names {twice} twice")
    if not all(isinstance(key, str) for key in value):
        raise ValueError("holds something that is no text")
    return {key: {} for key in value}


def _text(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("is neither text nor a number")  # noqa: TRY004 - pydantic listens to ValueError
    return str(value)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Clock = Annotated[time, BeforeValidator(_clock)]
Whole = Annotated[int, Field(ge=-LARGEST, le=LARGEST), BeforeValidator(_whole)]
Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]
Triple = Annotated[list[Number], Field(min_length=3, max_length=3)]


class Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class PlatformShape(Shape):
    kind: Annotated[Literal["wem"], says("Write wem.", stand_in="wem")]
    secret: Annotated[Text, says("Write a secret's name, such as ladder/bank/platform.", stand_in="ladder/platform")]
    membership: Annotated[
        Membership | None,
        says("Write adds when a new group leaves the member in his old one, replaces when it does not."),
    ] = None


class PeersShape(Shape):
    by_channel: Annotated[bool | None, says("Write true to compare members within their channel, else false.")] = None
    tenure_bands_days: Annotated[list[Whole] | None, says("Write upper bounds in days, such as [90, 365].")] = None


class QualityGateShape(Shape):
    metric: Annotated[Text, says("Name the metric of quality.", stand_in="?")]
    at_least: Annotated[Number | None, says("Write the lowest value that is good, or at_most instead.")] = None
    at_most: Annotated[Number | None, says("Write the highest value that is good, or at_least instead.")] = None
    over_days: Annotated[Whole | None, says("Write how many worked days count, such as 10.")] = None


class MetricShape(Shape):
    name: Annotated[Text, says("Write what a member reads, such as average handle time.", stand_in="?")]
    unit: Annotated[Text, says('Write its unit, such as s or "%".', stand_in="?")]
    direction: Annotated[
        Direction,
        says('Write "lower" when a smaller number is better, "higher" when a larger one is.', stand_in="lower"),
    ]
    step: Annotated[Number | None, says("Write what targets are rounded to, such as 5.")] = None
    speed: Annotated[bool | None, says("Write true when it rewards being quick, else false.")] = None
    north_star: Annotated[bool | None, says("Write true for the behaviours that matter most, at most three.")] = None
    exclusive: Annotated[bool | None, says("Write false to allow several challenges on it at once, else true.")] = None
    final_after_days: Annotated[Whole | None, says("Write the days until its figures no longer change, or 0.")] = None
    normalise_by: Annotated[Text | None, says("Write what it is compared by, such as contact_type.")] = None
    quality_gate: Annotated[QualityGateShape | None, says("Write {metric: …, at_most: …} or at_least.")] = None


class ContactTypeShape(Shape):
    contacts: Annotated[Text | None, says("Write what the source calls its contacts, such as calls_NW.")] = None
    seconds: Annotated[Text | None, says("Write what the source calls its handle time in seconds.")] = None


class GuardShape(Shape):
    short_contacts: Annotated[Text | None, says("Name the metric of contacts that ended at once, in per cent.")] = None
    repeat_contacts: Annotated[Text | None, says("Name the metric of callers who rang again, in per cent.")] = None
    false_alarms: Annotated[Number | None, says("Write the share flagged by chance: 0.001 is one in 1,000.")] = None
    min_contacts: Annotated[Whole | None, says("Write a number of contacts, such as 100.")] = None


class HardContactsShape(Shape):
    ratio: Annotated[Number | None, says("Write how many times the usual length: 1.1 is a tenth longer.")] = None
    bonus_percentage: Annotated[Number | None, says("Write a percentage: 10 adds a tenth of the base points.")] = None


class MeasureShape(Shape):
    column: Annotated[Text, says("Name the column of the value.", stand_in="?")]
    count: Annotated[Text, says("Name the column of the contacts that it rests on.", stand_in="?")]
    share: Annotated[bool | None, says("Write true for 100 * column / count, else false.")] = None


class MetricFilesShape(Shape):
    agent: Annotated[Text | None, says("Name the column of the agent.")] = None
    date: Annotated[Text | None, says("Name the column of the date.")] = None
    measures: Annotated[
        dict[str, MeasureShape], says("Write each metric's key and {column: …, count: …}.", stand_in={})
    ]


class RungShape(Shape):
    name: Annotated[Text, says("Write the challenge's name.", stand_in="?")]
    description: Annotated[Text, says("Write what is asked, in words that a member reads.", stand_in="?")]
    metric_key: Annotated[Text, says("Write the metric's key, as in metrics.", stand_in="?")]
    target_value: Annotated[Number, says("Write the target to use while history is too thin.", stand_in=1.0)]
    points: Annotated[Whole, says("Write a whole number of points.", stand_in=1)]
    group_id: Annotated[Text, says("Write the platform's id of this tier's group, in quotes.", stand_in="?")]


class CategoryShape(Shape):
    tier_1: Annotated[RungShape, says("Write the easiest of the three challenges.")]
    tier_2: Annotated[RungShape, says("Write the middle one of the three challenges.")]
    tier_3: Annotated[RungShape, says("Write the hardest of the three challenges.")]

    @property
    def rungs(self) -> tuple[RungShape, RungShape, RungShape]:
        return self.tier_1, self.tier_2, self.tier_3


class ConditionShape(Shape):
    metric: Annotated[Text, says("Write what is looked at, such as CHALLENGE_COMPLETED.", stand_in="?")]
    operator: Annotated[Text, says("Write EQUALS.", stand_in="EQUALS")]
    value: Annotated[str, BeforeValidator(_text), says("Write what it is compared with: TIER_3.", stand_in="TIER_3")]
    bonus_percentage: Annotated[Number, says("Write a percentage: 50 adds half of the base points.", stand_in=0)]


class RewardRuleShape(Shape):
    name: Annotated[Text, says("Write the rule's name.", stand_in="?")]
    description: Annotated[Text, says("Write what it rewards, in words that a member reads.", stand_in="?")]
    evaluation_scope: Annotated[Literal["DAILY"], says("Write DAILY.", stand_in="DAILY")]
    conditions: Annotated[list[ConditionShape], says("Write a list of conditions, each with its bonus.", stand_in=[])]
    max_daily_bonus_points: Annotated[Whole | None, says("Write a whole number of points.")] = None


class ChanceShape(Shape):
    weight: Annotated[Number | None, says("Write how likely it is beside the others; 1 is usual.")] = None
    cooldown_days: Annotated[Whole | None, says("Write how many nights it rests after it ran.")] = None


class DrawShape(Shape):
    per_night: Annotated[Whole | None, says("Write how many categories run on a night.")] = None
    always: Annotated[list[Text] | None, says("Write a list of categories that run every night.")] = None
    categories: Annotated[
        dict[str, ChanceShape] | None, says("Write a category's key and {weight: …, cooldown_days: …}.")
    ] = None


class CapsShape(Shape):
    member_daily_points: Annotated[Whole | None, says("Write a whole number of points.")] = None
    member_daily_bonus_points: Annotated[Whole | None, says("Write a whole number of points.")] = None
    bonus_percent_of_base: Annotated[Number | None, says("Write a percentage such as 50.")] = None
    program_daily_points: Annotated[Whole | None, says("Write a whole number of points.")] = None
    reserve_percent: Annotated[Number | None, says("Write a percentage of the program's cap, such as 5.")] = None


class TierRuleShape(Shape):
    rule: Annotated[Literal["bands", "literal"] | None, says("Write bands, or literal for single thresholds.")] = None
    up: Annotated[Pair | None, says("Write two percentiles: from tier 1 to 2, from 2 to 3.")] = None
    down: Annotated[Pair | None, says("Write two percentiles: from tier 2 to 1, from 3 to 2.")] = None
    up_after_days: Annotated[Whole | None, says("Write a number of worked days in a row.")] = None
    down_after_days: Annotated[Whole | None, says("Write a number of worked days in a row.")] = None
    home_after_days: Annotated[Whole | None, says("Write the worked days in a tier that make it home: 40.")] = None
    home_kept_days: Annotated[Whole | None, says("Write the worked days that home is kept for: 120, or 0.")] = None
    return_after_days: Annotated[Whole | None, says("Write a number of worked days in a row.")] = None
    return_margin: Annotated[Number | None, says("Write percentile points above the band down, such as 3.")] = None
    window_days: Annotated[Whole | None, says("Write a number of calendar days, such as 30.")] = None
    smoothing_days: Annotated[Whole | None, says("Write a number of worked days, such as 15.")] = None
    placed_after_days: Annotated[Whole | None, says("Write a number of worked days, such as 10.")] = None
    targets: Annotated[Triple | None, says("Write three percentiles, such as [25, 50, 75].")] = None
    clamp: Annotated[Pair | None, says("Write two percentiles, such as [5, 95].")] = None
    min_peers: Annotated[Whole | None, says("Write a number of members, such as 20.")] = None
    min_members: Annotated[Whole | None, says("Write a number of members, such as 5.")] = None

    @model_validator(mode="after")
    def literal_is_whole(self) -> Self:
        """Checked here because the preset is gone once the rule is built."""
        own = [name for name in TierRuleShape.model_fields if name in _LITERAL_FIXES & self.model_fields_set]
        if self.rule == "literal" and own:
            raise ValueError(f"sets {', '.join(own)} although the literal rule fixes {'them' if own[1:] else 'it'}")
        return self


class ProgramShape(Shape):
    program: Annotated[Text, says("Write the program's key, such as bank-north.", stand_in="program")]
    name: Annotated[Text, says("Write the program's name as people say it.", stand_in="?")]
    time_zone: Annotated[Text, says("Write an IANA name such as Asia/Jerusalem.", stand_in="UTC")]
    rotation_time: Annotated[Clock, says('Write hours and minutes: "00:15".', stand_in="23:59")]
    day_starts_at: Annotated[Clock | None, says('Write hours and minutes: "06:00" for a night shift.')] = None
    propagation_seconds: Annotated[Whole | None, says("Write whole seconds, such as 300.")] = None
    payer: Annotated[Payer | None, says("Write ladder, or platform when the platform's own points count.")] = None
    platform: Annotated[PlatformShape, says("Write {kind: wem, secret: ladder/…}.")]
    peers: Annotated[PeersShape | None, says("Write {by_channel: true, tenure_bands_days: [90]}.")] = None
    metrics: Annotated[dict[str, MetricShape], says("Write each metric under the platform's key.", stand_in={})]
    contact_types: Annotated[
        dict[str, ContactTypeShape] | None,
        BeforeValidator(_by_key),
        says("Write a list of keys, such as [NEW, REGULAR], or each with {contacts: …, seconds: …}."),
    ] = None
    metric_files: Annotated[MetricFilesShape | None, says("Write {measures: {AHT: {column: …, count: …}}}.")] = None
    guard: Annotated[GuardShape | None, says("Write {short_contacts: …, repeat_contacts: …}.")] = None
    challenge_library: Annotated[
        dict[str, CategoryShape],
        says("Write each category with tier_1 to tier_3, or {file: library.json}.", stand_in={}),
    ]
    reward_rules: Annotated[list[RewardRuleShape] | None, says("Write a list of rules, or {file: rules.json}.")] = None
    hard_contacts: Annotated[HardContactsShape | None, says("Write {ratio: 1.1, bonus_percentage: 10}.")] = None
    draw: Annotated[DrawShape | None, says("Write {per_night: 1}.")] = None
    caps: Annotated[CapsShape | None, says("Write {member_daily_points: …}.")] = None
    tiers: Annotated[TierRuleShape | None, says("Write {rule: bands}, or leave it out.")] = None
