"""tiers and peers: how difficulty follows a member, and whom he is compared with."""

from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import model_validator

from ladder.adapters.program_file.sections.kinds import Number, Pair, Shape, Triple, Whole, says, written
from ladder.domain.program import LITERAL, TierRule

_WAY_BACK = {"home_after_days", "home_kept_days", "return_after_days", "return_margin"}
_LITERAL_FIXES = {"up", "down", "smoothing_days"} | _WAY_BACK


class PeersShape(Shape):
    by_channel: Annotated[bool | None, says("Write true to compare members within their channel, else false.")] = None
    tenure_bands_days: Annotated[list[Whole] | None, says("Write upper bounds in days, such as [90, 365].")] = None


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


def tier_rule(shape: TierRuleShape | None) -> TierRule:
    said = written(shape)
    rule = said.pop("rule", "bands")
    return replace(LITERAL if rule == "literal" else TierRule(), **said)
