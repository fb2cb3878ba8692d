"""Attempts and revisions of a night, claimed or live in whatever stores a test has."""

from datetime import timedelta

from ladder.domain.challenges.rotation import Claim, Rotation
from tests.builders.full_program import DAY, NOW, claim, rotation
from tests.builders.stores import Stores

TOMORROW = DAY + timedelta(days=1)
FIRST, AGAIN, NEXT = claim(), claim(attempt=2), claim(revision=2)


def claimed(stores: Stores, of: Claim = FIRST) -> Rotation:
    made = rotation(of)
    assert stores.rotations.claim(made, instead_of=None)
    return made


def live(stores: Stores, of: Claim) -> None:
    claimed(stores, of)
    stores.rotations.activate(of, at=NOW)
