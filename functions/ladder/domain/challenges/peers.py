"""Peer groups: members are compared with those who do the same work for about as long.

A group is a tenure band of a channel. Nothing jumps at a border between groups: near one, a member belongs to both, and
a group with few members is blended with its channel. Nobody is compared with members of another channel.
Axes: M members, G groups, N members of one population.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Self

import numpy as np

from ladder.domain.challenges.history import Flags, GroupIndex, Row, Values
from ladder.domain.challenges.rules import ChallengeRules, Peers, TierRule
from ladder.domain.errors import ProgramRefused
from ladder.domain.members.roster import Roster

MAX_PEER_GROUPS = 255  # an index among them is stored in a byte
NO_PEERS = Peers(by_channel=False, tenure_bands_days=())
BORDER_DAYS = 30  # on both sides of a tenure border, or half of the shorter band where that is less
SHARES = 256  # a share is a multiple of one of so many parts: sums of them are exact

type Slots = np.ndarray[tuple[int], np.dtype[np.intp]]
type Sizes = np.ndarray[tuple[int], np.dtype[np.float64]]  # (G,)


@dataclass(frozen=True, slots=True)
class NearBorder:
    """Members near a tenure border, (N,) each: by slot, in order."""

    slots: Slots
    group: GroupIndex  # the group beyond the border
    share: Row  # how much they belong to it, up to a half; the rest of them belongs to their own group

    @property
    def columns(self) -> tuple[Slots, GroupIndex, Row]:
        return self.slots, self.group, self.share

    @classmethod
    def nobody(cls) -> Self:
        return cls(np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.int16), np.zeros(0, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A population, and how much each of its members is compared with it. (N,) each."""

    slots: Slots
    weight: Row | None  # how much they count in it; None: all of them fully
    share: Row  # of this population in what they are compared with


@dataclass(frozen=True, slots=True)
class PeerGroups:
    names: tuple[str, ...]
    index: GroupIndex  # (M,) into names
    channels: tuple[int, ...] = ()  # (G,) the number of each group's channel; all the same if left out
    near: NearBorder = field(default_factory=NearBorder.nobody)

    def __post_init__(self) -> None:
        object.__setattr__(self, "channels", self.channels or (0,) * len(self.names))

    def channels_of(self, groups: Flags) -> list[int]:
        """Return the channels of these groups, (G,), in order."""
        return sorted({self.channels[group] for group in np.flatnonzero(groups).tolist()})

    def in_channel(self, channel: int) -> Flags:
        """Return who works in a channel: (M,)."""
        inside: Flags = (np.array(self.channels, dtype=np.int16) == channel)[self.index]
        return inside

    def sizes(self, known: Flags) -> Sizes:
        """Return how many known members each group has, in parts where they are near a border: (G,)."""
        slots, beyond, share = (column[known[self.near.slots]] for column in self.near.columns)
        count = partial(np.bincount, minlength=len(self.names))
        return np.asarray(count(self.index[known]) - count(self.index[slots], share) + count(beyond, share), np.float64)

    def channel_sizes(self, known: Flags) -> Sizes:
        """Return how many known members the channel of each group has: (G,)."""
        by_group, channels = np.bincount(self.index[known], minlength=len(self.names)), np.array(self.channels, np.intp)
        return np.asarray(np.bincount(channels, by_group)[channels], np.float64)

    def population(self, group: int, known: Flags) -> tuple[Slots, Row | None]:
        """Return the known members of a group, and how much each belongs to it; None: all of them fully."""
        members, (slots, beyond, share) = known & (self.index == group), self.near.columns
        partly = np.flatnonzero(known[slots] & (members[slots] | (beyond == group)))
        if not len(partly):
            return np.flatnonzero(members), None
        members[slots[partly]] = True
        belong = np.flatnonzero(members)
        weight = np.ones(len(belong), dtype=np.float32)
        part = np.where(beyond[partly] == group, share[partly], 1 - share[partly])
        weight[np.searchsorted(belong, slots[partly])] = part
        return belong, weight

    def comparisons(self, known: Flags, rule: TierRule) -> Iterator[Comparison]:
        """Yield with whom known members are compared: with their groups as far as these are large, else with their
        channel. In a channel with fewer than `min_members` known, nobody is compared.
        """
        enough = self.channel_sizes(known) >= rule.min_members
        large, compared = how_large(self.sizes(known), rule.min_peers) * enough, known & enough[self.index]
        rest = compared.astype(np.float32)
        for group in np.flatnonzero(large).tolist():
            slots, weight = self.population(group, compared)
            part = np.float32(large[group])
            share = np.full(len(slots), part) if weight is None else weight * part
            rest[slots] -= share
            yield Comparison(slots, weight, share)
        for channel in self.channels_of(np.bincount(self.index[rest > 0], minlength=len(self.names)) > 0):
            slots = np.flatnonzero(compared & self.in_channel(channel))
            yield Comparison(slots, None, rest[slots])


