"""Who leaves by a list: one that was cut off, or is of one team only, would take most of the others out of the game."""

from collections.abc import Sequence

from infra.cli.program.summary import number
from ladder.domain.errors import Conflict

NAMED = 10
FEW, SHARE = 5, 0.1  # of those who play


def leaving_line(left: Sequence[str]) -> str:
    more = f" and {len(left) - NAMED} more" if len(left) > NAMED else ""
    return f"Not listed, so they leave: {', '.join(left[:NAMED])}{more}."


def are_many(left: Sequence[str], *, playing: int) -> bool:
    return len(left) > max(FEW, SHARE * playing)


def refuse_uncounted(left: Sequence[str], *, playing: int, counted: int | None) -> None:
    """Raises InConflict where many would leave, and not as many as were counted."""
    if not are_many(left, playing=playing) or counted == len(left):
        return
    told = "" if counted is None else f", not {counted}"
    raise Conflict(
        f"{len(left)} of {number(playing, 'member')} would leave{told}. Nothing was written: "
        f"list everybody who plays, or add --leaving {len(left)} where they are meant to go"
    )
