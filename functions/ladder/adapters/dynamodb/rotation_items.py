"""A rotation as an item: each thing updated alone is an attribute, what the plan decided one packed value."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.items import Item, Value
from ladder.adapters.dynamodb.packing import from_json, pack, to_json, unpack
from ladder.domain.rotation import STEPS, Claim, Launch, Night, Rotation

REFUSED = dict[str, str]  # user -> reason
LEFT_OUT = dict[str, tuple[str, ...]]  # user -> readings
WARNINGS = tuple[str, ...]


def to_item(rotation: Rotation, *, nonce: str) -> Item:
    return {
        "pk": rotation.claim.program,
        "sk": keys.rotation(rotation.claim.rotation),
        "program_version": rotation.program_version,
        "superseded": rotation.superseded,
        "launches": {key: launch_value(launch) for key, launch in rotation.launches.items()},
        **claimed(rotation, nonce=nonce),
        **progress(rotation),
    }


def claimed(rotation: Rotation, *, nonce: str) -> dict[str, Value]:
    """Who holds it. The nonce tells a claim whose answer was lost from one that somebody else made."""
    return {
        "attempt": rotation.claim.attempt,
        "actor": rotation.actor,
        "reason": rotation.reason,
        "replaces": rotation.replaces,
        "claimed_at": rotation.claimed_at.isoformat(),
        "nonce": nonce,
    }


def progress(rotation: Rotation) -> dict[str, Value]:
    """How far it has come; `reached` is the step as a number, for conditions to compare."""
    return {
        "step": rotation.step,
        "reached": STEPS.index(rotation.step),
        "warnings": _packed(rotation.warnings),
        "left_out": _packed(rotation.left_out),
        "unsettled_since": rotation.unsettled_since.isoformat() if rotation.unsettled_since else None,
        "night": None if rotation.night is None else _packed(rotation.night),
        "refused": _packed(rotation.refused),
        "strays": rotation.strays,
        "failed": rotation.failed,
    }


def launch_value(launch: Launch) -> dict[str, Value]:
    return {"state": launch.state, "challenge": launch.challenge}


def from_item(item: Mapping[str, Any]) -> Rotation:
    return Rotation(
        claim=_claim(item),
        actor=item["actor"],
        reason=item["reason"],
        claimed_at=datetime.fromisoformat(item["claimed_at"]),
        program_version=item["program_version"],
        step=item["step"],
        replaces=item["replaces"],
        superseded=item["superseded"],
        failed=item["failed"],
        warnings=_unpacked(WARNINGS, item["warnings"]),
        left_out=_unpacked(LEFT_OUT, item["left_out"]),
        unsettled_since=date.fromisoformat(item["unsettled_since"]) if item["unsettled_since"] else None,
        night=None if item["night"] is None else _unpacked(Night, item["night"]),
        launches={key: Launch(**launch) for key, launch in item["launches"].items()},
        refused=_unpacked(REFUSED, item["refused"]),
        strays=item["strays"],
    )


def _packed(value: object) -> bytes:
    """Every later update of the item is billed by all of its bytes."""
    return pack(to_json(value))


def _unpacked(kind: object, packed: bytes) -> Any:
    return from_json(kind, unpack(packed))


def _claim(item: Mapping[str, Any]) -> Claim:
    _, day, revision = item["sk"].split("#")
    return Claim(program=item["pk"], date=date.fromisoformat(day), revision=int(revision), attempt=item["attempt"])
