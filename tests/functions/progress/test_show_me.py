"""Pages learn what a member's program has, so that they show nothing that leads nowhere."""

from dataclasses import replace

from ladder.domain.calendar.rules import CalendarRules
from ladder.domain.delivery.rules import DeliveryRules
from progress.show_me import ChannelNamed, Features
from tests.builders.planning import program
from tests.builders.program_mistakes.delivery import HOOK, KUDOS, MAIL, ROOM
from tests.builders.taken_along import RULES


def test_a_program_of_challenges_alone_has_none_of_it() -> None:
    assert Features.of(program()) == Features(credentials=False, kudos=False, calendar=False, channels=())


def test_a_program_says_what_it_has_and_which_channels_write_to_members() -> None:
    """A feed of a team and another system are no channels that a member could switch off."""
    whole = replace(
        program(),
        credentials=RULES,
        calendar=CalendarRules(),
        delivery=DeliveryRules(channels=(ROOM, MAIL, HOOK), kudos=KUDOS),
    )
    mail = ChannelNamed(key="mail", kind="mail")
    assert Features.of(whole) == Features(credentials=True, kudos=True, calendar=True, channels=(mail,))
