"""The audit of each program as it is stored, and its anchors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infra.cli.ledger.stores import Place, no_program
from ladder.adapters.anchors import S3Anchors
from ladder.adapters.dynamodb.audit import DynamoAudit
from ladder.domain.audit.records import MARKS, StoredItem, is_reserved
from ladder.domain.audit.verify import Verified, verify
from ladder.domain.errors import Rejected

type Wanted = Callable[[StoredItem], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """One record, and the number of its seal; None while it waits for one."""

    item: StoredItem
    seal: int | None

    @property
    def about(self) -> Mapping[str, object]:
        return about(self.item)


def about(item: StoredItem) -> Mapping[str, object]:
    """The ids it is found by; of one that somebody has spoiled, none."""
    found = item.get("about")
    return found if isinstance(found, Mapping) else {}


def programs(on: Place, asked: str | None) -> list[str]:
    """Those of the registry, and those that somebody has taken off it: they were anchored.

    Raises Rejected where it was never published.
    """
    known = sorted({*on.members.published.keys(), *_anchors(on).programs()})
    if asked and asked not in known:
        raise no_program(asked, known)
    return [asked] if asked else known


def verified(on: Place, program: str, *, now: datetime) -> Verified:
    return verify(program, DynamoAudit(on.audit).items(program), _anchors(on).of(program), now=now)


def records(on: Place, program: str, wanted: Wanted) -> Sequence[Entry]:
    """In the order in which they happened."""
    items = list(DynamoAudit(on.audit).items(program))
    seals = {item["sk"].removeprefix(MARKS): item["seal"] for item in items if item["sk"].startswith(MARKS)}
    found = [Entry(item, seals.get(item["sk"])) for item in items if not is_reserved(item["sk"]) and wanted(item)]
    return sorted(found, key=lambda entry: str(entry.item.get("at")))


def _anchors(on: Place) -> S3Anchors:
    return S3Anchors(on.client("s3"), output(on, "AnchorsBucket"))


def output(on: Place, name: str) -> str:
    if name not in on.outputs:
        raise Rejected(f"the stack has no output {name}: it was deployed before the audit was sealed; deploy it again")
    return on.outputs[name]
