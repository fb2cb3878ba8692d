"""Calendar files as others read them: whole lines, inert titles, one UID for good, exceptions of a series."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from ladder.domain.activities.recurrence import Recurrence
from ladder.domain.activities.sessions import Times
from ladder.domain.calendar.appointments import Appointment
from ladder.domain.calendar.feed import member_calendar
from ladder.domain.calendar.icalendar import Invited, addressed, calendar_file, invitation, program_of, uid_of
from tests.builders.appointments import HOUR, KEY, MEMBER, NOW, STARTS, after, appointment, assigned, item, scheduled
from tests.paths import DATA

ATTACKS = DATA / "security" / "prompt_injection.jsonl.gz"
HOSTILE = [
    "Practice\r\nATTENDEE:mailto:eve@example.org",
    "Practice\nEND:VEVENT\nEND:VCALENDAR\nBEGIN:VCALENDAR",
    "a\rb\u2028c\u2029d\x85e\x0bf\x0cg\x7fh",
    'one, two; three: "four" \\five\\n',
    "\\",
    ";",
    "X" * 5_000,
    "é" * 900 + "\U0001f600" * 300,
    "DTSTART:20000101T000000Z",
    " starts with a space",
    "=?utf-8?q?encoded?=",
    "\ud800 half a pair",
]
WEEKLY = Times(
    starts=datetime(2026, 3, 18, 8, tzinfo=UTC),
    seconds=3600,
    zone="Europe/Paris",
    repeats=Recurrence.parse("FREQ=WEEKLY;COUNT=4"),
)
INVITED = Invited(
    organizer="training@bank.example", organizer_name='Bank "North"; a^b\r\nX:y', attendee="zoe@bank.example"
)


def written(*made: Appointment) -> str:
    return calendar_file([item(each) for each in made], name="Ladder", refresh=HOUR)


def events(text: str) -> list[Any]:
    return [*icalendar.Calendar.from_ical(text).walk("VEVENT")]


def readable(title: str) -> str:
    """What is left of a title: line ends are \\n, and what is no text is a space."""
    spaces = {chr(code) for code in (*range(9), *range(11, 32), 127, 0x85, 0x2028, 0x2029)}
    return "".join(" " if sign in spaces else sign for sign in title.replace("\r\n", "\n").replace("\r", "\n"))


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_inert_whatever_it_holds(title: str) -> None:
    text = written(appointment(Times(starts=STARTS, seconds=3600), title=title))
    raw = text.encode("utf-8", "replace")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    [only] = events(raw.decode())
    assert set(only) == {
        *("UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DURATION", "SUMMARY"),
        *("STATUS", "CLASS", "TRANSP"),
    }
    assert str(only["SUMMARY"]) == readable(title.encode("utf-8", "replace").decode())
    assert only["DTSTART"].dt == STARTS


@pytest.mark.slow
@pytest.mark.skipif(not ATTACKS.exists(), reason="the texts of attacks are not here")
def test_every_attack_is_a_title_and_nothing_else() -> None:
    lines = gzip.decompress(ATTACKS.read_bytes()).decode().split("\n")
    titles = [str(json.loads(line)["text"]) for line in lines if line]
    made = [
        appointment(Times(starts=STARTS, seconds=3600), session=f"S{n}", title=title) for n, title in enumerate(titles)
    ]
    expected = {each: readable(title) for each, title in zip((item(one).uid for one in made), titles, strict=True)}
    found = {str(event["UID"]): str(event["SUMMARY"]) for event in events(written(*made))}
    assert found == expected
    assert len(found) == len(titles)


def test_lines_are_folded_at_75_bytes_and_never_within_a_character() -> None:
    for length in range(60, 90):
        title = "x" * length + "ü€\U0001f600" * 40
        text = written(appointment(Times(starts=STARTS, seconds=3600), title=title))
        for line in text.encode().split(b"\r\n"):
            assert len(line) <= 75
            line.decode()
        assert str(events(text)[0]["SUMMARY"]) == title


def test_a_session_keeps_its_uid_whatever_happens_and_nobody_shares_it() -> None:
    first, moved = after([scheduled()]), after([scheduled(), scheduled("e2", starts=STARTS + HOUR, at=NOW + HOUR)])
    assert item(first).uid == item(moved).uid
    assert moved.sequence == first.sequence + 1
    uids = {uid_of(program, member, KEY) for program in ("academy", "bank") for member in (MEMBER, "0" * 32)}
    assert len(uids) == 4
    assert all(MEMBER not in uid for uid in uids)
    assert program_of(item(first).uid) == "academy"
    assert program_of("a@b.example") is None


def test_one_of_a_series_may_move_and_another_be_cancelled() -> None:
    starts = [*appointment(WEEKLY).starts_between(NOW - timedelta(days=9), NOW + timedelta(days=99))]
    to = starts[1] + 5 * HOUR
    made = (
        appointment(WEEKLY),
        appointment(Times(starts=to, seconds=1800), occurrence=starts[1], sequence=1),
        appointment(Times(starts=starts[2]), occurrence=starts[2], is_cancelled=True, sequence=1),
    )
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(written(*made))).between(starts[0], starts[3] + HOUR)
    assert sorted(event["DTSTART"].dt.astimezone(UTC) for event in found) == [starts[0], to, starts[3]]
    assert starts[1] - starts[0] == timedelta(days=7)  # both before the change of clocks
    assert starts[2].astimezone(ZoneInfo("Europe/Paris")).hour == starts[0].astimezone(ZoneInfo("Europe/Paris")).hour


def test_a_session_that_was_cancelled_says_so() -> None:
    [only] = events(written(appointment(Times(starts=STARTS, seconds=3600), is_cancelled=True, sequence=3)))
    assert (str(only["STATUS"]), int(only["SEQUENCE"])) == ("CANCELLED", 3)


def test_what_is_due_on_a_day_stands_on_that_day_and_takes_no_time() -> None:
    [only] = events(written(after([assigned(due="2026-03-29")])))
    assert only["DTSTART"].dt.isoformat() == "2026-03-29"
    assert only["DTEND"].dt.isoformat() == "2026-03-30"
    assert str(only["TRANSP"]) == "TRANSPARENT"


def test_a_calendar_leaves_out_what_is_done_or_long_over() -> None:
    made = (
        after([scheduled()]),
        after([assigned(due="2026-03-29")]),
        appointment(Times(starts=NOW - timedelta(days=90), seconds=3600), session="OLD"),
    )

    def shown(now: datetime) -> set[str]:
        text = member_calendar("academy", MEMBER, made, deadline_title=lambda title: f"Due: {title}", now=now)
        return {str(event["SUMMARY"]) for event in events(text)}

    assert shown(NOW) == {"Practice", "Due: fraud-2"}
    assert shown(NOW + timedelta(days=400)) == set()


def test_the_same_appointments_are_the_same_file() -> None:
    one, two = after([scheduled()]), after([assigned(due="2026-03-29")])
    assert written(one, two) == written(two, one)


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_an_invitation_asks_the_one_who_is_invited_and_names_nobody_else(*, is_cancelled: bool) -> None:
    made = appointment(Times(starts=STARTS, seconds=3600), is_cancelled=is_cancelled, sequence=2)
    text = invitation(item(made))
    assert "@bank.example" not in text
    calendar: Any = icalendar.Calendar.from_ical(addressed(text, INVITED))
    [only] = calendar.walk("VEVENT")
    assert str(calendar["METHOD"]) == ("CANCEL" if is_cancelled else "REQUEST")
    assert str(only["ORGANIZER"]) == "mailto:training@bank.example"
    assert str(only["ATTENDEE"]) == "mailto:zoe@bank.example"
    assert only["ATTENDEE"].params["RSVP"] == "TRUE"
    assert int(only["SEQUENCE"]) == 2
    assert "X" not in {name.upper() for name in only}
