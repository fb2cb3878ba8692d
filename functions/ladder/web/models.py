"""What the API says where it gives nothing (RFC 9457)."""

from pydantic import BaseModel


class Problem(BaseModel):
    type: str
    title: str
    status: int
    detail: str


class GatewayMessage(BaseModel):
    """What the gateway itself says, before anything of ours has run."""

    message: str
