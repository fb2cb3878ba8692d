"""Peer groups: members are compared with those who do the same work for about as long."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain.challenges import history
from ladder.domain.challenges.history import Flags
from ladder.domain.challenges.rules import ChallengeRules, Peers
from ladder.domain.errors import ProgramRefused
from ladder.domain.members.roster import Roster

MAX_PEER_GROUPS = 255  # an index among them is stored in a byte
NO_PEERS = Peers(by_channel=False, tenure_bands_days=())


@dataclass(frozen=True, slots=True)
class PeerGroups:
    names: tuple[str, ...]
    index: history.GroupIndex  # (M,) into names


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
    bands, by_slot = peers.tenure_bands_days, []
    for member in roster:
        tenure = "any tenure"
        if bands:
            days = (on - member.hired_on).days if member.hired_on else bands[-1] + 1  # unknown: long-serving
            tenure = next((f"up to {bound} days" for bound in bands if days <= bound), f"over {bands[-1]} days")
        by_slot.append(f"{member.channel if peers.by_channel else 'all'}, {tenure}")
    names = tuple(sorted(set(by_slot)))
    if len(names) > MAX_PEER_GROUPS:
        raise ProgramRefused(
            f"{len(names)} peer groups are more than {MAX_PEER_GROUPS}: use fewer channels or tenure bands"
        )
    index = {name: number for number, name in enumerate(names)}
    return PeerGroups(names, np.array([index[name] for name in by_slot], dtype=np.int16))
