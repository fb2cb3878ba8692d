"""The gaming guard: find members whose share of very short or repeat contacts is far above that of their peers.

A flag asks a person for a review; it is no verdict. Until then it holds completions on speed.

Measured where 1 in 1,000 is stated, at shares of 2 to 60 per cent: among 12 peers or more, 0.15 to 1.5 in 1,000 of the
honest are flagged (least where all are alike, as contacts are whole numbers; most where they differ by more than half
of a share of 2 per cent), among five peers up to 3.4. Beside many who game, about 1.4 times as many. Axes: M members.
"""

from dataclasses import dataclass, replace
from datetime import date
from statistics import NormalDist
from typing import Literal

import numpy as np

from ladder.domain.challenges.beta_binomial import Amounts, Tally, fit_beta_binomial
from ladder.domain.challenges.history import Flags, GroupIndex, History, zero_where
from ladder.domain.challenges.peers import Population
from ladder.domain.challenges.performance import CHUNK, in_large_group
from ladder.domain.challenges.pseudo_random import drawn
from ladder.domain.challenges.rules import ChallengeRules, Guard, TierRule
from ladder.domain.message import Message

type Kind = Literal["short_contacts", "repeat_contacts"]

FALSE_ALARMS = Guard().false_alarms  # per honest member, kind and evaluation
MIN_CONTACTS = Guard().min_contacts  # in the window
MIN_HITS = 5  # nobody is asked about fewer
SAMPLED = 1 << 16  # peers whose shares say what is usual; of more, so many are drawn
FLAGGED: dict[Kind, str] = {
    "short_contacts": "challenges.flagged_short_contacts",
    "repeat_contacts": "challenges.flagged_repeat_contacts",
}
DIGITS = (2, 3, 4)  # significant ones of a share: two, or more where the two shares would read alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A member whose share is far above that of their peers: a reason for a review."""

    slot: int
    kind: Kind
    share: float  # the member's, 0 to 1
    usual: float  # the median among the members they are compared with
    contacts: int

    def message(self, days: int) -> Message:
        """Return what the member reads; `days` is the window."""
        for digits in DIGITS:
            share, usual = (float(f"{100 * value:.{digits}g}") for value in (self.share, self.usual))
            if share != usual:
                break
        evidence = {"share": share, "usual": usual, "contacts": self.contacts, "days": days}
        return Message(FLAGGED[self.kind], evidence)


@dataclass(frozen=True, slots=True)
class OutlierResult:
    """The members who stand out, and everybody's evidence; NaN: not judged. (M,) each."""

    who: Flags
    share: Amounts
    usual: Amounts
    contacts: Amounts

    def flags(self, kind: Kind) -> tuple[Flag, ...]:
        return tuple(
            Flag(
                slot=slot,
                kind=kind,
                share=float(self.share[slot]),
                usual=float(self.usual[slot]),
                contacts=round(self.contacts[slot]),
            )
            for slot in np.flatnonzero(self.who).tolist()
        )


def guard_flags(rules: ChallengeRules, history: History, population: Population, *, until: date) -> tuple[Flag, ...]:
    """Return every flag of the program's guard over the window that ends with `until`; none without a guard."""
    guard = rules.guard
    if guard is None:
        return ()
    guarded: tuple[tuple[Kind, str | None], ...] = (
        ("short_contacts", guard.short_contacts),
        ("repeat_contacts", guard.repeat_contacts),
    )
    return tuple(
        flag
        for kind, metric in guarded
        if metric
        for flag in flagged_members(
            kind,
            history,
            metric,
            population,
            until=until,
            rule=rules.tier_rule,
            false_alarms=guard.false_alarms,
            min_contacts=guard.min_contacts,
        )
    )


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
    """Return the flags of one kind over the window that ends with `until`.

    Members who have left are neither judged nor peers, and nobody is compared with another channel: what is short in
    one may be usual in another.
    """
    everybody = tally(history, metric, until=until, window=rule.window_days)
    groups, flags = population.groups, list[Flag]()
    for channel in groups.channels_of(np.ones(len(groups.names), dtype=np.bool)):
        slots = np.flatnonzero(population.active & groups.in_channel(channel))
        found = find_outliers(
            everybody.at(slots), groups.index[slots], rule=rule, false_alarms=false_alarms, min_contacts=min_contacts
        )
        flags += [replace(flag, slot=int(slots[flag.slot])) for flag in found.flags(kind)]
    return tuple(sorted(flags, key=lambda flag: flag.slot))


def tally(history: History, metric: str, *, until: date, window: int) -> Tally:
    """Sum a metric that is a share over the window, (D, M) -> (M,): values in per cent of the day's counts."""
    column, end = history.columns[metric], history.row(until) + 1
    days = slice(max(0, end - window), end)
    hits, total = np.zeros(history.members), np.zeros(history.members)
    for start in range(0, history.members, CHUNK):
        part = slice(start, start + CHUNK)
        counts = column.counts[days, part]
        of_day = column.values[days, part] * counts
        unknown = np.isnan(of_day)
        for sums, amounts in ((hits, of_day), (total, counts)):
            zero_where(unknown, amounts).astype(np.float64).sum(axis=0, out=sums[part])
    hits /= 100
    return Tally(np.clip(hits, 0, total), total)


def find_outliers(
    sums: Tally,
    peers: GroupIndex,
    *,
    rule: TierRule,
    false_alarms: float = FALSE_ALARMS,
    min_contacts: int = MIN_CONTACTS,
) -> OutlierResult:
    """Find shares that are high beyond chance and beyond the peers' own differences, in one channel.

    `false_alarms`: the share of honest members who are found, too. A peer group with fewer than `min_peers` known
    members is compared with the whole channel; with fewer than `min_members` known in the channel nobody is judged.
    A member is known with at least `min_contacts`.
    """
    share = np.where(sums.contacts >= min_contacts, sums.share, np.nan)
    who, usual = np.zeros(share.shape, dtype=np.bool), np.full(share.shape, np.nan)
    quantile, known = NormalDist().inv_cdf(1 - false_alarms), ~np.isnan(share)
    apart = known & in_large_group(share.astype(np.float32), peers, rule)
    groups = [np.flatnonzero(apart & (peers == group)) for group in np.unique(peers[apart])]
    comparisons = [(np.flatnonzero(known & ~apart), np.flatnonzero(known)), *((group, group) for group in groups)]
    for judged, compared in comparisons if known.sum() >= rule.min_members else ():
        if not len(judged):
            continue
        usual[judged] = np.median(share[compared])
        fit = fit_beta_binomial(sums.at(compared[drawn(len(compared), SAMPLED)]), quantile)
        if fit:
            worth_asking = judged[(sums.hits[judged] >= MIN_HITS) & (share[judged] > usual[judged])]
            who[worth_asking] = fit.stands_out(sums.at(worth_asking), quantile)
    return OutlierResult(who, share, usual, sums.contacts)
