"""How far members were looked at after an edit, in memory."""

from ladder.domain.points.look_back import LookBack


class MemoryLookBacks:
    def __init__(self) -> None:
        self.known: dict[str, LookBack] = {}

    def of(self, program: str) -> LookBack:
        return self.known.get(program, LookBack(0))

    def save(self, program: str, look_back: LookBack) -> None:
        self.known[program] = look_back
