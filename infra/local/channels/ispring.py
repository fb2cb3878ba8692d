"""A fake iSpring Learn: points awarded and withdrawn, of which only a user's sum is shown."""

from collections import Counter
from collections.abc import Callable

from infra.local.channels.service import FakeOAuthService, require, route
from infra.local.http_server import Request, Response

POINTS = "/gamification/points"


class FakeIspring(FakeOAuthService):
    """`sums`: each user's points. `awards`: how often each received or lost some."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        super().__init__(clock=clock)
        self.sums = Counter[str]()
        self.awards = Counter[str]()

    def visible(self, to: str) -> int:
        return self.awards[to]

    @route("POST", f"{POINTS}/award")
    def award(self, request: Request) -> Response:
        return self._change(request, 1)

    @route("POST", f"{POINTS}/withdraw")
    def withdraw(self, request: Request) -> Response:
        return self._change(request, -1)

    @route("GET", POINTS)
    def read(self, _: Request) -> object:
        return [{"userId": user, "points": points} for user, points in self.sums.items()]

    def _change(self, request: Request, sign: int) -> Response:
        asked = request.json
        require(asked.keys() == {"userId", "amount", "reason"} and asked["amount"] > 0, "userId, amount and reason")
        self.sums[asked["userId"]] += sign * asked["amount"]
        self.awards[asked["userId"]] += sign
        return Response(200, b"")
