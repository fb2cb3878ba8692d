"""A declaration: which member somebody of the staff is in their program, or that they do not play.

It is asked for before anybody decides, because a second account that is linked to nobody would hide whose case it is.
What was declared once is never taken back: a new declaration adds to it.
"""

from dataclasses import dataclass

from ladder.domain.errors import LadderError


@dataclass(frozen=True, slots=True)
class Declaration:
    """`member` None: they say that they do not play. `own`: every member they ever declared or were linked to.

    `times`: how often they have declared; 0: never.
    """

    member: str | None = None
    own: frozenset[str] = frozenset()
    times: int = 0

    @property
    def made(self) -> bool:
        return self.times > 0

    def says(self, member: str | None) -> bool:
        return self.made and self.member == member


class Changed(LadderError):
    """The same person declared something else in the same moment."""


def how_to_declare(program: str) -> str:
    return (
        f'say first who you are in this program: PUT /admin/programs/{program}/me with {{"member": "your member id"}}, '
        'or with {"plays": false} if you do not play in it'
    )
