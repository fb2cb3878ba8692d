"""Nights on the deployed stack that are begun again until they are finished."""

import time
from contextlib import suppress
from datetime import date

from infra.local.nights import NightFailed, run_night
from infra.local.stage import Stage
from ladder.domain.challenges.rotation import Rotation

PATIENCE_SECONDS = 30.0


def finish(live: Stage, day: date) -> None:
    """By the next tick, unless a stopped execution's last step, which nothing stops, comes to its end meanwhile."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while rotation(live, day).step != "announced":
        assert time.monotonic() < deadline, "neither attempt finished the night"
        with suppress(NightFailed):
            run_night(live, day)


def rotation(live: Stage, day: date) -> Rotation:
    found = live.stores.rotations.latest(live.program.key, day)
    assert found is not None
    return found
