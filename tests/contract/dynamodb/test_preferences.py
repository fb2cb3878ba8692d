"""Preferences are stored as said, by the one who read them last, and go with their member."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import pytest

from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.adapters.dynamodb.personal_data import DynamoErasures, DynamoPersonalData
from ladder.adapters.dynamodb.preferences import DynamoPreferences
from ladder.domain.errors import MemberErased, Superseded
from ladder.domain.members.preferences import NO_PREFERENCES, MemberPreferences, Preferences, QuietHours
from tests.builders.stores import Tables
from tests.fakes.preferences import MemoryPreferences

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
JO, KIM = "5e" * 16, "6f" * 16
ALL_SET = Preferences(
    language="de",
    recognition="team",
    time_zone="Asia/Kolkata",
    quiet_hours=QuietHours(begins=time(20), ends=time(7, 30)),
    muted=frozenset({"streak_at_risk", "weekly_note"}),
    channels_off=frozenset({"mail"}),
)


@dataclass
class PreferenceStores:
    preferences: MemberPreferences
    erase: Callable[[], object]


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> PreferenceStores:
    if request.param == "memory":
        memory = MemoryPreferences()
        return PreferenceStores(memory, lambda: memory.erased.add(JO))
    tables: Tables = request.getfixturevalue("tables")
    erasures = DynamoErasures(tables.table(), tables.table())
    return PreferenceStores(DynamoPreferences(tables.table()), lambda: erasures.close("academy", JO, at=NOW))


@pytest.mark.parametrize("said", [ALL_SET, Preferences(recognition="none")])
def test_what_a_member_says_is_read_as_said_and_holds_for_them_alone(kept: PreferenceStores, said: Preferences) -> None:
    saved = kept.preferences.save("academy", JO, said, now=NOW)
    assert saved == replace(said, version=1, changed_at=NOW) == kept.preferences.of("academy", JO)
    assert kept.preferences.of_all("academy", [JO, KIM]) == {JO: saved, KIM: NO_PREFERENCES}
    assert kept.preferences.of("bank", JO) == NO_PREFERENCES


def test_nobody_hears_of_a_member_who_never_said_anything_but_they_themselves(kept: PreferenceStores) -> None:
    assert kept.preferences.of("academy", JO).recognition == "private"


def test_a_change_that_was_made_from_an_older_version_is_refused(kept: PreferenceStores) -> None:
    first = kept.preferences.save("academy", JO, ALL_SET, now=NOW)
    second = kept.preferences.save("academy", JO, replace(first, language="en"), now=LATER)
    with pytest.raises(Superseded):
        kept.preferences.save("academy", JO, replace(first, language=None), now=LATER)
    with pytest.raises(Superseded):
        kept.preferences.save("academy", JO, Preferences(recognition="public"), now=LATER)
    assert kept.preferences.of("academy", JO) == second


def test_the_same_change_again_changes_nothing(kept: PreferenceStores) -> None:
    first = kept.preferences.save("academy", JO, ALL_SET, now=NOW)
    assert kept.preferences.save("academy", JO, ALL_SET, now=LATER) == first
    assert kept.preferences.of("academy", JO) == first


def test_nothing_is_stored_of_whoever_was_erased(kept: PreferenceStores) -> None:
    kept.erase()
    with pytest.raises(MemberErased):
        kept.preferences.save("academy", JO, ALL_SET, now=NOW)


def test_an_export_has_them_and_an_erasure_takes_them(tables: Tables) -> None:
    preferences = DynamoPreferences(tables.table())
    preferences.save("academy", JO, ALL_SET, now=NOW)
    ledger = DynamoLedger(tables.table(), audit=tables.audit, names=())
    exported = DynamoPersonalData(tables.table(), tables.table(), ledger).of("academy", JO)
    assert [(item["language"], item["recognition"]) for item in exported["preferences"]] == [("de", "team")]
    DynamoErasures(tables.table(), tables.table()).forget("academy", JO, user=None)
    assert preferences.of("academy", JO) == NO_PREFERENCES
