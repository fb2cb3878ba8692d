"""A request whose sender signs its body, as the gateway hands it over."""

import base64
from typing import Any

from ladder.domain.activities.source import HookRequest


def signed_request(event: dict[str, Any]) -> HookRequest:
    """Return the request with its body as it was sent: the signature covers every byte."""
    http, body = event["requestContext"], event.get("body") or ""
    query = event.get("rawQueryString")
    url = f"https://{http['domainName']}{event['rawPath']}"
    return HookRequest(
        method=http["http"]["method"],
        url=f"{url}?{query}" if query else url,
        headers={name.lower(): value for name, value in event.get("headers", {}).items()},
        body=base64.b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass"),
    )
