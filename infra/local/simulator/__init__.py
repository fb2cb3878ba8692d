"""A contact-centre platform on loopback, speaking the WEM dialect over real HTTP, with faults on demand.

with Simulator(call_history(seed=1)) as simulator:
    simulator.secret(requests_per_minute=60_000)    # the text of the program's platform secret
    simulator.faults.throttle = Chance(every=10)
    simulator.close_day(date(1999, 1, 3))
"""

from infra.local.simulator.clock import StillClock
from infra.local.simulator.faults import Chance, Faults
from infra.local.simulator.simulator import Simulator

__all__ = ["Chance", "Faults", "Simulator", "StillClock"]
