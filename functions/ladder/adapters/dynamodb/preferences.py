"""Store the preferences of a member: one item of their partition, which an export has and an erasure takes."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, time

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.table import (
    ConditionFailed,
    Item,
    Put,
    Table,
    erased,
    iso,
    not_erased,
    unchanged_since,
)
from ladder.domain.errors import MemberErased, Superseded
from ladder.domain.members.preferences import NO_PREFERENCES, Preferences, QuietHours


class DynamoPreferences:
    def __init__(self, members: Table) -> None:
        self._members = members

    def of(self, program: str, member: str) -> Preferences:
        return from_item(self._members.get(keys.member(program, member), keys.PREFERENCES))

    def of_all(self, program: str, members: Collection[str]) -> dict[str, Preferences]:
        places = {member: (keys.member(program, member), keys.PREFERENCES) for member in members}
        items = self._members.get_many(list(places.values()))
        return {member: from_item(items.get(place)) for member, place in places.items()}

    def save(self, program: str, member: str, preferences: Preferences, *, now: datetime) -> Preferences:
        stored, saved = self.of(program, member), replace(preferences, version=preferences.version + 1, changed_at=now)
        if replace(stored, version=saved.version, changed_at=now) == saved:
            return stored
        put = Put(
            item={"pk": keys.member(program, member), "sk": keys.PREFERENCES, **_attributes(saved)},
            only_if=unchanged_since(preferences.version),
        )
        try:
            self._members.write(put, not_erased(program, member))
        except ConditionFailed as refused:
            if any(map(erased, refused.stored)):
                raise MemberErased("the member was erased") from refused
            raise Superseded("the member's preferences were changed since they were read") from refused
        return saved


def _attributes(preferences: Preferences) -> Item:
    quiet, changed_at = preferences.quiet_hours, preferences.changed_at
    return {
        "language": preferences.language,
        "recognition": preferences.recognition,
        "time_zone": preferences.time_zone,
        "quiet_hours": quiet and f"{quiet.begins:%H:%M}-{quiet.ends:%H:%M}",
        "muted": " ".join(sorted(preferences.muted)),
        "channels_off": " ".join(sorted(preferences.channels_off)),
        "version": preferences.version,
        "changed_at": changed_at and iso(changed_at),
    }


def from_item(item: Item | None) -> Preferences:
    if item is None:
        return NO_PREFERENCES
    quiet = item["quiet_hours"] and [time.fromisoformat(clock) for clock in item["quiet_hours"].split("-")]
    return Preferences(
        language=item["language"],
        recognition=item["recognition"],
        time_zone=item["time_zone"],
        quiet_hours=QuietHours(begins=quiet[0], ends=quiet[1]) if quiet else None,
        muted=frozenset(item["muted"].split()),
        channels_off=frozenset(item["channels_off"].split()),
        version=item["version"],
        changed_at=datetime.fromisoformat(item["changed_at"]),
    )
