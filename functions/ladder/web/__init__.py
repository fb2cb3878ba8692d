"""The parts that all functions share which answer people over HTTP."""
