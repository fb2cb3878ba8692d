"""What everybody should have, worked out from the set of events in the slow and obvious way.

It shares no code with `ladder.domain.rewards` and keeps no state: whatever is asked of the past is found by looking
through all of it again. The tests hold the engine against it, `ladder replay` a running stage.
"""

from tests.reference.balance import Balance, ReferenceModel
from tests.reference.history import Happened, HistoryLine

__all__ = ["Balance", "Happened", "HistoryLine", "ReferenceModel"]
