"""Requests that a generator made up, aimed at what is there: made-up ids would hit nothing."""

import json
from datetime import UTC, datetime
from typing import Any

from ladder.adapters.dynamodb.packing import to_json
from ladder.domain.activities.activity import LOGIN
from ladder.domain.calendar.icalendar import uid_of
from ladder.domain.calendar.schedule import due
from tests.builders import academy
from tests.builders.appointments import KEY
from tests.builders.reviews import HOLD
from tests.e2e.deployed_api import (
    CALENDAR,
    CHOSEN,
    CLAIMS,
    JUDGED,
    LEAVING,
    LISTED,
    MEMBER,
    NIGHTLY,
    OF_PROGRAM,
    PROGRAM,
)
from tests.e2e.deployed_api import STAFF as OWN

STAFF = CLAIMS | {"sub": "anna", "cognito:groups": ["viewer", "reviewer", "admin"]}


AIMED: dict[str, dict[str, Any]] = {  # what a body names
    "POST /admin/reviews": {"member": MEMBER, "source": "academy", "id": "e0", "to": None},
    "POST /members/me/orders": {"item": "CHEAP"},
    "POST /members/me/confirmations": {"member": LISTED.id, "source": "academy", "id": "h0"},
    "POST /members/me/kudos": {"to": LISTED.id, "value": "helpful"},
    "POST /members/me/contests": {"verdict": JUDGED.key},
    "POST /members/me/appointments/answers": {"appointment": uid_of("academy", MEMBER, KEY)},
    "POST /members/me/disputes": {"source": "academy", "id": "e0"},
}


def claims_for(path: str) -> dict[str, Any]:
    if path.endswith("/rotations"):
        return STAFF | {"custom:program": NIGHTLY.key}
    if "/participation/" in path:
        return CLAIMS | {"sub": "olga", "custom:program": NIGHTLY.key}
    if path == "/me" or path.startswith("/programs/"):
        return STAFF | {"custom:program": NIGHTLY.key}
    if path.endswith("/confirmations"):
        return CLAIMS | {"sub": "hugo"}
    return STAFF if "/admin/" in path or "/gamification/" in path else CLAIMS


def aim(case: Any, operation: str, *, live: int) -> None:
    """What is made up would hit nothing that is there. `live`: the academy's version."""
    if " /programs/" in operation:
        aimed = {"program": NIGHTLY.key, "member": LISTED.id, "team": LISTED.team, "version": 1}
        case.path_parameters = {name: aimed[name] for name in case.path_parameters}
        case.query = {name: value for name, value in (case.query or {}).items() if name != "team"}
        if operation.endswith("/changes"):
            case.query["since"] = 1
        return
    if "{program}/" in operation and "/admin/" in operation:
        _aim_by_hand(case, operation.rpartition("/")[2], live=live)
        return
    if "/gamification/" in operation:
        raised = {"op": "replace", "path": "/rulebook/rules/PASSED/points", "value": 51}
        case.body |= {"after": live, "operations": [raised]}
    elif "{userId}" in operation:
        case.path_parameters = {"userId": "hugo.raw"}
        case.headers = {**(case.headers or {}), "Ladder-Source": "academy/academy", "Idempotency-Key": "given-1"}
        case.body |= {"user_id": "hugo.raw", "event_id": "given-1", "reason_code": "COACHED", "points": 5}
        case.body["occurred_at"] = f"{datetime.now(UTC).date()}T00:00:00Z"
    elif any(name in operation for name in ("/issuers/", "{badge}", "{source}")):
        aimed = {"program": "academy", "source": "academy", "badge": academy.BADGE.key, "number": 1}
        case.path_parameters = {name: aimed[name] for name in case.path_parameters}
    elif "/channels/" in operation:
        case.path_parameters = {"program": "academy", "channel": "room"}
        case.body = {"payload": '{"type": "view_closed", "user": {"id": "U0123456789"}}'}
    elif "{review}" in operation:
        case.path_parameters = {"review": HOLD.address}
        case.body = _fitting(case.body) if operation.startswith("POST") else case.body
    elif "{category}" in operation:
        case.path_parameters = {"category": CHOSEN.key}
    elif "{file}" in operation:
        case.path_parameters = {"file": CALENDAR}
        case.headers = {}
    elif operation in AIMED:
        case.body |= AIMED[operation]


def _aim_by_hand(case: Any, act: str, *, live: int) -> None:
    member = {"erasure": LEAVING.id, "logins": LISTED.id, "unlinks": LISTED.id}.get(act, MEMBER)
    case.path_parameters = {
        "program": NIGHTLY.key if act == "rotations" else "academy",
        **({"member": member} if "member" in case.path_parameters else {}),
        **({"review": OF_PROGRAM.address} if "review" in case.path_parameters else {}),
    }
    draft = json.loads(to_json(PROGRAM))
    aimed: dict[str, dict[str, Any]] = {
        "drafts": {"program": draft, "files": None},
        "versions": {"program": draft, "files": None, "after": live},
        "pauses": {"what": "rule", "key": academy.RULE.key, "paused": False},
        "rotations": {"date": due(NIGHTLY.schedule, datetime.now(UTC)).isoformat()},
        "revocations": {"source": "academy", "id": "e0"},
        "logins": {"source": LOGIN},
        "orders": {"order": "given", "step": "refuse", "reason": "sold out"},
        "unlinks": {"source": "academy", "user": "olga.raw"},
    }
    if act == "me" and "member" in case.body:
        aimed["me"] = {"member": OWN.id}
    if act == "grants":
        aimed["grants"] = {"points": 5} if "points" in case.body else {"badge": academy.BADGE.key, "tier": 1}
    if act == "decision":
        case.body = _fitting(case.body)
    if act in aimed:
        case.body |= aimed[act]


def _fitting(body: dict[str, Any]) -> dict[str, Any]:
    """A hold is approved, and work given back: there is no reviewer to give it to."""
    return {"to": "nobody"} if "to" in body else {"decision": "approve", "reason": body["reason"]}
