"""The API's answers in its own shapes for what the site's program has none of: channels, kudos, a calendar, orders."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

from ladder.domain.message import Message
from ladder.web.program_named import ProgramNamed
from progress.my_calendar import CalendarFeed, MyAppointment, MyAppointments
from progress.show_kudos import Colleague, MyKudos, ReceivedKudos
from progress.show_me import ChannelNamed, Features, MemberProfile
from progress.show_messages import MessageAboutMe, MessagesAboutMe
from progress.show_orders import MyOrder, MyOrders
from supervision.show_messages import ChannelQueue, ProgramMessages, WaitingMessage
from supervision.show_orders import ListedOrder, OrderPage

AT = datetime(2026, 12, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ME, MARA, TIM = "a" * 32, "b" * 32, "c" * 32
REFUSED = "There is no early Friday left this month. Please choose something else until January; I am sorry."
NAMED = ProgramNamed(key="bank", name="Northern Bank", time_zone="UTC", version=1, paused=False, has_nights=True)
LONG_TITLE = "Kundenbeschwerden und Eskalationen: Auffrischungsschulung für Quereinsteigerinnen und Quereinsteiger"


def as_json(answer: object) -> str:
    """Return an answer as the API writes it. `answer`: a dataclass."""
    return json.dumps(asdict(answer), default=lambda value: value.isoformat())  # type: ignore[call-overload]


def sentence(text: str) -> Message:
    return Message("text.verbatim", {"text": text}, text=text)


PROFILE = {
    "/members/me": MemberProfile(
        member=ME,
        name="Ada Berg",
        team="Early shift",
        language=None,
        program=NAMED,
        features=Features(
            credentials=True,
            kudos=True,
            calendar=True,
            channels=(ChannelNamed(key="desk-mail", kind="mail"), ChannelNamed(key="team-room", kind="slack")),
        ),
    )
}


def _mine(order: str, **now: object) -> MyOrder:
    placed = {
        "item": "EARLY_FRIDAY",
        "name": "home an hour early",
        "price": 800,
        "placed_at": AT,
        "reversed": False,
        "state": "placed",
        "since": None,
        "reason": "",
        "owner": "the shift lead",
        "due_on": date(2026, 12, 17),
    }
    return MyOrder(order=order, **{**placed, **now})  # type: ignore[arg-type]


ORDER = _mine("o-5")
MY_ORDERS = {
    "/members/me/orders": MyOrders(
        orders=(
            ORDER,
            _mine("o-4", state="approved", since=AT + DAY),
            _mine("o-3", state="handed_over", since=AT + DAY, due_on=None),
            _mine("o-2", state="refused", since=AT + DAY, reason=REFUSED, reversed=True, due_on=None),
            _mine("o-1", reversed=True),
        )
    )
}


def _listed(order: str, **now: object) -> ListedOrder:
    mine = asdict(_mine(order))
    mine.pop("reason")
    who = {"member": MARA, "member_name": "Mara Lind", "team": "Early shift", "overdue": False}
    return ListedOrder(**{**mine, **who, **now})


ORDERS = {
    "/programs/{program}/orders": OrderPage(
        program="bank",
        orders=(
            _listed("o-5"),
            _listed("o-4", state="approved", since=AT, due_on=date(2026, 11, 2), overdue=True),
            _listed("o-3", state="handed_over", since=AT, due_on=None, member=TIM, member_name="Tim Oser"),
            _listed("o-2", state="refused", since=AT, reversed=True, due_on=None),
            _listed("o-1", reversed=True, member_name=None, team=None),
        ),
        before=None,
    )
}

MESSAGE = MessageAboutMe(
    occasion="badge",
    audience="member",
    channel="desk-mail",
    title=sentence("You have the badge sharer."),
    status="sent",
    because=None,
    at=AT,
)
MY_MESSAGES = PROFILE | {
    "/members/me/kudos": MyKudos(
        values={"HELP": "for help when it mattered", "CARE": "for care with a customer"},
        left_this_week=2,
        colleagues=(
            Colleague(member=MARA, name="Mara Lind", from_on=None),
            Colleague(member=TIM, name="Tim Oser", from_on=AT),
        ),
        received=(
            ReceivedKudos(
                name="Mara Lind", value="for care with a customer", text="You stayed calm. <b>So</b> did they.", at=AT
            ),
            ReceivedKudos(name=None, value="for help when it mattered", text="", at=AT - DAY),
        ),
    ),
    "/members/me/messages": MessagesAboutMe(
        messages=(
            MESSAGE,
            MessageAboutMe(
                occasion="badge",
                audience="team",
                channel="team-room",
                title=sentence("Ada Berg has the badge sharer."),
                status="dropped",
                because=sentence("The member does not share it with others."),
                at=AT - DAY,
            ),
        )
    ),
}


def _appointment(number: int, **now: object) -> MyAppointment:
    planned = {
        "kind": "session",
        "title": LONG_TITLE,
        "starts": [AT],
        "seconds": 5400,
        "day": "",
        "time_zone": "UTC",
        "status": "planned",
        "answer": "",
    }
    return MyAppointment(id=f"{number:032x}.bank@ladder", **{**planned, **now})  # type: ignore[arg-type]


SESSION = _appointment(1)
APPOINTMENTS = {
    "/members/me/appointments": MyAppointments(
        appointments=(
            SESSION,
            _appointment(
                2, title="team coaching", starts=[AT + DAY * week for week in (1, 8, 15, 22)], answer="accepted"
            ),
            _appointment(3, title="moved elsewhere", status="cancelled"),
            _appointment(4, kind="deadline", title="data protection", day="2026-12-04", status="due_soon"),
            _appointment(5, kind="deadline", title="money laundering", status="overdue"),
        )
    ),
    "/members/me/calendar-feed": CalendarFeed(exists=True, made_at=AT),
}


def _waiting(**now: object) -> WaitingMessage:
    first = {
        "member": MARA,
        "occasion": "badge",
        "audience": "member",
        "status": "waiting",
        "due": AT,
        "tries": 0,
        "failures": 0,
        "because": None,
    }
    return WaitingMessage(**{**first, **now})  # type: ignore[arg-type]


WAITING = {
    "/programs/{program}/messages": ProgramMessages(
        channels=(
            ChannelQueue(
                channel="team-room",
                kind="slack",
                waiting=(_waiting(), _waiting(occasion="session_changed", audience="supervisors", failures=2, tries=2)),
                refused=(_waiting(status="refused", because=sentence("There is no address for it on this channel.")),),
                more=True,
            ),
            ChannelQueue(channel="desk-mail", kind="mail", waiting=(), refused=(), more=False),
        )
    )
}
