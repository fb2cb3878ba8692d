"""Publish announcements on an EventBridge bus."""

import json
from collections.abc import Mapping
from operator import methodcaller
from typing import Any

from ladder.adapters.aws import ATTEMPTS, Pause, backoff, busy_is_unavailable
from ladder.domain.errors import Unavailable

SOURCE = "ladder"


class EventBridgeAnnouncements:
    def __init__(self, client: Any, event_bus: str, *, pause: Pause = backoff) -> None:
        self._client = client
        self._event_bus = event_bus
        self._pause = pause

    def announce(self, kind: str, detail: Mapping[str, object]) -> None:
        """Publish at least once, or raise Unavailable. Dates and times in the detail become ISO 8601."""
        entry = {
            "Source": SOURCE,
            "DetailType": kind,
            "Detail": json.dumps(dict(detail), sort_keys=True, default=methodcaller("isoformat")),
            "EventBusName": self._event_bus,
        }
        for tries in range(ATTEMPTS):
            with busy_is_unavailable():
                answer = self._client.put_events(Entries=[entry])
            if not answer["FailedEntryCount"]:
                return
            self._pause(tries)
        raise Unavailable(f"the event bus refused {kind!r} {ATTEMPTS} times: {answer['Entries']}")
