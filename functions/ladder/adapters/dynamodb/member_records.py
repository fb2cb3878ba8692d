"""Store audit records about members: what could say who they are only as digests, under a salt of the member's own.

The salt, and the reasons that people gave, are items of the member's partition, which an erasure deletes: after it, no
digest can be matched to anything.
"""

import secrets

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.table import ABSENT, ConditionFailed, Put, Table, erased, not_erased
from ladder.domain.audit.records import Record, private
from ladder.domain.errors import MemberErased, Unavailable

SALT_BYTES = 16


def member_salt(members: Table, program: str, member: str) -> bytes:
    """Return the member's salt, made now where there is none. Raises MemberErased where it was deleted with them."""
    pk, new = keys.member(program, member), secrets.token_bytes(SALT_BYTES)
    salt = _stored(members, pk)
    if salt is not None:
        return salt
    try:
        members.write(Put(item={"pk": pk, "sk": keys.SALT, "salt": new}, only_if=ABSENT), not_erased(program, member))
    except ConditionFailed as refused:
        if any(map(erased, refused.stored)):
            raise MemberErased("the member was erased") from refused
        salt = _stored(members, pk)  # somebody else made it at the same moment
        if salt is None:
            raise Unavailable("the member is being erased") from refused
        return salt
    return new


def _stored(members: Table, pk: str) -> bytes | None:
    salt: bytes | None = (members.get(pk, keys.SALT) or {}).get("salt")
    return salt


def as_stored(members: Table, record: Record) -> Record:
    """Return the record as the audit has it. Raises MemberErased where the member it is about was erased."""
    if record.member is None or not record.is_private:
        return record
    return private(record, member_salt(members, record.program, record.member))


def recorded(members: Table, record: Record, audit: str) -> list[Put]:
    """Return the writes of a record, for the transaction of its effect; the record itself first, a second one fails."""
    stored, said = as_stored(members, record), record.said
    writes = [audited(stored, audit)]
    if said is not None and record.member is not None:
        pk = keys.member(record.program, record.member)
        writes.append(Put(item={"pk": pk, "sk": keys.reason(stored.key), "text": said}, only_if=None))
    return writes
