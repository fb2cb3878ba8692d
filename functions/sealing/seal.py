"""Seal the audit of every program, and verify whole chains, as `ladder audit verify` does, once a day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import batched

from ladder.domain.audit.ports import Anchors, Audit
from ladder.domain.audit.seal import MAX_RECORDS, Anchor, make_seal
from ladder.domain.audit.verify import verify
from ladder.domain.errors import Unavailable
from ladder.domain.programs.ports import Programs

OVERLAP = timedelta(hours=1)  # a record may be that late: its time is that of the beginning of its step
TRIES = 5


@dataclass(frozen=True, slots=True)
class Sealed:
    """`anchored`: programs of which an anchor was written; `failed`: by program, why it was not sealed.

    `broken`: by program, on its first run of the day, the first broken link of its chain.
    """

    seals: int = 0
    records: int = 0
    anchored: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)


def seal(*, programs: Programs, audit: Audit, anchors: Anchors, now: datetime, pause: Callable[[int], None]) -> Sealed:
    """Seal every program in turn; one that fails does not keep the others from it. Nothing to seal makes no seal.

    It may be killed anywhere, and run twice at once: each record gets into one seal, for its mark is written with it.
    The first run of a day reads every record there is, however late it came, and verifies the chain; a chain that is
    broken is sealed on all the same. Each run anchors the newest seal where today has no anchor of it.
    """
    sealed = Sealed()
    for program in programs.keys():  # noqa: SIM118 - a store, no dictionary
        try:
            today = anchors.of_day(program, now.date())
            seals, records = _seal(program, audit, now=now, all_records=not today, pause=pause)
            sealed = replace(sealed, seals=sealed.seals + seals, records=sealed.records + records)
            newest = audit.newest(program)
            if newest and newest.n not in {anchor.n for anchor in today}:
                anchors.save(Anchor(program, now.date(), newest.n, newest.digest))
                sealed = replace(sealed, anchored=(*sealed.anchored, program))
            if newest and not today:
                stored = audit.seals(program), audit.items(program), anchors.of(program)
                if broken := verify(program, *stored, now=now).broken:
                    sealed = replace(sealed, broken={**sealed.broken, program: str(broken)})
        except Exception as error:  # noqa: BLE001  whatever is wrong with one program, such as a seal that was spoiled
            sealed = replace(sealed, failed={**sealed.failed, program: f"{type(error).__name__}: {error}"})
    return sealed


def _seal(
    program: str, audit: Audit, *, now: datetime, all_records: bool, pause: Callable[[int], None]
) -> tuple[int, int]:
    """Return the number of seals made, and of records in them.

    Where another sealer was faster the chain is read again; where nobody makes progress, this gives up.
    """
    seals = records = idle = 0
    while idle < TRIES:
        newest = audit.newest(program)
        since = newest.through - OVERLAP if newest and not all_records else None
        unsealed = audit.unsealed(program, since=since)
        link, done, before = newest, 0, seals
        for batch in batched(unsealed, MAX_RECORDS, strict=False):
            made = make_seal(program, batch, after=link, now=now)
            if not audit.seal(made):
                break
            link, done, seals = made.link, done + len(batch), seals + 1
        records += done
        if done == len(unsealed):
            return seals, records
        idle = 0 if seals > before or audit.newest(program) != newest else idle + 1
        pause(idle)
    raise Unavailable(f"the seals of {program!r} are refused, and nobody else makes any")
