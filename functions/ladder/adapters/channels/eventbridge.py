"""Amazon EventBridge: the events of webhooks on a bus of the account, for whatever is built there.

Needs no secret: the function's role puts them. Option: `bus`, where it is not the default one. EventBridge itself
delivers at least once, so a consumer tells a repeat by `id` in the detail.
"""

from typing import Any

import msgspec
from botocore.exceptions import ClientError

from ladder.adapters.aws import error_code, nothing_or_lost
from ladder.adapters.channels.events import SystemEvent
from ladder.adapters.channels.settings import ChannelSettings
from ladder.domain.delivery.ports import Guarantee, Outgoing, Pace
from ladder.domain.errors import AnswerLost, ChannelClosed, Rejected, Throttled, Unavailable

SOURCE = "ladder"


class EventBridgeOptions(msgspec.Struct, forbid_unknown_fields=True):
    bus: str = "default"


class EventBridgeChannel:
    guarantee: Guarantee = "idempotent"
    pace = Pace()

    def __init__(self, settings: ChannelSettings) -> None:
        self._bus = settings.read_options(EventBridgeOptions).bus
        self._client: Any = settings.client("events")

    def send(self, outgoing: Outgoing) -> str | None:
        return self._put(SystemEvent.of(outgoing))

    def find(self, outgoing: Outgoing) -> str | None:  # noqa: ARG002 - the same event may be put again
        return None

    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool:  # noqa: ARG002
        self._put(SystemEvent.of(outgoing).withdrawn)
        return True

    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None:  # noqa: ARG002
        return None

    def _put(self, event: SystemEvent) -> str:
        """Return the bus's id of the event. A bus answers 200 for an event that it did not take."""
        detail = msgspec.json.encode({"id": event.id, **event.body()}).decode()
        entry = {"Source": SOURCE, "DetailType": event.type, "Detail": detail, "EventBusName": self._bus}
        try:
            with nothing_or_lost():
                answer = self._client.put_events(Entries=[entry])
        except ClientError as error:
            code = error_code(error)
            raise (ChannelClosed if "AccessDenied" in code else Rejected)(f"EventBridge: {code}") from error
        if not answer.get("Entries"):  # botocore takes a page of HTML for an empty answer
            raise AnswerLost("EventBridge answered without a result")
        (result,) = answer["Entries"]
        match result.get("ErrorCode"):
            case None:
                return str(result["EventId"])
            case "ThrottlingException":
                raise Throttled("EventBridge: too many events")
            case "InternalFailure" | "InternalException":
                raise Unavailable("EventBridge: internal failure")
            case code:
                raise Rejected(f"EventBridge: {code}")
