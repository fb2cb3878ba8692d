"""The audit of each program: its stored records, seals and anchors, and the people whom it names."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from botocore.exceptions import ClientError

from infra.cli.stack import Stack, published_programs
from ladder.adapters.anchors import S3Anchors
from ladder.adapters.dynamodb.audit import DynamoAudit
from ladder.domain.audit.records import MARKS, StoredItem, is_reserved
from ladder.domain.audit.verify import Verified, verify
from ladder.domain.errors import Rejected, Unavailable

type Filter = Callable[[StoredItem], bool]


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """A record, and the number of its seal; None while it waits for one."""

    item: StoredItem
    seal: int | None

    @property
    def about(self) -> Mapping[str, object]:
        return about(self.item)


def about(item: StoredItem) -> Mapping[str, object]:
    """Return the ids that a record is found by; none where somebody has spoiled them."""
    ids = item.get("about")
    return ids if isinstance(ids, Mapping) else {}


def find_programs(stack: Stack, program: str | None) -> list[str]:
    """Return that program, or all that were published, including those that somebody deleted: they were anchored.

    Raises Rejected for a program that was never published.
    """
    return published_programs(stack, program, more=_anchors(stack).programs())


def verify_program(stack: Stack, program: str, *, now: datetime) -> Verified:
    audit = DynamoAudit(stack.audit)
    return verify(program, audit.seals(program), audit.items(program), _anchors(stack).of(program), now=now)


def find_records(stack: Stack, program: str, wanted: Filter) -> Sequence[AuditRecord]:
    """Return the records that the filter accepts, oldest first."""
    items = list(DynamoAudit(stack.audit).items(program))
    seals = {item["key"].removeprefix(MARKS): item["seal"] for item in items if item["key"].startswith(MARKS)}
    records = [
        AuditRecord(item, seals.get(item["key"])) for item in items if not is_reserved(item["key"]) and wanted(item)
    ]
    return sorted(records, key=lambda record: str(record.item.get("at")))


def login_user(stack: Stack, login: object) -> str:
    """Return the user name behind a login's id of the staff; "" for any other text, and where the pool does not say."""
    try:
        if not isinstance(login, str) or str(UUID(login)) != login:  # a member's id has no hyphens
            return ""
        user = stack.client("cognito-idp").admin_get_user(UserPoolId=stack.outputs["StaffPoolId"], Username=login)
    except (ValueError, KeyError, ClientError):  # no id; no pool; gone, or not for these credentials to know
        return ""
    return str(user["Username"])


def seal_now(stack: Stack) -> Mapping[str, int]:
    """Seal and return how many records, seals and anchors were written. Raises Unavailable if the function fails."""
    answer = stack.client("lambda").invoke(
        FunctionName=_output(stack, "SealingFunction"), Payload=json.dumps({"seal": True}).encode()
    )
    counts: Mapping[str, int | str] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise Unavailable(f"sealing failed: {counts.get('errorMessage', 'see the log of the function')}")
    return {name: int(count) for name, count in counts.items()}


def _anchors(stack: Stack) -> S3Anchors:
    return S3Anchors(stack.client("s3"), _output(stack, "AnchorsBucket"))


def _output(stack: Stack, name: str) -> str:
    if name not in stack.outputs:
        raise Rejected(f"the stack has no output {name}: it was deployed before the audit was sealed; deploy it again")
    return stack.outputs[name]
