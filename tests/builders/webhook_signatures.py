"""How each vendor signs: written from its documentation, without a line of ours."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

ADDRESS = "https://api.example.com/hooks/bank/academy"
API_KEY = "0f1e2d3c"


def mac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()


def text64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def sign_standard(body: bytes, secret: str, sent: datetime) -> Mapping[str, str]:
    name, seconds = "msg_1", str(int(sent.timestamp()))
    signed = f"{name}.{seconds}.".encode() + body
    signature = "v1a,other v1," + text64(mac(base64.b64decode(secret), signed))
    return {"webhook-id": name, "webhook-timestamp": seconds, "webhook-signature": signature}


def sign_cornerstone(body: bytes, secret: str, sent: datetime) -> Mapping[str, str]:
    date, digest = format_datetime(sent, usegmt=True), text64(hashlib.sha256(body).digest())
    signed = f"POST\n/hooks/bank/academy\n{digest}\n{date}".encode()
    return {
        "x-api-key": API_KEY,
        "x-content-sha256": digest,
        "date": date,
        "authorization": f"HMAC-SHA256 SignedHeaders=date, Signature={text64(mac(base64.b64decode(secret), signed))}",
    }


def sign_basic(body: bytes, secret: str, sent: datetime) -> Mapping[str, str]:
    return {"authorization": f"Basic {text64(secret.encode())}"}


def sign_absorb(body: bytes, secret: str, sent: datetime) -> Mapping[str, str]:
    seconds = str(int(sent.timestamp()))
    return {"x-sent": seconds, "x-absorb-signature": mac(secret.encode(), f"{seconds}.".encode() + body).hex()}


def sign_hubspot(body: bytes, secret: str, sent: datetime) -> Mapping[str, str]:
    moment = str(int(sent.timestamp() * 1000))
    signed = f"POST{ADDRESS}".encode() + body + moment.encode()
    return {"x-hubspot-request-timestamp": moment, "x-hubspot-signature-v3": text64(mac(secret.encode(), signed))}


def sign_jira(body: bytes, secret: str, sent: datetime) -> Mapping[str, str]:
    return {"x-hub-signature": "sha256=" + mac(secret.encode(), body).hex()}
