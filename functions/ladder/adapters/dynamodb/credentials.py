"""Store credentials in their member's partition, and status lists in one that names no member.

A place in a list is taken by an item of its own, so that two members who take a badge along at once do not wait for
each other. A list's item holds its bits, and is written when something is revoked.
"""

import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from itertools import count

from ladder.adapters.aws import ATTEMPTS
from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import (
    ABSENT,
    NOT_ERASED,
    Check,
    Clause,
    ConditionFailed,
    Item,
    Put,
    Table,
    Update,
    erased,
    iso,
)
from ladder.domain.credentials.ports import IssuedCredential
from ladder.domain.credentials.status_list import LENGTH, StatusList, StatusPlace
from ladder.domain.errors import MemberErased, Superseded, Unavailable

PROBES = 3  # places that are tried in a list before the next one: a list fills up to about a half, then slower
TO_REPLACE = ABSENT | Clause("attribute_exists(revoked_at)")


class DynamoCredentials:
    def __init__(self, members: Table) -> None:
        self._members = members

    def of(self, program: str, member: str) -> list[IssuedCredential]:
        items = self._members.query(keys.member(program, member), keys.within(keys.CREDENTIAL))
        return [issued_credential(item) for item in items]

    def vacant_place(self, program: str, pick: Callable[[int], int]) -> StatusPlace:
        pk = keys.status_lists(program)
        for number in count(1):
            places = [pick(LENGTH) for _ in range(PROBES)]
            listed = (pk, keys.status_list(number))
            found = self._members.get_many([listed, *((pk, keys.status_place(number, index)) for index in places)])
            if listed not in found:
                self._begin(program, number)
            for index in places:
                if (pk, keys.status_place(number, index)) not in found:
                    return StatusPlace(number, index)
        raise AssertionError("the lists have no end")

    def save(self, program: str, member: str, issued: IssuedCredential, *, state_version: int) -> None:
        pk, place = keys.member(program, member), issued.place
        item: Item = {
            "pk": pk,
            "sk": keys.credential(issued.badge, issued.mark),
            "id": issued.id,
            "issuer": issued.issuer,
            "token": issued.token,
            "list": place.list,
            "index": place.index,
            "issued_at": iso(issued.issued_at),
        }
        taken = {"pk": keys.status_lists(program), "sk": keys.status_place(place.list, place.index)}
        unmoved = Clause("version = :version", {":version": state_version}) & NOT_ERASED
        try:
            self._members.write(
                Put(item=item, only_if=TO_REPLACE),
                Put(item=taken, only_if=ABSENT),
                Check(pk=pk, sk=keys.STATE, only_if=unmoved),
            )
        except ConditionFailed as refused:
            if any(map(erased, refused.stored)):
                raise MemberErased("the member was erased") from refused
            raise Superseded("the member's state moved on, or the place in the list was taken") from refused

    def revoke(self, program: str, member: str, issued: IssuedCredential, *, at: datetime) -> None:
        """Set the bit and say so in the credential, together; one that was revoked before stays as it is."""
        pk, sk = keys.member(program, member), keys.credential(issued.badge, issued.mark)
        for _ in range(ATTEMPTS):
            stored, listed = self._members.get(pk, sk), self.status_list(program, issued.place.list)
            if stored is None or listed is None or stored["id"] != issued.id or "revoked_at" in stored:
                return
            same = Clause("id = :id AND attribute_not_exists(revoked_at)", {":id": issued.id})
            unmoved = Clause("version = :before", {":before": listed.version})
            bits = zlib.compress(listed.with_revoked(issued.place.index))
            try:
                self._members.write(
                    Update(pk=pk, sk=sk, changes={"revoked_at": iso(at)}, only_if=same),
                    Update(
                        pk=keys.status_lists(program),
                        sk=keys.status_list(listed.number),
                        changes={"version": listed.version + 1, "bits": bits},
                        only_if=unmoved,
                    ),
                )
            except ConditionFailed:
                continue  # another one of the list was revoked, or this one
            return
        raise Unavailable("others keep the status list busy")

    def status_list(self, program: str, number: int) -> StatusList | None:
        item = self._members.get(keys.status_lists(program), keys.status_list(number))
        return StatusList(number, item["version"], zlib.decompress(item["bits"])) if item else None

    def _begin(self, program: str, number: int) -> None:
        bits = zlib.compress(StatusList(number, 1).bits)
        item = {"pk": keys.status_lists(program), "sk": keys.status_list(number), "version": 1, "bits": bits}
        with suppress(ConditionFailed):  # somebody else began it
            self._members.write(Put(item=item, only_if=ABSENT))


def issued_credential(item: Item) -> IssuedCredential:
    _, badge, mark = item["sk"].split("#")
    return IssuedCredential(
        badge=badge,
        mark=bytes.fromhex(mark),
        id=item["id"],
        issuer=item["issuer"],
        token=item["token"],
        place=StatusPlace(item["list"], item["index"]),
        issued_at=datetime.fromisoformat(item["issued_at"]),
        revoked_at=datetime.fromisoformat(item["revoked_at"]) if "revoked_at" in item else None,
    )
