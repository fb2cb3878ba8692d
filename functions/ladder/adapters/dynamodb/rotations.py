"""Store rotations: what is updated separately is an attribute, what the plan decided is one packed value."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.audit import audited
from ladder.adapters.dynamodb.packing import from_json, pack, to_json, unpack
from ladder.adapters.dynamodb.table import ABSENT, Clause, ConditionFailed, Item, Put, Table, Update, Value, Write
from ladder.domain.challenges.rotation import STEPS, Claim, Launch, Rotation, RotationPlan, rotation_activated
from ladder.domain.errors import Superseded
from ladder.domain.message import Message

REFUSED = dict[str, str]  # user -> reason
LEFT_OUT = dict[str, tuple[Message, ...]]  # user -> readings
WARNINGS = tuple[Message, ...]


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
    """Return who holds the rotation. The nonce identifies a claim whose response was lost."""
    return {
        "attempt": rotation.claim.attempt,
        "actor": rotation.actor,
        "reason": rotation.reason,
        "replaces": rotation.replaces,
        "claimed_at": rotation.claimed_at.isoformat(),
        "nonce": nonce,
    }


def progress(rotation: Rotation) -> dict[str, Value]:
    """Return the progress; `reached` is the step as a number, for conditions to compare."""
    return {
        "step": rotation.step,
        "reached": STEPS.index(rotation.step),
        "warnings": _packed(rotation.warnings),
        "left_out": _packed(rotation.left_out),
        "unsettled_since": rotation.unsettled_since.isoformat() if rotation.unsettled_since else None,
        "plan": None if rotation.plan is None else _packed(rotation.plan),
        "refused": _packed(rotation.refused),
        "group_mismatches": rotation.group_mismatches,
        "failed": rotation.failed,
    }


def launch_value(launch: Launch) -> dict[str, Value]:
    return {"state": launch.state, "challenge": launch.challenge}


def from_item(item: Mapping[str, Any]) -> Rotation:
    _, day, revision = item["sk"].split("#")
    return Rotation(
        claim=Claim(program=item["pk"], date=date.fromisoformat(day), revision=int(revision), attempt=item["attempt"]),
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
        plan=None if item["plan"] is None else _unpacked(RotationPlan, item["plan"]),
        launches={key: Launch(**launch) for key, launch in item["launches"].items()},
        refused=_unpacked(REFUSED, item["refused"]),
        group_mismatches=item["group_mismatches"],
    )


def _packed(value: object) -> bytes:
    """Pack a value, as every update of the item is billed by its full size."""
    return pack(to_json(value))


def _unpacked(kind: object, packed: bytes) -> Any:
    return from_json(kind, unpack(packed))


LIVE, DONE = STEPS.index("active"), STEPS.index("announced")
LOOK_BACK = 8  # rotations that one call reads on the way back to the last live one

LATEST_REVISION = Clause("superseded = :no", {":no": False})  # no later revision was asked for
NOT_DONE = Clause("reached < :done", {":done": DONE})  # what is done is done: only another revision may follow


class DynamoRotations:
    """`audit`: the name of the audit table; only a function that activates needs one."""

    def __init__(self, table: Table, *, audit: str | None = None) -> None:
        self._table = table
        self._audit = audit

    def get(self, program: str, rotation: str) -> Rotation | None:
        item = self._table.get(program, keys.rotation(rotation))
        return from_item(item) if item else None

    def newest(self, program: str) -> Rotation | None:
        newest = self._table.query(program, keys.rotations_before(date.max), newest_first=True, page=1)
        return next(map(from_item, newest), None)

    def latest(self, program: str, day: date) -> Rotation | None:
        newest = self._table.query(program, keys.rotations(day, day), newest_first=True, page=1)
        return next(map(from_item, newest), None)

    def before(self, program: str, day: date) -> Rotation | None:
        earlier = self._table.query(program, keys.rotations_before(day), newest_first=True, page=LOOK_BACK)
        return next((from_item(item) for item in earlier if item["reached"] >= LIVE), None)

    def between(self, program: str, first: date, last: date) -> list[Rotation]:
        return list(map(from_item, self._table.query(program, keys.rotations(first, last))))

    def pointer(self, program: str) -> str | None:
        item = self._table.get(program, keys.POINTER)
        return item["rotation"] if item else None

    def claim(self, rotation: Rotation, *, instead_of: Claim | None) -> bool:
        """Claim a rotation: of any number of concurrent claims one gets True; a nonce identifies it after an SDK retry.

        A first claim is made where there is none. Another attempt takes over from the one it names and keeps what that
        recorded, its program version too. Another revision is made in the moment the one it names is superseded.
        """
        nonce = secrets.token_hex(8)
        writes: list[Write] = [Put(item=to_item(rotation, nonce=nonce), only_if=ABSENT)]
        if instead_of and instead_of.rotation == rotation.claim.rotation:
            attempt = {**claimed(rotation, nonce=nonce), "failed": None}
            writes = [_update(instead_of, attempt, only_if=_held_by(instead_of) & NOT_DONE)]
        elif instead_of:
            writes.append(_update(instead_of, {"superseded": True}, only_if=_held_by(instead_of)))
        try:
            self._table.write(*writes)
        except ConditionFailed as refused:
            return any(stored is not None and stored.get("nonce") == nonce for stored in refused.stored)
        return True

    def hold(self, claim: Claim) -> Rotation:
        """Return the held rotation. Raises Superseded after a claim of another attempt, a later revision or date."""
        newest = self._table.query(claim.program, keys.rotations_before(date.max), newest_first=True, page=1)
        return _held(next(iter(newest), None), claim)

    def advance(self, rotation: Rotation) -> None:
        """Record everything that a step may change; an earlier step than the recorded one changes nothing."""
        not_further = Clause("reached <= :reached", {":reached": STEPS.index(rotation.step)})
        condition = _held_by(rotation.claim) & not_further
        try:
            self._table.write(_update(rotation.claim, progress(rotation), only_if=condition))
        except ConditionFailed as refused:
            _held(refused.stored[0], rotation.claim)

    def record_launch(self, claim: Claim, key: str, launch: Launch) -> None:
        launches = _update(claim, {key: launch_value(launch)}, inside="launches", only_if=_held_by(claim))
        try:
            self._table.write(launches)
        except ConditionFailed as refused:
            raise _superseded(claim) from refused

    def activate(self, claim: Claim, *, at: datetime) -> None:
        """Make the rotation live, current and audited in one transaction; a second call changes nothing."""
        rotation = self.hold(claim)
        if rotation.reached("active"):
            return
        if self._audit is None:
            raise RuntimeError("this function was given no audit table: it cannot activate")
        pointer = {"pk": claim.program, "sk": keys.POINTER, "rotation": claim.rotation}
        no_older = Clause("attribute_not_exists(pk) OR rotation <= :rotation", {":rotation": claim.rotation})
        try:
            self._table.write(
                _update(claim, {"step": "active", "reached": LIVE}, only_if=_held_by(claim)),
                Put(item=pointer, only_if=no_older),
                audited(rotation_activated(rotation, at=at), self._audit),
            )
        except ConditionFailed as refused:
            if not self.hold(claim).reached("active"):
                raise Superseded(f"a later rotation than {claim.rotation} is current") from refused


def _update(claim: Claim, changes: Mapping[str, Value], *, only_if: Clause, inside: str | None = None) -> Update:
    sk = keys.rotation(claim.rotation)
    return Update(pk=claim.program, sk=sk, changes=changes, inside=inside, only_if=only_if)


def _held_by(claim: Claim) -> Clause:
    """Return the condition that no later attempt or revision has taken over."""
    return Clause("attempt = :attempt", {":attempt": claim.attempt}) & LATEST_REVISION


def _held(item: Item | None, claim: Claim) -> Rotation:
    mine = item is not None and item["sk"] == keys.rotation(claim.rotation)
    if item is None or not mine or item["attempt"] != claim.attempt or item["superseded"]:
        raise _superseded(claim)
    return from_item(item)


def _superseded(claim: Claim) -> Superseded:
    return Superseded(f"{claim.execution} no longer holds {claim.rotation} of {claim.program!r}")
