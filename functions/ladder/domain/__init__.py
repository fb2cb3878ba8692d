"""Ladder's rules: pure functions over frozen values. No clock, no chance, no I/O, no AWS."""
