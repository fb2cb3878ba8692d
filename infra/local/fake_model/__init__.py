"""A stand-in for a model, on loopback: an OpenAI-compatible server that judges by plain rules, and can be told to fail.

with StandIn(obedient=True) as model:
    model.faults.extend(["throttle", "broken_json"])   # the next two calls; then it answers again
    model.url                                          # http://127.0.0.1:…

It is no model and says so in every verdict: it lets the whole path run on a machine that has none.
"""

from infra.local.fake_model.faults import FAULTS
from infra.local.fake_model.server import FakeLLM

__all__ = ["FAULTS", "FakeLLM"]
