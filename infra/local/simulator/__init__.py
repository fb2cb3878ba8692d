"""A contact-centre platform on loopback, with the WEM dialect over real HTTP and faults on demand.

with Simulator(call_history(seed=1)) as simulator:
    simulator.secret(requests_per_minute=60_000)    # the text of the program's platform secret
    simulator.faults.throttle = FaultTrigger(every=10)
    simulator.close_day(date(1999, 1, 3))
"""

from infra.local.simulator.faults import Faults, FaultTrigger
from infra.local.simulator.simulator import Simulator

__all__ = ["FaultTrigger", "Faults", "Simulator"]
