"""The gaming guard: find members whose share of very short or repeat contacts is far above that of their peers.

A flag asks a person for a review; it is no verdict. Until then it holds completions on speed.

Measured where 1 in 1,000 is stated, at shares of 2 to 60 per cent: among 12 peers or more, 0.15 to 1.5 in 1,000 of the
honest are flagged (least where all are alike, as contacts are whole numbers; most where they differ by more than half
of a share of 2 per cent), among five peers up to 3.4. Beside many who game, about 1.4 times as many. Axes: M members.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Literal

import numpy as np

from ladder.domain.challenges.beta_binomial import Amounts, Places, Tally, fit_beta_binomial
from ladder.domain.challenges.history import Flags, History
from ladder.domain.challenges.peers import Population
from ladder.domain.challenges.performance import GroupIndex, in_large_group
from ladder.domain.challenges.rules import Guard, TierRule
from ladder.domain.text import plain_number, quantity

type Kind = Literal["short_contacts", "repeat_contacts"]

FALSE_ALARMS = Guard().false_alarms  # per honest member, kind and evaluation
MIN_CONTACTS = Guard().min_contacts  # in the window
MIN_HITS = 5  # nobody is asked about fewer
FACT: dict[Kind, str] = {
    "short_contacts": "{share} of your {contacts} in these {days} ended within ten seconds",
    "repeat_contacts": "After {share} of your {contacts} with a known customer in these {days}, the same customer "
    "was back within seven days",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    slot: int
    kind: Kind
    share: float  # the member's, 0 to 1
    usual: float  # the median among the members they are compared with
    contacts: int


@dataclass(frozen=True, slots=True)
class OutlierResult:
    """Who stands out, and everybody's evidence; NaN: not judged. (M,) each."""

    who: Flags
    share: Amounts
    usual: Amounts
    contacts: Amounts

    def flags(self, kind: Kind) -> tuple[Flag, ...]:
        return tuple(self._flag(int(slot), kind) for slot in np.flatnonzero(self.who))

    def _flag(self, slot: int, kind: Kind) -> Flag:
        share, usual = float(self.share[slot]), float(self.usual[slot])
        return Flag(slot=slot, kind=kind, share=share, usual=usual, contacts=round(self.contacts[slot]))


def flagged_members(
    kind: Kind,
    history: History,
    metric: str,
    population: Population,
    *,
    until: date,
    rule: TierRule,
    false_alarms: float = FALSE_ALARMS,
    min_contacts: int = MIN_CONTACTS,
) -> tuple[Flag, ...]:
    """The flags of one kind over the window that ends with `until`. Who has left is neither judged nor a peer."""
    found = tally(history, metric, until=until, window=rule.window_days)
    here = Tally(found.hits, np.where(population.active, found.contacts, 0.0))
    peers = population.groups.index
    return find_outliers(here, peers, rule=rule, false_alarms=false_alarms, min_contacts=min_contacts).flags(kind)


def tally(history: History, metric: str, *, until: date, window: int) -> Tally:
    """Sums over the window, (D, M) -> (M,), of a metric that is a share: values in per cent of the day's counts."""
    column = history.columns[metric]
    end = history.row(until) + 1
    days = slice(max(0, end - window), end)
    values = column.values[days]
    contacts = np.where(np.isnan(values), np.float32(0), column.counts[days])
    hits = np.nansum(values * contacts, axis=0, dtype=np.float64) / 100
    total = np.nansum(contacts, axis=0, dtype=np.float64)
    return Tally(np.clip(hits, 0, total), total)


def find_outliers(
    found: Tally,
    peers: GroupIndex,
    *,
    rule: TierRule,
    false_alarms: float = FALSE_ALARMS,
    min_contacts: int = MIN_CONTACTS,
) -> OutlierResult:
    """Whose share is high beyond chance and beyond the peers' own differences; `false_alarms` of the honest are too.

    A peer group with fewer than `min_peers` known members is compared with the whole program; with fewer than
    `min_members` known in the program nobody is judged. Known is who has at least `min_contacts`.
    """
    share = np.where(found.contacts >= min_contacts, found.share, np.nan)
    who, usual = np.zeros(share.shape, dtype=np.bool), np.full(share.shape, np.nan)
    quantile = NormalDist().inv_cdf(1 - false_alarms)
    for judged, group_members in _comparisons(share, peers, rule):
        usual[judged] = np.median(share[group_members])
        fit = fit_beta_binomial(found.at(group_members), quantile)
        if fit:
            who[judged] = fit.stands_out(found.at(judged), quantile)
    worth_asking = (found.hits >= MIN_HITS) & (share > usual)
    return OutlierResult(who & worth_asking, share, usual, found.contacts)


def flag_text(flag: Flag, *, days: int, noun: str = "calls") -> str:
    """Return the text for the member; `days` is the window, `noun` what the program calls contacts."""
    share, usual = _percents(flag.share, flag.usual)
    fact = FACT[flag.kind].format(share=share, contacts=f"{flag.contacts:,} {noun}", days=quantity(days, "day"))
    return (
        f"{fact}; among your peers it is usually {usual}. There can be good reasons for that, so a person will have a "
        "look. Until then completions on speed wait; nothing is taken away."
    )


def _comparisons(share: Amounts, peers: GroupIndex, rule: TierRule) -> Iterator[tuple[Places, Places]]:
    """Yield who is judged, and those whom they are compared with."""
    known = ~np.isnan(share)
    if known.sum() < rule.min_members:
        return
    apart = known & in_large_group(share.astype(np.float32), peers, rule)
    if (known & ~apart).any():
        yield np.flatnonzero(known & ~apart), np.flatnonzero(known)
    for group in np.unique(peers[apart]):
        group_members = np.flatnonzero(apart & (peers == group))
        yield group_members, group_members


def _percents(share: float, usual: float) -> tuple[str, str]:
    """Two digits each, more where they would read alike."""
    for digits in (2, 3, 4):
        pair = tuple(f"{plain_number(float(f'{100 * value:.{digits}g}'))} %" for value in (share, usual))
        if pair[0] != pair[1]:
            break
    return pair[0], pair[1]