def among_peers(measured: Values, groups: PeerGroups, min_peers: int, compare: Callable[[Slots], Values]) -> Values:
    """Return values that are made comparable among peers, blended as their ranks are: (D, M).

    `compare` takes members, (N,), who are compared with each other, and returns their comparable values: (D, N). A
    group of fewer than `min_peers` who have worked is compared with its channel, which is never compared with another.
    """
    comparable = np.zeros_like(measured)
    known = ~np.isnan(measured).all(axis=0)
    for peers in groups.comparisons(known, TierRule(min_peers=min_peers, min_members=1)):
        comparable[:, peers.slots] += peers.share * compare(peers.slots)
    comparable[:, ~known] = np.nan
    return comparable


def how_large(sizes: Sizes, least: int) -> Sizes:
    """Return how much groups of these sizes are compared by themselves: from a little at the least size to fully at
    twice that.
    """
    return np.clip((sizes - least + 1) / least, 0, 1)


@dataclass(frozen=True, slots=True)
class Population:
    """The members of the roster as the rules see them on one night."""

    active: Flags  # (M,)
    groups: PeerGroups

    @property
    def members(self) -> int:
        return len(self.active)


def population(rules: ChallengeRules, roster: Roster, on: date) -> Population:
    """Return who plays on a date, and who is compared with whom.

    A platform that pays knows one target a group, so there everybody is compared with the whole program.
    """
    active = np.array([member.active for member in roster], dtype=np.bool)
    return Population(active, peer_groups(roster, on, NO_PEERS if rules.payer == "platform" else rules.peers))


def peer_groups(roster: Roster, on: date, peers: Peers) -> PeerGroups:
    """Group members by channel and tenure band on a date, whatever the order of the roster.

    Raises ProgramRefused where there are more groups than can be stored.
    """
    bands = peers.tenure_bands_days
    labels = [*(f"up to {bound} days" for bound in bands), f"over {bands[-1]} days"] if bands else ["any tenure"]
    by_slot, beyond = list[tuple[str, str]](), dict[int, tuple[tuple[str, str], float]]()
    for slot, member in enumerate(roster):
        channel = member.channel if peers.by_channel else "all"
        days = (on - member.hired_on).days if bands and member.hired_on else None
        band = len(bands) if days is None else bisect_left(bands, days)  # unknown: long-serving
        by_slot.append((channel, labels[band]))
        if days is not None and (nearest := _beyond_border(days, band, bands)):
            beyond[slot] = (channel, labels[nearest[0]]), nearest[1]
    existing, nearby = set(by_slot), {group for group, _ in beyond.values()}
    if len(existing | nearby) > MAX_PEER_GROUPS:  # then a group that has no member of its own is left out
        beyond = {slot: (group, share) for slot, (group, share) in beyond.items() if group in existing}
        nearby = nearby & existing
    groups = sorted(existing | nearby, key=", ".join)
    if len(groups) > MAX_PEER_GROUPS:
        raise ProgramRefused(
            f"{len(groups)} peer groups are more than {MAX_PEER_GROUPS}: use fewer channels or tenure bands"
        )
    index, channels = {group: number for number, group in enumerate(groups)}, sorted({channel for channel, _ in groups})
    near = NearBorder(
        np.array(list(beyond), dtype=np.intp),
        np.array([index[group] for group, _ in beyond.values()], dtype=np.int16),
        np.array([share for _, share in beyond.values()], dtype=np.float32),
    )
    return PeerGroups(
        names=tuple(map(", ".join, groups)),
        index=np.array([index[group] for group in by_slot], dtype=np.int16),
        channels=tuple(channels.index(channel) for channel, _ in groups),
        near=near,
    )


def _beyond_border(days: int, band: int, bands: tuple[int, ...]) -> tuple[int, float] | None:
    """Return the band beyond a border nearby, and how much somebody of this tenure belongs to it: a half at the border,
    less by the day, and nothing from `BORDER_DAYS` on.
    """
    for border, other in ((band, band + 1), (band - 1, band - 1)):
        if 0 <= border < len(bands):
            narrowest = min(np.diff([0, *bands])[border : border + 2].tolist())
            distance = abs(days - bands[border] - 0.5)  # the border lies between two days
            share = round(SHARES / 2 * max(0.0, 1 - distance / min(BORDER_DAYS, narrowest / 2))) / SHARES
            if share:
                return other, share
    return None
