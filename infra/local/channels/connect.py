"""A fake Amazon Connect: notifications in an agent's workspace, idempotent by their client token."""

from collections.abc import Callable
from typing import Any

from infra.local.channels.service import FakeService, require, route
from infra.local.http_server import HttpError, Request

INSTANCE = "11111111-2222-3333-4444-555555555555"
MAX_TEXT = 3_000
MAX_RECIPIENTS = 200


class FakeConnect(FakeService):
    throttle_code = "ThrottlingException"

    def __init__(self, *, clock: Callable[[], float]) -> None:
        super().__init__(clock=clock)
        self.notifications: dict[str, dict[str, Any]] = {}
        self._tokens: dict[str, tuple[str, dict[str, Any]]] = {}  # the id and the request of each

    def visible(self, to: str) -> int:
        return sum(to in notification["Recipients"] for notification in self.notifications.values())

    @route("PUT", "/notifications/{}")
    def create(self, request: Request, instance: str) -> object:
        asked = request.json
        token = asked.pop("ClientToken")
        if instance != INSTANCE:
            raise HttpError(404, "ResourceNotFoundException", "no such instance")
        texts = asked["Content"].values()
        if len(asked["Recipients"]) > MAX_RECIPIENTS or any(len(text) > MAX_TEXT for text in texts):
            raise HttpError(400, "InvalidParameterException", "too many recipients, or too long")
        if token in self._tokens:
            identifier, before = self._tokens[token]
            if before != asked:
                raise HttpError(409, "DuplicateResourceException", "the token was used for another request")
        else:
            identifier = f"notification-{len(self._tokens) + 1:06d}"
            self._tokens[token] = (identifier, asked)
            self.notifications[identifier] = asked
        return {"NotificationId": identifier, "NotificationArn": _arn(identifier)}

    @route("GET", "/notifications/{}/{}")
    def describe(self, _: Request, instance: str, identifier: str) -> object:  # noqa: ARG002
        notification = self._found(identifier)
        return {"Notification": {**notification, "Id": identifier, "Arn": _arn(identifier), "LastModifiedTime": 0}}

    @route("DELETE", "/notifications/{}/{}")
    def delete(self, _: Request, instance: str, identifier: str) -> object:  # noqa: ARG002
        self._found(identifier)
        del self.notifications[identifier]
        return {}

    @route("POST", "/search-notifications")
    def search(self, request: Request) -> object:
        asked = request.json
        require(asked["InstanceId"] == INSTANCE, "no such instance")
        tag = asked["SearchFilter"]["AttributeFilter"]["TagCondition"]
        found = [
            {**notification, "Id": identifier, "Arn": _arn(identifier)}
            for identifier, notification in self.notifications.items()
            if notification["Tags"].get(tag["TagKey"]) == tag["TagValue"]
        ]
        return {"Notifications": found}

    def _found(self, identifier: str) -> dict[str, Any]:
        if identifier not in self.notifications:
            raise HttpError(404, "ResourceNotFoundException", "no such notification")
        return self.notifications[identifier]


def _arn(identifier: str) -> str:
    return f"arn:aws:connect:eu-central-1:123456789012:instance/{INSTANCE}/notification/{identifier}"
