"""Where things stand: the repository, what is in it, and the data that tests may use where it is at hand."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
FUNCTIONS, DOCS, PROGRAMS = ROOT / "functions", ROOT / "docs", ROOT / "infra" / "programs"
DATA = ROOT.parent / "shared" / "data"  # public data sets; a test that needs one skips where it is absent
