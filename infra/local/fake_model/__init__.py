"""A fake model on loopback: an OpenAI-compatible server that judges by plain rules and fails on demand.

with FakeLLM(obedient=True) as model:
    model.faults.extend(["throttle", "broken_json"])   # the next two calls; then it answers normally
    model.url                                          # http://127.0.0.1:…

It is not a model and says so in every verdict; with it the whole path runs on a machine without one.
"""

from infra.local.fake_model.server import FAULTS, MODEL, FakeLLM

__all__ = ["FAULTS", "MODEL", "FakeLLM"]
