"""iSpring Learn: points, awarded and withdrawn by its gamification API.

Secret: base_url ("https://api-learn.ispring.com"), token_url (".../api/v3/token"), client_id, client_secret. An address
is a user's id (a UUID). iSpring knows no idempotency key and shows only a user's sum, which others change, too: whether
an award arrived cannot be told.
"""

from ladder.adapters.channels.settings import ChannelSettings, NoOptions
from ladder.domain.delivery.ports import Guarantee, Outgoing, Pace
from ladder.domain.errors import Rejected

POINTS = "/gamification/points"
MAX_REASON = 250


class IspringChannel:
    guarantee: Guarantee = "never_again"
    pace = Pace()

    def __init__(self, settings: ChannelSettings) -> None:
        settings.read_options(NoOptions)
        self._ispring = settings.oauth_service()

    def send(self, outgoing: Outgoing) -> str | None:
        self._change("award", outgoing)
        return None

    def find(self, outgoing: Outgoing) -> str | None:  # noqa: ARG002
        return None

    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool:  # noqa: ARG002
        self._change("withdraw", outgoing)
        return True

    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None:  # noqa: ARG002
        return None

    def _change(self, change: str, outgoing: Outgoing) -> None:
        points = outgoing.facts.get("points")
        if not isinstance(points, int) or points <= 0:
            raise Rejected(f"a message about {outgoing.occasion!r} has no points to write")
        body = {"userId": outgoing.to, "amount": points, "reason": outgoing.title[:MAX_REASON]}
        self._ispring.call("POST", f"{POINTS}/{change}", body=body)
