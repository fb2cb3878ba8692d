"""Prove: a program's chain is verified whole, as `ladder audit verify` does it; once a day, so that somebody does."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from ladder.domain.audit.verify import verify
from ladder.ports.records import Anchors, Audit


def prove(programs: Iterable[str], *, audit: Audit, anchors: Anchors, now: datetime) -> Mapping[str, str]:
    """By program the first link that is not as it was left; of those that hold, nothing. Read only."""
    found = {each: verify(each, audit.items(each), anchors.of(each), now=now).broken for each in programs}
    return {program: str(broken) for program, broken in found.items() if broken}
