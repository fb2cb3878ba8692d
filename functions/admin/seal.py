"""Prove: a program's chain is verified whole, as `ladder audit verify` does it; once a day, so that somebody does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import batched

from ladder.domain.audit.ports import Anchors, Audit
from ladder.domain.audit.records import StoredItem
from ladder.domain.audit.seal import MAX_RECORDS, Anchor, Link, make_seal
from ladder.domain.audit.verify import verify
from ladder.domain.errors import Unavailable
from ladder.domain.programs.ports import Programs


def verify_audit_chain(programs: Iterable[str], *, audit: Audit, anchors: Anchors, now: datetime) -> Mapping[str, str]:
    """By program the first link that is not as it was left; of those that hold, nothing. Read only."""
    found = {each: verify(each, audit.items(each), anchors.of(each), now=now).broken for each in programs}
    return {program: str(broken) for program, broken in found.items() if broken}


OVERLAP = timedelta(hours=1)  # a record may be that late: its time is that of the beginning of its step
TRIES = 5


@dataclass(frozen=True, slots=True)
class Sealed:
    """`anchored`: programs, on their first run of the day; `failed`: those that were not done, and why."""

    seals: int = 0
    records: int = 0
    anchored: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)


def seal(*, programs: Programs, audit: Audit, anchors: Anchors, now: datetime, pause: Callable[[int], None]) -> Sealed:
    """Every program in turn; one that fails does not keep the others from it. Nothing to seal makes no seal.

    It may be killed anywhere, and run twice at once: each record gets into one seal, for its mark is written with it.
    The first run of a day looks at every record there is, however late it came, and anchors what it leaves.
    """
    sealed = Sealed()
    for program in programs.keys():  # noqa: SIM118 - a store, no dictionary
        try:
            due = not anchors.has(program, now.date())
            seals, records = _seal(program, audit, now=now, all_of_it=due, pause=pause)
            sealed = replace(sealed, seals=sealed.seals + seals, records=sealed.records + records)
            if due and (newest := audit.newest(program)):
                anchors.save(Anchor(program, now.date(), newest.n, newest.digest))
                sealed = replace(sealed, anchored=(*sealed.anchored, program))
        except Exception as error:  # noqa: BLE001  whatever is wrong with one program, such as a seal that was spoiled
            sealed = replace(sealed, failed={**sealed.failed, program: f"{type(error).__name__}: {error}"})
    return sealed


def _seal(
    program: str, audit: Audit, *, now: datetime, all_of_it: bool, pause: Callable[[int], None]
) -> tuple[int, int]:
    """Seals made, and records in them. Another sealer's work is read again; where nothing moves, it gives up."""
    seals = records = idle = 0
    while idle < TRIES:
        newest = audit.newest(program)
        since = newest.through - OVERLAP if newest and not all_of_it else None
        waiting = audit.unsealed(program, since=since)
        made = _chain(program, audit, newest, waiting, now=now)
        seals, records = seals + len(made), records + sum(made)
        if sum(made) == len(waiting):
            return seals, records
        idle = 0 if made or audit.newest(program) != newest else idle + 1
        pause(idle)
    raise Unavailable(f"the seals of {program!r} are refused, and nobody else makes any")


def _chain(
    program: str, audit: Audit, after: Link | None, waiting: Sequence[StoredItem], *, now: datetime
) -> list[int]:
    """How many records are in each seal that was made, up to the first that somebody else was faster with."""
    made = list[int]()
    for records in batched(waiting, MAX_RECORDS, strict=False):
        made_now = make_seal(program, records, after=after, now=now)
        if not audit.seal(made_now):
            break
        made.append(len(records))
        after = made_now.link
    return made
