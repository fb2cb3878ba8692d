"""Show and change my settings: what is stored of a member's preferences, as a form reads and sends it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from ladder.domain.delivery.occasion import OCCASIONS, Occasion
from ladder.domain.errors import Conflict, Superseded
from ladder.domain.members.preferences import MemberPreferences, Preferences, Recognition, require_possible
from ladder.domain.message import Message
from ladder.web.me import Me


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietTimes:
    """Local times, "20:00"; `ends` is on the next day where it is the earlier of the two."""

    begins: str
    ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MySettings:
    """`language` None: as the request accepts; `time_zone` and `quiet_hours` None: the program's.

    `recognition`: who may hear of what I reached: "public" everybody in the program, "team" my team, "private" only I,
    "none" not even I. `muted`: kinds of messages, and `channels_off`: channels, that I do not want. `version`: what a
    change has to name as `after`.
    """

    language: str | None
    recognition: Recognition
    time_zone: str | None
    quiet_hours: QuietTimes | None
    muted: tuple[Occasion, ...]
    channels_off: tuple[str, ...]
    version: int
    changed_at: datetime | None

    @classmethod
    def of(cls, preferences: Preferences) -> Self:
        quiet = preferences.quiet_hours
        return cls(
            language=preferences.language,
            recognition=preferences.recognition,
            time_zone=preferences.time_zone,
            quiet_hours=QuietTimes(begins=f"{quiet.begins:%H:%M}", ends=f"{quiet.ends:%H:%M}") if quiet else None,
            muted=tuple(occasion for occasion in OCCASIONS if occasion in preferences.muted),
            channels_off=tuple(sorted(preferences.channels_off)),
            version=preferences.version,
            changed_at=preferences.changed_at,
        )


def change_settings(me: Me, wanted: Preferences, *, now: datetime, preferences: MemberPreferences) -> MySettings:
    """Store all settings, as they are from now on; the same again does nothing. `wanted`: with the version before.

    Raises InvalidRequest for what cannot hold, Conflict where another change came first.
    """
    require_possible(wanted)
    try:
        return MySettings.of(preferences.save(me.program, me.member, wanted, now=now))
    except Superseded as error:
        raise Conflict(Message("members.settings_changed")) from error
