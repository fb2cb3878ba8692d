"""Check the pages' types: `uv run python -m infra.frontend.check`. Exits with 1 where there is a mistake."""

import subprocess
import sys

from infra.frontend.packages import BUILD, ROOT, TYPESCRIPT, for_this_machine, tools
from infra.frontend.types import api_types

CLIENT = ROOT / "functions" / "console" / "client"


def check() -> int:
    """Write the API's types to where the sources read them, and run the compiler, which prints what is wrong."""
    compiler = tools() / for_this_machine(TYPESCRIPT).name / "lib" / "tsc"
    (BUILD / "console-api.ts").write_text(api_types(), encoding="utf-8")
    return subprocess.run([str(compiler), "--project", str(CLIENT)], check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(check())
