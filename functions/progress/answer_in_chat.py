"""Answer in a chat: a colleague presses a button there, and it does what their signed-in request would do."""

from collections.abc import Callable
from dataclasses import dataclass

from ladder.domain.activities.activity import Key
from ladder.domain.delivery.addressing import member_at
from ladder.domain.delivery.ports import Press
from ladder.domain.delivery.rules import ChannelRules
from ladder.domain.errors import RequestRefused
from ladder.domain.members.roster import Roster
from ladder.domain.message import Message, verbatim
from ladder.web.me import Me
from progress.confirm import Confirmed

CONFIRM = "confirm"  # the action of a button that asks a colleague
SIGN_IN = Message("delivery.answer_sign_in")
CONFIRMED = Message("delivery.answer_confirmed")
REVIEWED_FIRST = Message("delivery.answer_reviewed_first")
AGAIN = Message("delivery.answered_before")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAnswer:
    """`settled`: it is decided, so the buttons go. `member`: who pressed; None: nobody knows."""

    said: Message
    settled: bool = False
    member: str | None = None


def answer_in_chat(
    press: Press,
    *,
    program: str,
    channel: ChannelRules,
    roster: Roster,
    confirm: Callable[[Me, str, Key], Confirmed],
) -> ChatAnswer | None:
    """Do what a press asks for, as the member who is reached at that address; None for a button that asks for nothing.

    What the press is about may be decided already: then it changes nothing. A refusal is said to whoever pressed.
    """
    member, mark, event = press.value.partition("#")
    source, marked, event_id = event.partition("#")
    if press.action != CONFIRM or not (mark and marked):
        return None
    pressed_by = member_at(press.user, channel, roster)
    if pressed_by is None:
        return ChatAnswer(said=SIGN_IN)
    try:
        done = confirm(Me(program, pressed_by.id), member, (source, event_id))
    except RequestRefused as refused:
        reason = refused.args[0]
        said = reason if isinstance(reason, Message) else verbatim(str(reason))
        return ChatAnswer(said=said, member=pressed_by.id)
    said = REVIEWED_FIRST if done.reviewed_first else CONFIRMED
    return ChatAnswer(said=AGAIN if done.again else said, settled=True, member=pressed_by.id)
