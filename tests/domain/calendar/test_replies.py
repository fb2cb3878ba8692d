"""Replies that are none: whatever a mail brings is refused, and nothing of it is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.domain.calendar.replies import Reply, read_reply
from ladder.domain.errors import Rejected

GOOD = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//EN
METHOD:REPLY
BEGIN:VEVENT
UID:u1
SEQUENCE:3
ATTENDEE;CN="a; b, c:mailto:eve@x";PARTSTAT=ACCEPTED:MAILTO:Zoe@
 bank.example
END:VEVENT
END:VCALENDAR
"""


def test_a_reply_is_read_with_its_folded_lines_and_quoted_parameters() -> None:
    assert read_reply(GOOD) == Reply(uid="u1", sequence=3, attendee="zoe@bank.example", answer="accepted")
    assert read_reply(GOOD.replace("\n", "\r\n")) == read_reply(GOOD)
    assert read_reply(GOOD.replace("SEQUENCE:3\n", "")).sequence == 0


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("METHOD:REPLY", "METHOD:REQUEST"),
        ("METHOD:REPLY\n", ""),
        ("METHOD:REPLY", "METHOD:REPLY\nMETHOD:REQUEST"),
        ("UID:u1\n", ""),
        ("UID:u1", "UID:u1\nUID:u2"),
        ("PARTSTAT=ACCEPTED", "PARTSTAT=DELEGATED"),
        (";PARTSTAT=ACCEPTED", ""),
        ("MAILTO:Zoe@", "https://zoe@"),
        ("SEQUENCE:3", "SEQUENCE:-3"),
        ("SEQUENCE:3", "SEQUENCE:٣"),
        ("SEQUENCE:3", "SEQUENCE:3\nSEQUENCE:4"),
        ("SEQUENCE:3", f"SEQUENCE:{'9' * 40}"),
        ("END:VEVENT", "END:VEVENT\nBEGIN:VEVENT\nUID:u2\nEND:VEVENT"),
        ("UID:u1", "UID:u1\nRECURRENCE-ID:20260327T090000Z"),
        ("BEGIN:VEVENT\n", ""),
        ("END:VEVENT", "ATTENDEE;PARTSTAT=DECLINED:mailto:zoe@bank.example\nEND:VEVENT"),
    ],
)
def test_what_is_no_reply_of_one_person_about_one_event_is_refused(was: str, now: str) -> None:
    assert was in GOOD
    with pytest.raises(Rejected):
        read_reply(GOOD.replace(was, now))


def test_a_file_that_is_too_long_is_not_read() -> None:
    with pytest.raises(Rejected, match="too long"):
        read_reply(GOOD + "X" * 200_000)
    with pytest.raises(Rejected, match="too long"):
        read_reply(GOOD + "X:\n" * 3_000)


@given(st.text(max_size=300) | st.lists(st.sampled_from([*GOOD.split("\n"), ";", '"', "\x00", ":" * 9])).map("\n".join))
def test_anything_else_is_refused_and_breaks_nothing(text: str) -> None:
    try:
        reply = read_reply(text)
    except Rejected:
        return
    assert reply.answer in {"accepted", "declined", "tentative"}
