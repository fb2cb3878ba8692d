"""Appointments and calendar addresses twice over, in memory and on DynamoDB; and what is of DynamoDB alone."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest

from ladder.adapters.dynamodb import keys
from ladder.adapters.dynamodb.appointments import DynamoAppointments
from ladder.adapters.dynamodb.calendar_feeds import DynamoCalendarFeeds
from ladder.adapters.dynamodb.ledger import DynamoLedger
from ladder.adapters.dynamodb.personal_data import DynamoErasures, DynamoPersonalData
from ladder.adapters.dynamodb.table import Table
from ladder.domain.activities.activity import Activity
from ladder.domain.calendar.appointments import Appointment
from ladder.domain.calendar.feed import digest
from ladder.domain.calendar.icalendar import uid_of
from ladder.domain.calendar.ports import Appointments, Feed, Feeds, Place
from ladder.domain.calendar.reminders import next_look
from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.errors import MemberErased
from tests.builders.appointments import (
    HOUR,
    KEY,
    MEMBER,
    NOW,
    STARTS,
    assigned,
    cancelled,
    confirmed,
    moved,
    news,
    scheduled,
)
from tests.builders.ledger_stores import stack_tables
from tests.builders.review_queues import members_of
from tests.builders.stores import Tables
from tests.fakes.calendars import MemoryAppointments, MemoryFeeds

RULES = CalendarRules()
COLLEAGUE = "0" * 32
MADE = Feed(member=MEMBER, language="de", made_at=NOW)
FIRST, SECOND = digest("academy.first"), digest("academy.second")


@dataclass(frozen=True, slots=True)
class CalendarStores:
    appointments: Appointments
    feeds: Feeds
    erase: Callable[[str, str], object]

    def tell(self, *activities: Activity, member: str = MEMBER, now: datetime = NOW) -> Appointment:
        for activity in activities:
            told = news(activity)
            _, after = self.appointments.change(
                "academy",
                member,
                told.key,
                lambda known, told=told: known.told(told, now=NOW),  # type: ignore[misc]
                next_look=partial(next_look, rules=RULES, now=now),
            )
        return after


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> CalendarStores:
    if request.param == "memory":
        erased: set[str] = set()
        memory, feeds = MemoryAppointments(erased=erased), MemoryFeeds(erased=erased)
        return CalendarStores(memory, feeds, lambda program, member: erased.add(member))
    tables: Tables = request.getfixturevalue("tables")
    members = members_of(stack_tables(tables))
    erasures = DynamoErasures(members, tables.table())
    return CalendarStores(DynamoAppointments(members), DynamoCalendarFeeds(members), partial(erasures.close, at=NOW))


def test_an_appointment_is_stored_whole_and_its_member_has_it_alone(kept: CalendarStores) -> None:
    stored = kept.tell(scheduled(), moved("e2", STARTS + HOUR, at=NOW + HOUR))
    assert kept.appointments.of("academy", MEMBER) == [stored]
    assert stored.sequence == 1
    assert kept.appointments.of("academy", COLLEAGUE) == kept.appointments.of("bank", MEMBER) == []


def test_a_uid_leads_to_the_session_and_one_that_was_never_given_nowhere(kept: CalendarStores) -> None:
    kept.tell(scheduled())
    kept.tell(scheduled("e9"), member=COLLEAGUE)
    assert kept.appointments.find("academy", uid_of("academy", MEMBER, KEY)) == Place(MEMBER, KEY)
    assert kept.appointments.find("academy", uid_of("academy", COLLEAGUE, KEY)) == Place(COLLEAGUE, KEY)
    assert kept.appointments.find("academy", uid_of("bank", MEMBER, KEY)) is None


def test_what_falls_due_is_found_once_it_does_and_goes_on_to_its_next_reminder(kept: CalendarStores) -> None:
    kept.tell(scheduled())
    day, hour = STARTS - timedelta(hours=24), STARTS - HOUR
    assert kept.appointments.due("academy", day - timedelta(seconds=1)) == []
    [first] = kept.appointments.due("academy", day)
    assert (first.place, first.since) == (Place(MEMBER, KEY), day)
    kept.appointments.looked("academy", first, next_at=hour)
    assert kept.appointments.due("academy", day) == []
    [second] = kept.appointments.due("academy", hour)
    assert second.since == hour
    kept.appointments.looked("academy", second, next_at=None)
    assert kept.appointments.due("academy", STARTS) == []


def test_a_look_at_what_has_changed_since_loses_no_reminder(kept: CalendarStores) -> None:
    kept.tell(scheduled())
    day = STARTS - timedelta(hours=24)
    [due] = kept.appointments.due("academy", day)
    kept.tell(moved("e2", STARTS + HOUR, at=NOW + HOUR))
    kept.appointments.looked("academy", due, next_at=None)
    assert [again.since for again in kept.appointments.due("academy", STARTS)] == [day]


def test_what_has_fallen_due_stays_due_when_its_appointment_changes(kept: CalendarStores) -> None:
    """Between the moment and the schedule's look at it, a member answers."""
    kept.tell(scheduled())
    day = STARTS - timedelta(hours=24)
    kept.tell(confirmed("e2", "accepted", at=NOW + HOUR), now=day + timedelta(minutes=2))
    assert [due.since for due in kept.appointments.due("academy", day + timedelta(minutes=5))] == [day]


