"""Receive the answer to an invitation by mail: only the invited address answers, and only what holds now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ladder.domain.activities.activity import Delivery
from ladder.domain.activities.ports import Activities
from ladder.domain.calendar.icalendar import program_of
from ladder.domain.calendar.ports import Appointments
from ladder.domain.calendar.replies import Reply, confirmation, normalized_address
from ladder.domain.delivery.rules import USER
from ladder.domain.errors import Rejected
from ladder.domain.members.roster import Member
from ladder.domain.programs.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedReply:
    """`is_proven`: the mail service has verified that the mail is of the domain that it says it is from (DMARC)."""

    sender: str
    reply: Reply
    is_proven: bool
    received_at: datetime


def receive_reply(
    received: ReceivedReply,
    *,
    current: Callable[[str], Program],
    find: Callable[[str, str], Member | None],
    appointments: Appointments,
    queue: Activities,
) -> None:
    """Send the answer as an event of its member. Raises Rejected for anything else; receiving it again is harmless.

    Nobody is told why: who writes is not known until the last check has passed.
    """
    reply, key = received.reply, program_of(received.reply.uid)
    if not received.is_proven:
        raise Rejected("a mail of which nobody has proven where it is from")
    place = appointments.find(key, reply.uid) if key else None
    if key is None or place is None:
        raise Rejected("a reply to an invitation that there is not")
    known = appointments.of(key, place.member)
    appointment = next((appointment for appointment in known if appointment.key == place.key), None)
    if appointment is None:
        raise Rejected("a reply to an invitation that there is not")
    invited = _address(current(key), find(key, place.member), reply.attendee)
    answer = confirmation(reply, appointment, sender=received.sender, invited=invited, received_at=received.received_at)
    queue.send([Delivery(key, place.member, (answer,))])


def _address(program: Program, member: Member | None, attendee: str) -> str:
    """Return the member's address that answers, of those that the program's mail channels have; "" for none."""
    if member is None:
        return ""
    templates = (channel.member for channel in program.delivery.channels if channel.kind == "mail" and channel.member)
    addresses = (template.replace(USER, member.user) for template in templates)
    return next((address for address in addresses if normalized_address(address) == attendee), "")
