"""A body as it is meant: gzip is undone, and never more of it than a body may hold."""

import zlib
from dataclasses import replace

from ladder.domain.inbound import MOST_BYTES, Call, Malformed, TooLarge, Unsupported

GZIP = 16 + zlib.MAX_WBITS
AS_IT_IS = frozenset({"", "identity"})


def plain(call: Call) -> Call:
    """The call with its body decoded. Stops at the bound, whatever a header or the archive says of its length."""
    encoding = call.headers.get("content-encoding", "").strip().lower()
    if encoding in AS_IT_IS:
        return call
    if encoding not in {"gzip", "x-gzip"}:
        raise Unsupported("the content encoding is not read: send gzip, or none")
    return replace(call, body=_unzipped(call.body))


def refuse_large(call: Call) -> None:
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
