"""Receive: what a source posts is proved, read and queued, in this order."""

from collections.abc import Mapping
from datetime import datetime

from ingestion.body import plain, refuse_large
from ingestion.take import take
from ladder.domain.inbound import Answer, Call, Taken, Unknown
from ladder.domain.source import SourceKind
from ladder.ports.inbound import Activities, Cases, Identities, Keyring, Parking, Sources, Vendor


def receive(
    call: Call,
    *,
    program: str,
    source: str,
    now: datetime,
    sources: Sources,
    vendors: Mapping[SourceKind, Vendor],
    keyring: Keyring,
    identities: Identities,
    quarantine: Parking,
    activities: Activities,
    cases: Cases,
) -> tuple[Answer, Taken]:
    """The answer a source expects, once the queues have all of it. Any error means that nothing was done.

    Nothing of the body is decoded before the call is proved. Receiving a call again sends the same again, which the
    ledger drops.
    """
    refuse_large(call)
    found = sources.find(program, source)
    if found is None:
        raise Unknown
    vendor = vendors[found.kind]
    vendor.verify(call, found, keyring.of(program, found), now=now)
    contents = vendor.read(plain(call), found)
    taken = take(
        contents,
        found,
        program=program,
        judged=sources.judged_types(program),
        now=now,
        identities=identities,
        quarantine=quarantine,
        activities=activities,
        cases=cases,
    )
    return vendor.answer(taken), taken
