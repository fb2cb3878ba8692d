"""A body as it is meant: gzip is undone, and never more of it than a body may hold."""

import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ingestion.take import take
from ladder.domain.activities.inbound import (
    MOST_BYTES,
    HookRequest,
    HookResponse,
    IngestResult,
    Malformed,
    TooLarge,
    Unknown,
    Unsupported,
)
from ladder.domain.activities.ports import Activities, Cases, Identities, Keyring, QuarantineStore, Sources, Vendor
from ladder.domain.programs.source import SourceKind

GZIP = 16 + zlib.MAX_WBITS
AS_IT_IS = frozenset({"", "identity"})


def plain(call: HookRequest) -> HookRequest:
    """The call with its body decoded. Stops at the bound, whatever a header or the archive says of its length."""
    encoding = call.headers.get("content-encoding", "").strip().lower()
    if encoding in AS_IT_IS:
        return call
    if encoding not in {"gzip", "x-gzip"}:
        raise Unsupported("the content encoding is not read: send gzip, or none")
    return replace(call, body=_unzipped(call.body))


def refuse_large(call: HookRequest) -> None:
    if len(call.body) > MOST_BYTES:
        raise TooLarge(f"a body of {len(call.body)} bytes: send at most {MOST_BYTES}")


def _unzipped(packed: bytes) -> bytes:
    stream = zlib.decompressobj(GZIP)
    try:
        body = stream.decompress(packed, MOST_BYTES + 1)
    except zlib.error as error:
        raise Malformed("body", "not gzip: send what the content encoding says") from error
    if len(body) > MOST_BYTES:
        raise TooLarge(f"a body of more than {MOST_BYTES} bytes once it is unzipped: send less at once")
    if not stream.eof or stream.unused_data:
        raise Malformed("body", "gzip that is cut off, or goes on behind its end: send one whole member")
    return body


def receive(
    call: HookRequest,
    *,
    program: str,
    source: str,
    now: datetime,
    sources: Sources,
    vendors: Mapping[SourceKind, Vendor],
    keyring: Keyring,
    identities: Identities,
    quarantine: QuarantineStore,
    activities: Activities,
    cases: Cases,
) -> tuple[HookResponse, IngestResult]:
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
