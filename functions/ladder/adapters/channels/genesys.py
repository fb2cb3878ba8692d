"""Genesys Cloud: a recognition, which colleagues see where they work.

Secret: base_url ("https://api.mypurecloud.de"), token_url ("https://login.mypurecloud.de/oauth/token"), client_id,
client_secret. Permissions: engagement:recognition:add and :view. An address is a user's id.
There is no idempotency key: a short reference at the end of the note tells ours apart. The public API has no way to
delete a recognition. Unconfirmed: that a client without a user may send one, and the letter case of `direction`.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from ladder.adapters.channels.settings import ChannelSettings, NoOptions
from ladder.adapters.channels.texts import within
from ladder.adapters.http import parse, parse_done
from ladder.domain.delivery.occasion import Occasion
from ladder.domain.delivery.ports import Guarantee, Outgoing, Pace

PATH = "/api/v2/employeeengagement/recognitions"
TYPES: Mapping[Occasion, str] = {"kudos": "ThankYou", "completed": "HighPerformance"}
USUAL_TYPE = "Congratulations"
MAX_TITLE, MAX_NOTE = 100, 800
LOOK_BACK = timedelta(hours=1)
PAGE_SIZE = 100
REFERENCE_DIGITS = 12


class Recognition(msgspec.Struct):
    id: str
    note: str = ""


class Page(msgspec.Struct):
    entities: list[Recognition] = []
    pageCount: int = 1  # noqa: N815


class GenesysChannel:
    guarantee: Guarantee = "findable"
    pace = Pace(on_channel=timedelta(milliseconds=250))  # 300 requests a minute and token

    def __init__(self, settings: ChannelSettings) -> None:
        settings.read_options(NoOptions)
        self._genesys = settings.oauth_service()

    def send(self, outgoing: Outgoing) -> str | None:
        return parse_done(Recognition, self._genesys.call("POST", PATH, body=recognition(outgoing))).id

    def find(self, outgoing: Outgoing) -> str | None:
        reference = _reference(outgoing)
        return next((found.id for found in self._sent_to(outgoing) if found.note.endswith(reference)), None)

    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool:  # noqa: ARG002
        return False

    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None:  # noqa: ARG002
        return not self._genesys.call("GET", f"{PATH}/{receipt}", expected=(404,)).refused

    def _sent_to(self, outgoing: Outgoing) -> Iterator[Recognition]:
        query = {
            "direction": "sent",
            "recipient": outgoing.to,
            "dateStart": _instant(outgoing.sent_at - LOOK_BACK),
            "dateEnd": _instant(outgoing.sent_at + LOOK_BACK),
            "pageSize": str(PAGE_SIZE),
        }
        number, pages = 0, 1
        while number < pages:
            number += 1
            page = parse(Page, self._genesys.call("GET", PATH, query={**query, "pageNumber": str(number)}))
            pages = page.pageCount
            yield from page.entities


def recognition(outgoing: Outgoing) -> dict[str, Any]:
    """Return the body of the request: plain text, within what Genesys Cloud takes."""
    ending = _reference(outgoing)
    text = "\n".join((*outgoing.paragraphs, outgoing.link)).strip()
    return {
        "recipientId": outgoing.to,
        "type": TYPES.get(outgoing.occasion, USUAL_TYPE),
        "title": within(outgoing.title, MAX_TITLE),
        "note": within(text, MAX_NOTE - len(ending)) + ending,
    }


def _reference(outgoing: Outgoing) -> str:
    return f"\n({outgoing.key[:REFERENCE_DIGITS]})"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
