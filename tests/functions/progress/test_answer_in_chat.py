"""A press in a chat does what the signed-in request does, for the one member who has that address, and nothing else."""

from dataclasses import replace

import pytest

from ladder.domain.activities.activity import Key
from ladder.domain.delivery.ports import Press
from ladder.domain.delivery.rules import ChannelRules
from ladder.domain.message import Message
from ladder.web.me import Me
from progress.answer_in_chat import AGAIN, CONFIRMED, SIGN_IN, ChatAnswer, answer_in_chat
from progress.confirm import Confirmed
from tests.builders.academy_events import passed
from tests.builders.colleagues import Colleagues

CHAT = ChannelRules(key="chat", kind="slack", member="{address}")
ADDRESSES = {"jo": "U0JO", "al": "U0AL", "max": "U0MAX", "gone": "U0GONE"}


class Chat:
    """Colleagues with addresses in a chat; jo did something that waits for one of them."""

    def __init__(self) -> None:
        self.colleagues = Colleagues()
        self.colleagues.does("jo", "task")
        self.roster = tuple(
            replace(member, addresses={"chat": ADDRESSES[name]} if name in ADDRESSES else {})
            for name, member in self.colleagues.roster.items()
        )

    def press(self, user: str, *, action: str = "confirm", value: str | None = None) -> ChatAnswer | None:
        waits = "#".join(("jo", *passed("task").key)) if value is None else value
        press = Press(user, action, waits)
        return answer_in_chat(press, program="academy", channel=CHAT, roster=self.roster, confirm=self._confirm)

    def _confirm(self, me: Me, member: str, event: Key) -> Confirmed:
        assert (me.program, event) == ("academy", passed("task").key)
        return self.colleagues.confirm(me.member, member, "task")

    @property
    def paid(self) -> int:
        self.colleagues.works()
        return self.colleagues.earned("jo")


def test_a_colleague_confirms_by_a_press_and_pressing_again_changes_nothing() -> None:
    chat = Chat()
    assert chat.paid == 0
    assert chat.press("U0AL") == ChatAnswer(said=CONFIRMED, settled=True, member="al")
    paid = chat.paid
    assert paid > 0
    assert chat.press("U0AL") == ChatAnswer(said=AGAIN, settled=True, member="al")
    assert chat.paid == paid
    assert len(chat.colleagues.confirmations.made) == 1


@pytest.mark.parametrize(
    ("user", "code"),
    [("U0JO", "points.confirm_own"), ("U0MAX", "points.no_task_waits")],
)
def test_nobody_confirms_for_themselves_or_for_another_team_in_a_chat_either(user: str, code: str) -> None:
    chat = Chat()
    answer = chat.press(user)
    assert answer is not None
    assert (answer.said.code, answer.settled, chat.paid) == (code, False, 0)


@pytest.mark.parametrize("user", ["U0NOBODY", "U0GONE", "", "{address}"])
def test_whoever_is_not_known_there_is_told_to_sign_in(user: str) -> None:
    chat = Chat()
    assert chat.press(user) == ChatAnswer(said=SIGN_IN)
    assert chat.paid == 0


def test_an_address_that_two_members_have_is_nobody_s() -> None:
    chat = Chat()
    chat.roster = tuple(
        replace(member, addresses={"chat": "U0AL"}) if member.id == "ida" else member for member in chat.roster
    )
    assert chat.press("U0AL") == ChatAnswer(said=SIGN_IN)


@pytest.mark.parametrize(("action", "value"), [("refuse", None), ("confirm", "jo"), ("confirm", "jo#academy")])
def test_a_button_that_asks_for_something_else_does_nothing(action: str, value: str | None) -> None:
    chat = Chat()
    assert chat.press("U0AL", action=action, value=value) is None
    assert chat.paid == 0


def test_a_refusal_is_said_in_words_that_are_ours() -> None:
    chat = Chat()
    chat.press("U0AL")
    chat.colleagues.works()
    answer = chat.press("U0MAX")
    assert answer is not None
    assert isinstance(answer.said, Message)
    assert answer.said.code == "points.no_task_waits"
