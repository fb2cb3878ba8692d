"""How the platform says no."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    status: int
    code: str
    message: str

    @property
    def body(self) -> dict[str, object]:
        return {"status": self.status, "code": self.code, "message": self.message}
