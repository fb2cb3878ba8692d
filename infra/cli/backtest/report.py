"""What a backtest has to tell, as one document: `--json` prints it, screen and page draw it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from infra.cli.backtest.example_agent import Story, story
from infra.cli.backtest.flags import Flagged, Found, flags_by_date, over_all
from infra.cli.backtest.mix_effect import Explained, explained
from infra.cli.backtest.notes import notes
from infra.cli.backtest.outcomes import YEAR, Ladder, rates, settle_all
from infra.cli.backtest.replay import Evening, Replayed
from ladder.domain.programs.program import TIERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    file: str
    replayed: Replayed
    ladders: Mapping[str, Ladder]
    flagged: Sequence[Flagged]
    mix: Sequence[Explained]
    story: Story
    warnings: Sequence[str]

    @property
    def evenings(self) -> Sequence[Evening]:
        return self.replayed.evenings

    @property
    def changes(self) -> int:
        return sum(ladder.changes for ladder in self.ladders.values())

    @property
    def changes_per_member_year(self) -> float | None:
        """Of one member on one ladder, first placements left out; while he was placed and at work."""
        nights = sum(ladder.player_nights for ladder in self.ladders.values())
        return round(self.changes / nights * YEAR, 3) if nights else None

    @property
    def rates(self) -> dict[str, float | None]:
        return rates(list(self.ladders.values()))

    def agent(self, slot: int) -> str:
        return self.replayed.roster[slot].user

    def players(self, key: str) -> list[tuple[int, int, int, int]]:
        """By night: in tier 1, 2 and 3 who is placed, and who is not placed yet."""
        return [_players(evening, key) for evening in self.evenings]

    def as_json(self) -> dict[str, Any]:
        """Dates as ISO text; shares and rates 0 to 1; None: nothing to tell it of."""
        first, last = self.evenings[0].date, self.evenings[-1].date
        return {
            "program": self.replayed.program.name,
            "metrics_file": self.file,
            "first_night": first.isoformat(),
            "last_night": last.isoformat(),
            "members": len(self.replayed.roster),
            "nights": len(self.evenings),
            "tier_changes": self.changes,
            "placements": sum(ladder.placements for ladder in self.ladders.values()),
            "changes_per_member_year": self.changes_per_member_year,
            "changes_per_member_year_by_category": {
                key: ladder.changes_per_member_year for key, ladder in self.ladders.items()
            },
            "tier_shares_final": {key: _shares(self.evenings[-1], key) for key in self.ladders},
            "completion_rate_by_tier": self.rates,
            "completion_rate_by_category": {key: rates([ladder]) for key, ladder in self.ladders.items()},
            "worked_days_by_category": {key: _by_tier(ladder.worked) for key, ladder in self.ladders.items()},
            "drawn": {key: _drawn(ladder) for key, ladder in self.ladders.items()},
            "flags": [self._flag(each) for each in self.flagged],
            "warnings": list(self.warnings),
            "mix": [asdict(each) for each in self.mix],
            "targets": {key: [_targets(evening, key) for evening in self.evenings] for key in self.ladders},
            "tiers": {key: self._tiers(key) for key in self.ladders},
            "story": self._story(),
            "moves": list(self._moves()),
        }

    def _flag(self, each: Flagged) -> dict[str, Any]:
        return {
            "member": self.agent(each.slot),
            "kind": each.kind,
            "evidence": each.evidence,
            "from": each.first.isoformat(),
            "to": each.last.isoformat(),
            "days": each.days,
        }

    def _tiers(self, key: str) -> list[dict[str, Any]]:
        names = ("1", "2", "3", "not placed")
        return [
            {"date": evening.date.isoformat(), **dict(zip(names, players, strict=True))}
            for evening, players in zip(self.evenings, self.players(key), strict=True)
        ]

    def _story(self) -> dict[str, Any]:
        days = [{**asdict(day), "date": day.date.isoformat()} for day in self.story.days]
        return {"member": self.agent(self.story.slot), "category": self.story.category, "days": days}

    def _moves(self) -> Iterator[dict[str, Any]]:
        for move in (move for evening in self.evenings for move in evening.moves):
            yield {
                "date": move.date.isoformat(),
                "agent": self.agent(move.slot),
                "category": move.category,
                "from": move.old,
                "to": move.new,
                "first_placement": move.placed,
                "why": move.why,
            }


def report(replayed: Replayed, *, file: str, found: Sequence[str] = ()) -> Report:
    """`found`: what was to be said of the files already."""
    flags: Found = flags_by_date(replayed)
    ladders = settle_all(replayed, flags)
    return Report(
        file=file,
        replayed=replayed,
        ladders=ladders,
        flagged=over_all(flags, window_days=replayed.program.tier_rule.window_days),
        mix=explained(replayed.program, replayed.known),
        story=story(replayed),
        warnings=[*notes(replayed, ladders), *found],
    )


def _players(evening: Evening, key: str) -> tuple[int, int, int, int]:
    each = evening.asked[key]
    one, two, three = (int(((each.tier == tier) & (each.placed == 1)).sum()) for tier in TIERS)
    return one, two, three, int(((each.tier > 0) & (each.placed == 0)).sum())


def _shares(evening: Evening, key: str) -> dict[str, float]:
    """Of everybody on the roster; who is not placed yet is in tier 1."""
    tier = evening.asked[key].tier
    here = max(int((tier > 0).sum()), 1)
    return {str(number): round(int((tier == number).sum()) / here, 4) for number in TIERS}


def _by_tier(tally: np.ndarray[tuple[int], np.dtype[np.int64]]) -> dict[str, int]:
    return {str(tier): count for tier, count in zip(TIERS, tally.tolist(), strict=True)}


def _drawn(ladder: Ladder) -> dict[str, Any]:
    """What came of the nights on which it was drawn."""
    return {"outcomes": dict(ladder.outcomes), "held": dict(ladder.held)}


def _targets(evening: Evening, key: str) -> dict[str, Any]:
    each = evening.asked[key]
    return {
        "date": evening.date.isoformat(),
        "shown": list(each.targets.shown),
        "from_history": each.targets.from_history,
        "drawn": each.drawn,
    }
