"""Peer groups: members are compared with those who do the same work for about as long."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from ladder.domain import performance
from ladder.domain.members import Member, Roster
from ladder.domain.program import Peers


@dataclass(frozen=True, slots=True)
class PeerGroups:
    names: tuple[str, ...]
    index: performance.Peers  # (M,) into names


def peer_groups(roster: Roster, on: date, peers: Peers) -> PeerGroups:
    """Channel and tenure band on a date. The groups do not depend on the order of the roster."""
    mine = [_name(member, on, peers) for member in roster]
    names = tuple(sorted(set(mine)))
    place = {name: number for number, name in enumerate(names)}
    return PeerGroups(names, np.array([place[name] for name in mine], dtype=np.int16))


def _name(member: Member, on: date, peers: Peers) -> str:
    channel = member.channel if peers.by_channel else "all"
    return f"{channel}, {_tenure(member.hired_on, on, peers.tenure_bands_days)}"


def _tenure(hired_on: date | None, on: date, bands: tuple[int, ...]) -> str:
    """The band of a member's days in the job; who has no hiring date counts as long-serving."""
    if not bands:
        return "any tenure"
    days = (on - hired_on).days if hired_on else bands[-1] + 1
    return next((f"up to {bound} days" for bound in bands if days <= bound), f"over {bands[-1]} days")
