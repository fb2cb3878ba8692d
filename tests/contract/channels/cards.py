"""The npm package that reads Adaptive Cards, pinned by its digest."""

from pathlib import Path

from infra.frontend.packages import Package, node_modules

ADAPTIVE_CARDS = Package("adaptivecards", "3.0.6", "44d0560c8c6a3a660af8dda32de5d1c428ffb414ff050ee61e9377d19785bbfb")


def adaptive_cards() -> Path:
    """Return a folder `node_modules` with it. Raises PackageFailed."""
    return node_modules(ADAPTIVE_CARDS)
