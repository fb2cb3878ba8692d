"""What everybody should have, worked out from the set of events in the slow and obvious way, by `docs/points.md`.

    events.py    which events stand, what they say after all corrections, which day they belong to
    holds.py     what becomes of points that are held
    history.py   what has happened so far, and what rules ask of it
    awards.py    what an event earns by each rule, and what the caps let pass of it
    balance.py   all of it in the order in which it happened; the balance

It shares no code with the engine and keeps no state. The tests hold the engine against it, `ladder replay` a running
stage.
"""

from tests.reference.balance import Balance, ReferenceModel
from tests.reference.history import Happened, PointsLine

__all__ = ["Balance", "Happened", "PointsLine", "ReferenceModel"]
