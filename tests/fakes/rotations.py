"""Rotations in memory, with their audit records."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, datetime

from ladder.domain.challenges.rotation import Claim, Launch, Rotation, rotation_activated
from ladder.domain.errors import Superseded


class MemoryRotations:
    def __init__(self) -> None:
        self.audit: dict[tuple[str, str], dict[str, object]] = {}  # (program, rotation) -> its record
        self._rotations: dict[tuple[str, str], Rotation] = {}
        self._pointers: dict[str, str] = {}

    def get(self, program: str, rotation: str) -> Rotation | None:
        return deepcopy(self._rotations.get((program, rotation)))

    def newest(self, program: str) -> Rotation | None:
        newest = max((rotation for of, rotation in self._rotations if of == program), default=None)
        return self.get(program, newest) if newest else None

    def latest(self, program: str, day: date) -> Rotation | None:
        return next(reversed(self.between(program, day, day)), None)

    def before(self, program: str, day: date) -> Rotation | None:
        earlier = (each for each in self.between(program, date.min, day) if each.claim.date < day)
        return next((each for each in reversed(list(earlier)) if each.reached("active")), None)

    def between(self, program: str, first: date, last: date) -> list[Rotation]:
        found = [each for (of, _), each in sorted(self._rotations.items(), key=lambda kept: kept[0]) if of == program]
        return deepcopy([each for each in found if first <= each.claim.date <= last])

    def pointer(self, program: str) -> str | None:
        return self._pointers.get(program)

    def claim(self, rotation: Rotation, *, instead_of: Claim | None) -> bool:
        if instead_of is not None and instead_of.rotation == rotation.claim.rotation:
            return self._next_attempt(rotation, instead_of)
        if (rotation.claim.program, rotation.claim.rotation) in self._rotations:
            return False
        if instead_of is not None and not self._supersede(instead_of):
            return False
        self._keep(rotation)
        return True

    def hold(self, claim: Claim) -> Rotation:
        """Superseded where another attempt, a later revision or a later date has been claimed."""
        newest = self.newest(claim.program)
        if newest is None or newest.claim != claim or newest.superseded:
            raise Superseded(f"{claim.execution} no longer holds {claim.rotation} of {claim.program!r}")
        return newest

    def advance(self, rotation: Rotation) -> None:
        stored = self._held(rotation.claim)
        if not rotation.reached(stored.step):
            return
        self._keep(
            replace(
                stored,
                step=rotation.step,
                warnings=rotation.warnings,
                left_out=rotation.left_out,
                unsettled_since=rotation.unsettled_since,
                plan=rotation.plan,
                refused=rotation.refused,
                group_mismatches=rotation.group_mismatches,
                failed=rotation.failed,
            )
        )

    def record_launch(self, claim: Claim, key: str, launch: Launch) -> None:
        stored = self._held(claim)
        self._keep(replace(stored, launches=stored.launches | {key: launch}))

    def activate(self, claim: Claim, *, at: datetime) -> None:
        rotation = self.hold(claim)
        if rotation.reached("active"):
            return
        if self._pointers.get(claim.program, "") > claim.rotation:
            raise Superseded(f"a later rotation than {claim.rotation} is current")
        self._keep(replace(rotation, step="active"))
        self._pointers[claim.program] = claim.rotation
        record = rotation_activated(rotation, at=at).item
        self.audit[claim.program, claim.rotation] = {
            name: value for name, value in record.items() if name not in {"program", "key"}
        }

    def _next_attempt(self, rotation: Rotation, instead_of: Claim) -> bool:
        if not self._is_held(instead_of):
            return False
        stored = self._held(instead_of)
        if stored.reached("announced"):
            return False
        self._keep(
            replace(
                stored,
                claim=rotation.claim,
                actor=rotation.actor,
                reason=rotation.reason,
                replaces=rotation.replaces,
                claimed_at=rotation.claimed_at,
                failed=None,
            )
        )
        return True

    def _supersede(self, claim: Claim) -> bool:
        if not self._is_held(claim):
            return False
        self._keep(replace(self._held(claim), superseded=True))
        return True

    def _held(self, claim: Claim) -> Rotation:
        if not self._is_held(claim):
            raise Superseded(f"{claim.execution} no longer holds {claim.rotation} of {claim.program!r}")
        return deepcopy(self._rotations[claim.program, claim.rotation])

    def _is_held(self, claim: Claim) -> bool:
        stored = self._rotations.get((claim.program, claim.rotation))
        return stored is not None and stored.claim.attempt == claim.attempt and not stored.superseded

    def _keep(self, rotation: Rotation) -> None:
        self._rotations[rotation.claim.program, rotation.claim.rotation] = deepcopy(rotation)
