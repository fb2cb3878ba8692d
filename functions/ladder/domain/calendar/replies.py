"""Read the answer to an invitation: an iTIP REPLY (RFC 5546, section 3.2.3), as calendars send it by mail.

The file comes from outside. Nothing of it is believed but a UID, a number, an address and one of three answers, and
each is checked against what was sent.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ladder.domain.activities.activity import LADDER, Activity
from ladder.domain.activities.sessions import CONFIRMED, Answer
from ladder.domain.calendar.appointments import Appointment
from ladder.domain.errors import Rejected

MOST_CHARACTERS = 200_000  # of a reply: it repeats the invitation, and perhaps a comment
MOST_LINES = 2_000
ANSWERS: Mapping[str, Answer] = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
FOLD = re.compile(r"\r?\n[ \t]")
LINE = re.compile(
    r"([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:\"[^\"\x00-\x08\x0a-\x1f]*\"|[^\";:,\x00-\x08\x0a-\x1f]*))*):(.*)"
)
PARAMETER = re.compile(r";([A-Za-z0-9-]+)=(\"[^\"]*\"|[^\";:,]*)")
MAILTO = "mailto:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`attendee`: the address that answers, in lower case."""

    uid: str
    sequence: int
    attendee: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    value: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def read_reply(text: str) -> Reply:
    """Return the answer that a calendar file holds. Raises Rejected where it is none, or not one alone."""
    if len(text) > MOST_CHARACTERS:
        raise Rejected("a calendar file that is too long for a reply")
    lines = list(_lines(text))
    if [line.value.upper() for line in lines if line.name == "METHOD"] != ["REPLY"]:
        raise Rejected("a calendar file that is no REPLY")
    if sum(line.name == "BEGIN" and line.value.upper() == "VEVENT" for line in lines) != 1:
        raise Rejected("a reply that is not about one event")
    begins = next(at for at, line in enumerate(lines) if line.name == "BEGIN" and line.value.upper() == "VEVENT")
    event = lines[begins + 1 :]
    if any(line.name == "RECURRENCE-ID" for line in event):
        raise Rejected("a reply about one date of a series: the series is answered as a whole")
    uid, attendee = _only(event, "UID"), _only(event, "ATTENDEE")
    answer = ANSWERS.get(attendee.parameters.get("PARTSTAT", "").upper())
    if answer is None or not attendee.value.lower().startswith(MAILTO):
        raise Rejected("a reply that neither accepts nor declines")
    sequences = [line.value for line in event if line.name == "SEQUENCE"] or ["0"]
    if len(sequences) != 1 or not re.fullmatch(r"[0-9]{1,9}", sequences[0]):
        raise Rejected("a reply without the number of the invitation")
    address = normalized_address(attendee.value[len(MAILTO) :])
    return Reply(uid=uid.value, sequence=int(sequences[0]), attendee=address, answer=answer)


def confirmation(
    reply: Reply, appointment: Appointment, *, sender: str, invited: str, received_at: datetime
) -> Activity:
    """Return the event that a reply is. Raises Rejected unless the invited address answers what stands now.

    A reply that comes twice is one event. A later answer to the same invitation is another one, and the newest counts.
    """
    if not invited or not (normalized_address(sender) == reply.attendee == normalized_address(invited)):
        raise Rejected("a reply from another address than the invited one")
    if reply.sequence != appointment.sequence:
        raise Rejected("a reply to an invitation that was changed since")
    if appointment.is_cancelled:
        raise Rejected("a reply to an invitation that was cancelled")
    return confirmed(appointment, reply.answer, at=received_at)


def confirmed(appointment: Appointment, answer: Answer, *, at: datetime) -> Activity:
    """Return the event that the member answered."""
    second = at.replace(microsecond=0)
    what = hashlib.sha256(str(appointment.key).encode()).hexdigest()[:32]  # a source's id may be as long as ours
    return Activity(
        source=LADDER,
        id=f"answer:{what}:{appointment.sequence}:{answer}:{second:%Y%m%dT%H%M%SZ}",
        type=CONFIRMED,
        occurred_at=second,
        attributes={
            "session": appointment.key.subject.removeprefix("session#"),
            "source": appointment.key.source,
            "answer": answer,
        },
    )


def normalized_address(address: str) -> str:
    return address.strip().lower()


def _lines(text: str) -> Iterator[_Line]:
    for number, raw in enumerate(re.split(r"\r?\n|\r", FOLD.sub("", text))):
        if number > MOST_LINES:
            raise Rejected("a calendar file that is too long for a reply")
        if match := LINE.fullmatch(raw):
            parameters = {name.upper(): value.strip('"') for name, value in PARAMETER.findall(match[2])}
            yield _Line(match[1].upper(), match[3].strip(), parameters)


def _only(lines: list[_Line], name: str) -> _Line:
    found = [line for line in lines if line.name == name]
    if len(found) != 1 or not found[0].value:
        raise Rejected(f"a reply needs one {name}")
    return found[0]
