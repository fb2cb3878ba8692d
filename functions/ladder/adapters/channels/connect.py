"""Amazon Connect: a notification in the agent's own workspace.

Needs no secret: the function's role calls. Options: `instance`, the id of the Connect instance; `priority`, LOW or
HIGH. An address is a user's ARN. A notification's client token is its key, and a tag holds it, too.
"""

from datetime import timedelta
from typing import Any, Literal

import msgspec
from botocore.exceptions import ClientError

from ladder.adapters.aws import error_code, nothing_or_lost
from ladder.adapters.channels.settings import ChannelSettings
from ladder.adapters.channels.texts import within
from ladder.domain.delivery.ports import Guarantee, Outgoing, Pace
from ladder.domain.errors import AnswerLost, ChannelClosed, Rejected

LOCALES = {"en": "en_US", "de": "de_DE", "es": "es_ES", "fr": "fr_FR", "it": "it_IT", "pt": "pt_BR", "ja": "ja_JP"}
MAX_TEXT = 3_000
TAG = "ladder:key"
ABSENT = "ResourceNotFoundException"


class ConnectOptions(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    instance: str
    priority: Literal["LOW", "HIGH"] = "LOW"


class ConnectChannel:
    guarantee: Guarantee = "idempotent"
    pace = Pace(on_channel=timedelta(milliseconds=500))  # two calls a second, unconfirmed for this operation

    def __init__(self, settings: ChannelSettings) -> None:
        self._options = settings.read_options(ConnectOptions)
        self._client = settings.client("connect")
        if not hasattr(self._client, "create_notification"):
            raise ChannelClosed("the botocore of this function is older than Amazon Connect's notifications")

    def send(self, outgoing: Outgoing) -> str | None:
        if not outgoing.to.startswith("arn:"):
            raise Rejected("an address of Amazon Connect is a user's ARN")
        text = "\n".join(filter(None, (outgoing.title, *outgoing.paragraphs)))
        link = f"\n{outgoing.link}" if outgoing.link else ""
        text = within(text, MAX_TEXT - len(link)) + link
        try:
            answer = self._call(
                "create_notification",
                Recipients=[outgoing.to],
                Priority=self._options.priority,
                Content={LOCALES.get(outgoing.language.split("-")[0], "en_US"): text},
                ClientToken=outgoing.key,
                Tags={TAG: outgoing.key},
            )
        except ClientError as error:
            # The text of a token that was used may differ now, after a change of language: what was sent stays.
            if error_code(error) != "DuplicateResourceException":
                raise _refusal(error) from error
            if receipt := self.find(outgoing):
                return receipt
            raise AnswerLost("the token was used, and what was sent cannot be found yet") from error
        if "NotificationId" not in answer:  # botocore takes a page of HTML for an empty answer
            raise AnswerLost("Amazon Connect answered without an id")
        return str(answer["NotificationId"])

    def find(self, outgoing: Outgoing) -> str | None:
        having_the_tag = {"TagCondition": {"TagKey": TAG, "TagValue": outgoing.key}}
        try:
            answer = self._call("search_notifications", SearchFilter={"AttributeFilter": having_the_tag})
        except ClientError as error:
            raise _refusal(error) from error
        return next((str(found["Id"]) for found in answer["Notifications"]), None)

    def withdraw(self, outgoing: Outgoing, receipt: str) -> bool:  # noqa: ARG002
        try:
            self._call("delete_notification", NotificationId=receipt)
        except ClientError as error:
            if error_code(error) != ABSENT:
                raise _refusal(error) from error
        return True

    def still_there(self, outgoing: Outgoing, receipt: str) -> bool | None:  # noqa: ARG002
        try:
            self._call("describe_notification", NotificationId=receipt)
        except ClientError as error:
            if error_code(error) != ABSENT:
                raise _refusal(error) from error
            return False
        return True

    def _call(self, operation: str, **request: Any) -> dict[str, Any]:
        with nothing_or_lost():
            answer: dict[str, Any] = getattr(self._client, operation)(InstanceId=self._options.instance, **request)
            return answer


def _refusal(error: ClientError) -> Rejected:
    code = error_code(error)
    return (ChannelClosed if code == "AccessDeniedException" else Rejected)(f"Amazon Connect: {code}")
