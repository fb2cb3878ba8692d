"""The signer and the store that credentials need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ladder.domain.credentials.issuer import Jwk
from ladder.domain.credentials.status_list import StatusList, StatusPlace


class Signer(Protocol):
    """Signs with ES256. Raises Unavailable where the keys' service is busy."""

    def keys(self) -> Sequence[Jwk]: ...  # the first one signs; the others signed before
    def sign(self, message: bytes) -> bytes: ...  # 64 bytes: r and s (RFC 7518, 3.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCredential:
    """A credential that a member took along, as it was signed. `mark`: of the badge's tier; `issuer`: a DID."""

    badge: str
    mark: bytes
    id: str
    issuer: str
    token: str
    place: StatusPlace
    issued_at: datetime
    revoked_at: datetime | None = None


class Credentials(Protocol):
    def of(self, program: str, member: str) -> list[IssuedCredential]: ...
    def vacant_place(self, program: str, pick: Callable[[int], int]) -> StatusPlace:
        """Return a place that no credential has. `pick`: a random number below the one that it is given."""

    def save(self, program: str, member: str, issued: IssuedCredential, *, state_version: int) -> None:
        """Save it in place of one that was revoked, if any, while the state is the one that was read.

        Raises Superseded where the state moved on, the place was taken or another one was saved; MemberErased.
        """

    def revoke(self, program: str, member: str, issued: IssuedCredential, *, at: datetime) -> None: ...  # once
    def status_list(self, program: str, number: int) -> StatusList | None: ...  # None: no credential has a place in it
