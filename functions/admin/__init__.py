"""Admin: what is done by people over everything, and the clock that seals what was done."""