def test_what_is_cancelled_reminds_nobody(kept: CalendarStores) -> None:
    kept.tell(scheduled(), cancelled("e2", at=NOW + HOUR))
    assert kept.appointments.due("academy", STARTS + timedelta(days=99)) == []


def test_nothing_is_stored_of_an_erased_member(kept: CalendarStores) -> None:
    kept.erase("academy", MEMBER)
    with pytest.raises(MemberErased):
        kept.tell(scheduled())
    with pytest.raises(MemberErased):
        kept.feeds.make("academy", MADE, FIRST)


def test_an_address_leads_to_its_member_until_another_is_made_or_it_is_revoked(kept: CalendarStores) -> None:
    kept.feeds.make("academy", MADE, FIRST)
    assert kept.feeds.find("academy", FIRST) == kept.feeds.of("academy", MEMBER) == MADE
    kept.feeds.make("academy", MADE, SECOND)
    assert kept.feeds.find("academy", FIRST) is None
    assert kept.feeds.find("academy", SECOND) == MADE
    assert kept.feeds.find("bank", SECOND) is None
    kept.feeds.revoke("academy", MEMBER)
    kept.feeds.revoke("academy", MEMBER)
    assert kept.feeds.find("academy", SECOND) is None
    assert kept.feeds.of("academy", MEMBER) is None


@pytest.fixture
def members(tables: Tables) -> Table:
    return members_of(stack_tables(tables))


def on_dynamodb(members: Table) -> CalendarStores:
    return CalendarStores(DynamoAppointments(members), DynamoCalendarFeeds(members), lambda *_: None)


def test_an_erasure_takes_appointments_addresses_and_what_leads_there_and_an_export_has_them(
    tables: Tables, members: Table
) -> None:
    stores = on_dynamodb(members)
    stores.tell(scheduled(), assigned(due="2026-03-29"))
    stores.feeds.make("academy", MADE, FIRST)
    uid = uid_of("academy", MEMBER, KEY)
    export = DynamoPersonalData(members, members, DynamoLedger(members, audit="", names=())).of("academy", MEMBER)
    assert {item["subject"] for item in export["appointment"]} == {"session#S-17", "module#fraud-2"}
    assert [item["language"] for item in export["calendar_feed"]] == ["de"]
    DynamoErasures(members, tables.table()).forget("academy", MEMBER, user=None)
    assert stores.appointments.of("academy", MEMBER) == []
    for partition in (keys.feed("academy", FIRST), keys.invitation("academy", uid)):
        assert members.get(partition, keys.LEADS) is None


def test_the_table_has_a_digest_of_the_token_and_never_the_token(members: Table) -> None:
    on_dynamodb(members).feeds.make("academy", MADE, FIRST)
    places = [(keys.member("academy", MEMBER), keys.FEED), (keys.feed("academy", FIRST), keys.LEADS)]
    stored = json.dumps([members.get(*place) for place in places])
    assert FIRST in stored
    assert "academy.first" not in stored
