"""What channels share in writing: texts within a limit, and the words of a link."""

from ladder.domain.delivery.ports import Outgoing
from ladder.domain.message import Message
from ladder.messages.render import render

ELLIPSIS = "…"


def within(text: str, most: int) -> str:
    """Return the text, shortened to so many characters where it has more."""
    return text if len(text) <= most else text[: most - 1] + ELLIPSIS


def link_label(outgoing: Outgoing) -> str:
    """Return the words of the link: what it is for, such as "Confirm", or "Open".

    A button leads to the page where the reader answers: no service that shows it can answer in their name.
    """
    if outgoing.actions:
        return outgoing.actions[0].label
    return render(Message("channels.open"), outgoing.language)
