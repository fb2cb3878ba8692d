"""Which of our files a call passes through: what somebody reads who follows it."""

import sys
from collections.abc import Callable
from types import FrameType

from tests.paths import FUNCTIONS


def files_on_the_way(call: Callable[[], object]) -> list[str]:
    """The files below functions/ in which any function runs, in the order in which they are first entered."""
    found = dict[str, None]()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(f"{FUNCTIONS}/"):
            found[frame.f_code.co_filename.removeprefix(f"{FUNCTIONS}/")] = None

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return list(found)
