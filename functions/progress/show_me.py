"""Who a member is, and what their program has beside points, so that pages show nothing that leads nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from ladder.domain.delivery.rules import ChannelKind
from ladder.domain.programs.program import Program
from ladder.web.program_named import ProgramNamed


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelNamed:
    key: str
    kind: ChannelKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """`credentials`: badges can be taken along; `channels`: those that write to members, which each may switch off."""

    credentials: bool
    kudos: bool
    calendar: bool
    channels: Sequence[ChannelNamed]

    @classmethod
    def of(cls, program: Program) -> Self:
        return cls(
            credentials=program.credentials is not None,
            kudos=program.delivery.kudos is not None,
            calendar=program.calendar is not None,
            channels=tuple(
                ChannelNamed(key=channel.key, kind=channel.kind)
                for channel in program.delivery.channels
                if channel.member is not None and not channel.for_systems
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberProfile:
    """`name`: as the roster has it; None for a member who is on none, such as a learner.

    `language`: as they chose; None: whatever a request accepts.
    """

    member: str
    name: str | None
    team: str | None
    language: str | None
    program: ProgramNamed
    features: Features
