"""Answers by mail: the invited address, proven, to a session that there is and as it is now; nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from appointments.receive_reply import ReceivedReply, receive_reply
from ladder.domain.activities.activity import Activity, Delivery, validation_error
from ladder.domain.calendar.icalendar import uid_of
from ladder.domain.calendar.replies import Reply
from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.delivery.rules import ChannelRules, DeliveryRules
from ladder.domain.errors import Rejected
from ladder.domain.members.roster import Member
from tests.builders.academy import academy
from tests.builders.appointments import HOUR, KEY, MEMBER, NOW, STARTS, after, cancelled, moved, news, scheduled
from tests.fakes.calendars import MemoryAppointments

MAIL = ChannelRules(key="mail", kind="mail", member="{user}@bank.example")
PROGRAM = replace(academy(), calendar=CalendarRules(), delivery=DeliveryRules(channels=(MAIL,)))
ZOE = Member(id=MEMBER, user="Zoe")
UID = uid_of("academy", MEMBER, KEY)
REPLY = Reply(uid=UID, sequence=0, attendee="zoe@bank.example", answer="accepted")
GOOD = ReceivedReply(sender="zoe@bank.example", reply=REPLY, is_proven=True, received_at=NOW + HOUR)


@dataclass(slots=True)
class Receiver:
    events: tuple[Activity, ...] = (scheduled(),)
    member: Member | None = ZOE
    sent: list[Activity] = field(default_factory=list)

    def send(self, deliveries: Sequence[Delivery]) -> None:
        assert {(delivery.program, delivery.member) for delivery in deliveries} == {("academy", MEMBER)}
        self.sent += [activity for delivery in deliveries for activity in delivery.activities]

    def receive(self, received: ReceivedReply) -> None:
        stored = after(self.events)
        receive_reply(
            received,
            current=lambda _: PROGRAM,
            find=lambda program, member: self.member,
            appointments=MemoryAppointments(stored={("academy", MEMBER, str(stored.key)): stored}),
            queue=self,
        )


def test_the_invited_member_answers_and_the_same_mail_twice_is_one_event() -> None:
    receiver = Receiver()
    receiver.receive(GOOD)
    receiver.receive(GOOD)
    [event] = dict.fromkeys(activity.id for activity in receiver.sent)
    told = receiver.sent[0]
    assert validation_error(told) == ""
    assert event == told.id
    assert after([scheduled()]).told(news(told), now=NOW).answer == "accepted"


def test_somebody_who_changes_their_mind_is_believed() -> None:
    receiver = Receiver()
    receiver.receive(GOOD)
    receiver.receive(replace(GOOD, reply=replace(REPLY, answer="declined"), received_at=NOW + 2 * HOUR))
    appointment = after([scheduled()])
    for told in reversed(receiver.sent):
        appointment = appointment.told(news(told), now=NOW)
    assert appointment.answer == "declined"


@pytest.mark.parametrize(
    ("received", "events"),
    [
        (replace(GOOD, is_proven=False), (scheduled(),)),
        (replace(GOOD, sender="eve@example.org"), (scheduled(),)),
        (replace(GOOD, reply=replace(REPLY, attendee="eve@example.org")), (scheduled(),)),
        (
            replace(GOOD, sender="eve@bank.example", reply=replace(REPLY, attendee="eve@bank.example")),
            (scheduled(),),
        ),
        (replace(GOOD, reply=replace(REPLY, uid=uid_of("academy", "0" * 32, KEY))), (scheduled(),)),
        (replace(GOOD, reply=replace(REPLY, uid="somebody@example.org")), (scheduled(),)),
        (replace(GOOD, reply=replace(REPLY, uid=UID.replace("academy", "bank"))), (scheduled(),)),
        (replace(GOOD, reply=replace(REPLY, sequence=1)), (scheduled(),)),
        (GOOD, (scheduled(), moved("e2", STARTS + timedelta(days=1), at=NOW + HOUR))),
        (replace(GOOD, reply=replace(REPLY, sequence=1)), (scheduled(), cancelled("e2", at=NOW + HOUR))),
    ],
)
def test_everything_else_is_refused(received: ReceivedReply, events: tuple[Activity, ...]) -> None:
    receiver = Receiver(events)
    with pytest.raises(Rejected):
        receiver.receive(received)
    assert receiver.sent == []


def test_whoever_is_on_no_roster_has_no_address_to_answer_from() -> None:
    receiver = Receiver(member=None)
    with pytest.raises(Rejected, match="another address"):
        receiver.receive(GOOD)
    with pytest.raises(Rejected, match="another address"):
        receiver.receive(replace(GOOD, sender="", reply=replace(REPLY, attendee="")))
