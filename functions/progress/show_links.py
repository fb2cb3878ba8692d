"""Show links: by which systems' ids, and by how many logins, a member is known; never the ids themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from ladder.domain.reviews.ports import KnownBy, Links
from progress.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLinks:
    """Oldest first; those that a system introduced itself come first, as nobody noted when."""

    links: Sequence[KnownBy]


def show_links(me: Me, *, links: Links) -> KnownLinks:
    """Return a member's links. A login that somebody else linked is among them, with its date."""
    known = links.of(me.program, me.member)
    return KnownLinks(links=sorted(known, key=lambda link: link.since.isoformat() if link.since else ""))
