"""Publish what verifiers ask for: an issuer's document, and the signed list that says what was revoked."""

from collections.abc import MutableMapping
from datetime import datetime

from ladder.domain.credentials.credential import compact, signing_input
from ladder.domain.credentials.issuer import Issuer
from ladder.domain.credentials.ports import Credentials, Signer
from ladder.domain.credentials.status_list import status_list_body
from ladder.domain.errors import NotFound
from ladder.domain.message import Message

type SignedLists = MutableMapping[tuple[str, int], tuple[int, datetime, str]]  # version, hour and token by its DID


def signed_status_list(
    issuer: Issuer, number: int, *, now: datetime, credentials: Credentials, signer: Signer, cache: SignedLists
) -> str:
    """Return the list as a JWT, signed once an hour and once a change; `cache` holds the ones of a warm function.

    Raises NotFound for a list that no credential has a place in.
    """
    listed = credentials.status_list(issuer.program, number)
    if listed is None:
        raise NotFound(Message("credentials.no_such_list"))
    since, key = now.replace(minute=0, second=0, microsecond=0), (issuer.did, number)
    version, hour, token = cache.get(key, (0, since, ""))
    if (version, hour) != (listed.version, since):
        signed = signing_input(issuer, signer.keys()[0], status_list_body(issuer, listed, since=since))
        token = compact(signed, signer.sign(signed.encode()))
        cache[key] = listed.version, since, token
    return token
