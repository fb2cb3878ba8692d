"""Show the audit: who decided what about a member, in a review or on a night, and whether each record is unchanged.

A page looks at a bounded number of records, newest first, and returns those that were asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ladder.domain.audit.ports import AuditTrail
from ladder.domain.audit.records import StoredItem, reference, stored_reason
from ladder.domain.audit.seal import proves, recorded_time
from ladder.domain.message import Message, verbatim
from ladder.domain.reviews.staff_names import StaffNames

LOOKED_AT = 250  # records of a page
CODES = "audit."


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSeal:
    """`unchanged`: the seal is as it was written, and the record is the one that it has."""

    number: int
    sealed_at: datetime | None
    unchanged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """`by`: a login, a member or a part of Ladder; `by_name`: None for somebody who left.

    `why`: None where there is no reason, or a digest in its place. `about`: the ids to find it by; those that others
    chose are references. `seal`: None until the next seal.
    """

    key: str
    what: Message
    by: str
    by_name: str | None
    at: datetime | None
    why: Message | None
    about: Mapping[str, str | int]
    seal: AuditSeal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """`records`: newest first; `before`: the parameter of the next page, None on the last one.

    `looked_at`: records that were looked at for this page.
    """

    program: str
    records: tuple[AuditRecord, ...]
    looked_at: int
    before: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """`member`: about whom, or by whom; `decision`: a review's address; `night`: a date. None: whatever it is.

    `salt`: of the member whom the decision is about, under which records name it.
    """

    member: str | None = None
    decision: str | None = None
    night: date | None = None
    salt: bytes | None = None

    def matches(self, item: StoredItem) -> bool:
        about = item.get("about")
        if not isinstance(about, Mapping):  # somebody spoiled it
            return False
        if self.member is not None and self.member not in {about.get("member"), item.get("who")}:
            return False
        if self.decision is not None:
            owner, _, review = self.decision.partition(".")
            names = {review, reference(review, self.salt) if self.salt else review}
            if about.get("member") != owner or about.get("decision") not in names:
                return False
        nights = {about.get("date"), str(about.get("rotation", "")).partition("#")[0]}
        return self.night is None or self.night.isoformat() in nights


def show_audit(
    program: str, wanted: AuditFilter, *, before: str | None, audit: AuditTrail, names: StaffNames
) -> AuditPage:
    looked_at = audit.latest(program, before=before, count=LOOKED_AT)
    found = list(filter(wanted.matches, looked_at))
    seals = audit.seals_of(program, [item["key"] for item in found])
    more = str(looked_at[-1]["at"]) if len(looked_at) >= LOOKED_AT else None
    records = tuple(_records(found, seals, names))
    return AuditPage(program=program, records=records, looked_at=len(looked_at), before=more)


def _records(found: list[StoredItem], seals: Mapping[str, StoredItem], names: StaffNames) -> Iterator[AuditRecord]:
    for item in found:
        what, about, seal = str(item.get("what")), item["about"], seals.get(item["key"])
        yield AuditRecord(
            key=item["key"],
            what=Message.from_dict({"code": what, "parameters": about}) if what.startswith(CODES) else verbatim(what),
            by=str(item.get("who")),
            by_name=names.of(str(item.get("who"))),
            at=recorded_time(item),
            why=stored_reason(item),
            about=about,
            seal=_seal(seal, item) if seal else None,
        )


def _seal(seal: StoredItem, item: StoredItem) -> AuditSeal:
    return AuditSeal(
        number=int(seal.get("n", 0)), sealed_at=recorded_time(seal, "sealed_at"), unchanged=proves(seal, item)
    )
